"""The series that Connect lacks; their names are as exported."""

from __future__ import annotations

from typing import Final

from weir_runtime.observe.series import OF_TASK, Kind, Series


def _gauge(name: str, labels: tuple[str, ...], text: str) -> Series:
    return Series("", name, Kind.GAUGE, labels, text)


def _counter(name: str, labels: tuple[str, ...], text: str) -> Series:
    return Series("", name, Kind.COUNTER, labels, text)


TASK_INFO: Final = _gauge(
    "weir_task_info",
    (
        *OF_TASK,
        "connector_class",
        "connector_type",
        "connector_version",
        "task_class",
        "key_converter_class",
        "value_converter_class",
        "header_converter_class",
    ),
    "What the task is made of; always 1. Java's exporters leave these texts out.",
)
SINK_LAG: Final = _gauge(
    "weir_sink_lag_records",
    (*OF_TASK, "topic", "partition"),
    "Records of the partition that the sink has not taken yet. Looked at each second; while `put` "
    "blocks it is as it was before.",
)
SINK_LATENCY_MAX: Final = _gauge(
    "weir_sink_latency_max_seconds",
    OF_TASK,
    "Age of records by their timestamps when `put` returned: the oldest, recently.",
)
SINK_LATENCY_AVG: Final = _gauge(
    "weir_sink_latency_avg_seconds",
    OF_TASK,
    "The same: mean of the oldest record of each recent batch.",
)
SOURCE_COMMIT_AGE: Final = _gauge(
    "weir_source_offset_commit_age_seconds",
    OF_TASK,
    "How long offsets of the source have been waiting to be committed; 0 while none wait.",
)

EXECUTOR_CPU: Final = _counter(
    "weir_executor_cpu_seconds_total", ("executor",), "CPU time of an executor process."
)
EXECUTOR_RSS: Final = _gauge(
    "weir_executor_resident_memory_bytes", ("executor",), "Memory of an executor process."
)
EXECUTOR_FDS: Final = _gauge(
    "weir_executor_open_fds", ("executor",), "Open files and sockets of an executor process."
)
EXECUTOR_TASKS: Final = _gauge(
    "weir_executor_tasks", ("executor",), "Tasks that an executor process holds."
)
EXECUTOR_STARTS: Final = _counter(
    "weir_executor_starts_total", (), "Executor processes that were started."
)
EXECUTOR_CRASHES: Final = _counter(
    "weir_executor_crashes_total",
    (),
    "Executor processes that ended without being asked to, or were killed for hanging.",
)

LOOP_LAG: Final = Series(
    "",
    "weir_event_loop_lag_seconds",
    Kind.HISTOGRAM,
    (),
    "How late the worker's event loop wakes a task that has slept for half a second.",
)
REQUEST_TIME: Final = Series(
    "",
    "weir_rest_request_duration_seconds",
    Kind.HISTOGRAM,
    ("endpoint", "method"),
    "Time that REST requests took.",
)
REQUESTS: Final = _counter(
    "weir_rest_requests_total", ("endpoint", "method", "status"), "REST requests answered."
)

TASKS: Final[tuple[Series, ...]] = (
    TASK_INFO,
    SINK_LAG,
    SINK_LATENCY_MAX,
    SINK_LATENCY_AVG,
    SOURCE_COMMIT_AGE,
)
EXECUTORS: Final[tuple[Series, ...]] = (
    EXECUTOR_CPU,
    EXECUTOR_RSS,
    EXECUTOR_FDS,
    EXECUTOR_TASKS,
    EXECUTOR_STARTS,
    EXECUTOR_CRASHES,
)
PROCESS: Final[tuple[Series, ...]] = (LOOP_LAG, REQUEST_TIME, REQUESTS)

ALL: Final[tuple[Series, ...]] = (*TASKS, *EXECUTORS, *PROCESS)
