"""The series that Connect has, by its groups.

Source: org.apache.kafka.connect.runtime.ConnectMetricsRegistry.
"""

from __future__ import annotations

from typing import Final

from weir_runtime.observe import series
from weir_runtime.observe.series import OF_CLIENT, OF_CONNECTOR, OF_TASK, Series

WORKER: Final = series.rows(
    series.WORKER,
    (),
    (
        ("connector-count", "Connectors that run on this worker."),
        ("task-count", "Tasks that run on this worker."),
        ("connector-startup-attempts-total", "Starts of connectors that were tried."),
        ("connector-startup-success-total", "Starts of connectors that succeeded."),
        ("connector-startup-failure-total", "Starts of connectors that failed."),
        ("connector-startup-success-percentage", "Share of starts that succeeded, 0 to 1."),
        ("connector-startup-failure-percentage", "Share of starts that failed, 0 to 1."),
        ("task-startup-attempts-total", "Starts of tasks that were tried."),
        ("task-startup-success-total", "Starts of tasks that succeeded."),
        ("task-startup-failure-total", "Starts of tasks that failed."),
        ("task-startup-success-percentage", "Share of starts that succeeded, 0 to 1."),
        ("task-startup-failure-percentage", "Share of starts that failed, 0 to 1."),
    ),
)

TASK_STATES: Final = (
    "running",
    "paused",
    "failed",
    "unassigned",
    "destroyed",
    "restarting",
)
"""States that tasks of a connector are counted in."""

WORKER_CONNECTOR: Final = series.rows(
    series.WORKER,
    OF_CONNECTOR,
    (
        ("connector-total-task-count", "Tasks of the connector on this worker."),
        *(
            (f"connector-{state}-task-count", f"Those of them that are {state.upper()}.")
            for state in TASK_STATES
        ),
    ),
)

REBALANCE: Final = [
    *series.texts(
        series.REBALANCE,
        (),
        (
            ("connect-protocol", "Protocol of the group."),
            ("leader-name", "REST address of the group's leader."),
        ),
    ),
    *series.rows(
        series.REBALANCE,
        (),
        (
            ("epoch", "Generation of the group."),
            ("completed-rebalances-total", "Rebalances that this worker took part in."),
            ("rebalancing", "1 while the worker joins its group, else 0."),
            ("rebalance-max-time-ms", "Longest recent rebalance."),
            ("rebalance-avg-time-ms", "Mean of recent rebalances."),
            ("time-since-last-rebalance-ms", "Time since the last rebalance ended."),
        ),
    ),
]

COORDINATOR: Final = series.rows(
    series.COORDINATOR,
    OF_CLIENT,
    (
        ("assigned-connectors", "Connectors that the group gave this worker."),
        ("assigned-tasks", "Tasks that the group gave this worker."),
        ("heartbeat-total", "Heartbeats that were answered."),
        ("heartbeat-rate", "Heartbeats a second."),
        ("heartbeat-response-time-max", "Longest recent wait for an answer, in ms."),
        ("last-heartbeat-seconds-ago", "Time since the last answer."),
        ("join-total", "Joins of the group."),
        ("join-rate", "Joins a second."),
        ("join-time-avg", "Mean time of recent joins, in ms."),
        ("join-time-max", "Longest recent join, in ms."),
        ("sync-total", "Assignments received."),
        ("sync-rate", "Assignments a second."),
        ("sync-time-avg", "Mean time of recent syncs, in ms."),
        ("sync-time-max", "Longest recent sync, in ms."),
        ("rebalance-total", "Rebalances that ended."),
        ("rebalance-rate-per-hour", "Rebalances an hour."),
        ("failed-rebalance-total", "Rebalances that had to begin again."),
        ("failed-rebalance-rate-per-hour", "Such rebalances an hour."),
        ("rebalance-latency-total", "Time that all rebalances took, in ms."),
        ("rebalance-latency-avg", "Mean time of recent rebalances, in ms."),
        ("rebalance-latency-max", "Longest recent rebalance, in ms."),
        ("last-rebalance-seconds-ago", "Time since the last rebalance ended."),
    ),
)

CLIENT: Final = series.rows(
    series.CLIENT,
    OF_CLIENT,
    (
        ("request-total", "Requests of the group's member to its coordinator."),
        ("request-rate", "Such requests a second."),
        ("response-total", "Answers to them."),
        ("response-rate", "Answers a second."),
    ),
)

APP: Final = [
    *series.texts(
        series.APP,
        OF_CLIENT,
        (
            ("version", "Version of Kafka whose Connect this worker stands for."),
            ("commit-id", "What `GET /` shows as commit."),
        ),
    ),
    *series.rows(series.APP, OF_CLIENT, (("start-time-ms", "When the worker was started."),)),
]

CONNECTOR: Final = series.texts(
    series.CONNECTOR,
    OF_CONNECTOR,
    (
        ("status", "State of the connector on this worker, in lower case."),
        ("connector-type", "source or sink."),
        ("connector-class", "Class of the connector, as its config names it."),
        ("connector-version", "Version of the connector's plugin."),
    ),
)

TASK: Final = [
    *series.texts(
        series.TASK, OF_TASK, (("status", "State of the task on this worker, in lower case."),)
    ),
    *series.rows(
        series.TASK,
        OF_TASK,
        (
            ("running-ratio", "Share of its time that the task was RUNNING."),
            ("pause-ratio", "Share of its time that the task was PAUSED."),
            ("batch-size-max", "Most records of a recent batch."),
            ("batch-size-avg", "Mean records of recent batches."),
            ("offset-commit-max-time-ms", "Longest recent offset commit."),
            ("offset-commit-avg-time-ms", "Mean time of recent offset commits."),
            ("offset-commit-success-percentage", "Share of recent commits that succeeded, 0 to 1."),
            ("offset-commit-failure-percentage", "Share of recent commits that failed, 0 to 1."),
        ),
    ),
]

SOURCE: Final = series.rows(
    series.SOURCE,
    OF_TASK,
    (
        ("source-record-poll-total", "Records that the task has given."),
        ("source-record-poll-rate", "Such records a second."),
        ("source-record-write-total", "Records that the broker has acknowledged."),
        ("source-record-write-rate", "Such records a second."),
        ("poll-batch-max-time-ms", "Longest recent wait for a batch of the task."),
        ("poll-batch-avg-time-ms", "Mean of recent waits for a batch."),
        ("source-record-active-count", "Records given and not acknowledged yet."),
        ("source-record-active-count-max", "Most of them, recently."),
        ("source-record-active-count-avg", "Mean of them, recently."),
    ),
)

SINK: Final = series.rows(
    series.SINK,
    OF_TASK,
    (
        ("sink-record-read-total", "Records read from Kafka."),
        ("sink-record-read-rate", "Such records a second."),
        ("sink-record-send-total", "Records that the task has taken."),
        ("sink-record-send-rate", "Such records a second."),
        ("sink-record-active-count", "Records read and not taken yet."),
        ("sink-record-active-count-max", "Most of them, recently."),
        ("sink-record-active-count-avg", "Mean of them, recently."),
        ("sink-record-lag-max", "Largest lag of the task's partitions, in records."),
        ("partition-count", "Partitions that the task holds."),
        ("put-batch-max-time-ms", "Longest recent `put`."),
        ("put-batch-avg-time-ms", "Mean of recent `put`s."),
        ("offset-commit-seq-no", "Number of the last offset commit."),
        ("offset-commit-completion-total", "Offset commits that succeeded."),
        ("offset-commit-completion-rate", "Such commits a second."),
        ("offset-commit-skip-total", "Commits that were due with nothing new to commit."),
        ("offset-commit-skip-rate", "Such commits a second."),
    ),
)

ERROR: Final = [
    *series.counters(
        series.ERROR,
        OF_TASK,
        (
            ("total-record-failures", "Records that could not be processed."),
            ("total-record-errors", "Failed tries to process records."),
            ("total-records-skipped", "Records left out because of `errors.tolerance`."),
            ("total-retries", "Operations that were tried again."),
            ("total-errors-logged", "Errors that were written to the log."),
            ("deadletterqueue-produce-requests", "Records sent to the dead letter queue."),
            ("deadletterqueue-produce-failures", "Records that could not be sent there."),
        ),
    ),
    *series.rows(
        series.ERROR,
        OF_TASK,
        (("last-error-timestamp", "When the last error happened, in ms since 1970; 0 for never."),),
    ),
]

ALL: Final[tuple[Series, ...]] = (
    *WORKER,
    *WORKER_CONNECTOR,
    *REBALANCE,
    *COORDINATOR,
    *CLIENT,
    *APP,
    *CONNECTOR,
    *TASK,
    *SOURCE,
    *SINK,
    *ERROR,
)
