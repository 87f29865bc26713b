"""What connectors and tasks do, and what people want them to do.

Source: ConnectorsResource.
"""

from __future__ import annotations

from weir_runtime.model.state import TargetState
from weir_runtime.rest import view
from weir_runtime.rest.call import Call, Reply


async def status(call: Call) -> Reply:
    """Show the states of a connector and its tasks."""
    return Reply(body=view.status(call.herder.connector_status(call.connector)))


async def tasks(call: Call) -> Reply:
    """List the tasks with their configs."""
    return Reply(body=[view.task(task) for task in call.herder.task_infos(call.connector)])


async def task_status(call: Call) -> Reply:
    """Show the state of one task."""
    return Reply(body=view.task_status(call.herder.task_status(call.connector, call.task)))


async def pause(call: Call) -> Reply:
    """Pause; tasks keep what they hold."""
    await call.herder.set_target_state(call.connector, TargetState.PAUSED)
    return Reply(202)


async def resume(call: Call) -> Reply:
    """Run again, also after a stop."""
    await call.herder.set_target_state(call.connector, TargetState.STARTED)
    return Reply(202)


async def stop(call: Call) -> Reply:
    """Stop; tasks go away."""
    await call.herder.set_target_state(call.connector, TargetState.STOPPED)
    return Reply(204)


async def restart(call: Call) -> Reply:
    """Restart the connector instance, or with flags several parts."""
    planned = await call.herder.restart_connector(
        call.connector,
        include_tasks=call.flag("includeTasks"),
        only_failed=call.flag("onlyFailed"),
    )
    return Reply(204) if planned is None else Reply(202, view.status(planned))


async def restart_task(call: Call) -> Reply:
    """Restart one task."""
    await call.herder.restart_task(call.connector, call.task)
    return Reply(204)
