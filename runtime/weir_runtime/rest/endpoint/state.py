"""What connectors and tasks do, and what people want them to do.

Source: ConnectorsResource.
"""

from __future__ import annotations

from typing import Final

from weir_runtime.model.state import TargetState
from weir_runtime.rest import view
from weir_runtime.rest.call import Call, Reply
from weir_runtime.rest.endpoint import example
from weir_runtime.rest.operation import Parameter, Success, Tag, flag, operation
from weir_runtime.rest.wire import answer

_UNKNOWN: Final = {404: f"Unknown connector {example.NAME}"}
_WRITTEN: Final = {202: Success("Written; parts follow soon.")}


@operation(
    "getConnectorStatus",
    Tag.STATE,
    {200: Success("States.", answer.ConnectorStateInfo, example.STATUS)},
    refusals={404: f"No status found for connector {example.NAME}"},
)
async def status(call: Call) -> Reply:
    """Show the states of a connector and its tasks.

    For a moment after the creation there is no status yet.
    """
    return Reply(body=view.status(call.herder.connector_status(call.connector)))


@operation(
    "getTaskConfigs",
    Tag.STATE,
    {
        200: Success(
            "Tasks, by id.",
            list[answer.TaskInfo],
            [{"id": {"connector": example.NAME, "task": 0}, "config": example.STORED}],
            follow={
                name: {
                    "connector": "$response.body#/0/id/connector",
                    "task": "$response.body#/0/id/task",
                }
                for name in ("getTaskStatus", "restartTask")
            },
        )
    },
    refusals={404: example.UNKNOWN},
)
async def tasks(call: Call) -> Reply:
    """List the tasks with their configs."""
    return Reply(body=[view.task(task) for task in call.herder.task_infos(call.connector)])


@operation(
    "getTaskStatus",
    Tag.STATE,
    {200: Success("Its state.", answer.TaskState, example.TASK_STATUS)},
    refusals={404: f"No status found for task {example.NAME}-7"},
)
async def task_status(call: Call) -> Reply:
    """Show the state of one task."""
    return Reply(body=view.task_status(call.herder.task_status(call.connector, call.task)))


@operation("pauseConnector", Tag.STATE, _WRITTEN, refusals=_UNKNOWN)
async def pause(call: Call) -> Reply:
    """Pause; tasks keep what they hold."""
    await call.herder.set_target_state(call.connector, TargetState.PAUSED)
    return Reply(202)


@operation("resumeConnector", Tag.STATE, _WRITTEN, refusals=_UNKNOWN)
async def resume(call: Call) -> Reply:
    """Run again, also after a stop."""
    await call.herder.set_target_state(call.connector, TargetState.STARTED)
    return Reply(202)


@operation(
    "stopConnector",
    Tag.STATE,
    {204: Success("Written; tasks end soon.")},
    refusals=_UNKNOWN | example.NO_LEADER,
)
async def stop(call: Call) -> Reply:
    """Stop; tasks go away."""
    await call.herder.set_target_state(call.connector, TargetState.STOPPED)
    return Reply(204)


@operation(
    "restartConnector",
    Tag.STATE,
    {
        202: Success(
            "With flags: the states, RESTARTING for what is restarted.",
            answer.ConnectorStateInfo,
            {**example.STATUS, "connector": {"state": "RESTARTING", "worker_id": example.WORKER}},
        ),
        204: Success("Without flags."),
    },
    parameters=(
        Parameter("includeTasks", "Restart the tasks too.", flag(default=False)),
        Parameter("onlyFailed", "Restart only what has failed.", flag(default=False)),
    ),
    refusals={**example.NO_LEADER, 404: f"Unknown connector: {example.NAME}"},
)
async def restart(call: Call) -> Reply:
    """Restart the connector instance, or with flags several parts."""
    planned = await call.herder.restart_connector(
        call.connector,
        include_tasks=call.flag("includeTasks"),
        only_failed=call.flag("onlyFailed"),
    )
    return Reply(204) if planned is None else Reply(202, view.status(planned))


@operation(
    "restartTask",
    Tag.STATE,
    {204: Success("Restarted.")},
    refusals={404: f"Unknown task: {example.NAME}-7"},
)
async def restart_task(call: Call) -> Reply:
    """Restart one task."""
    await call.herder.restart_task(call.connector, call.task)
    return Reply(204)
