"""What each verb asks of Connect."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from weir_operator.cli.weirctl.connector import verdict
from weir_operator.cli.weirctl.connector.act import DIFFERS, Result, Verb
from weir_operator.client.detail import DetailConnect
from weir_operator.client.port import StateName
from weir_operator.client.view import ConnectorView


def state(name: str, past: str, wanted: StateName) -> Verb:
    """Make a verb that sets the state of a connector."""

    async def call(api: DetailConnect, view: ConnectorView) -> None:
        await api.set_state(view.name, wanted)

    judges = {
        "running": verdict.running,
        "paused": verdict.paused,
        "stopped": verdict.stopped,
    }
    return Verb(name, past, call, judges[wanted])


async def _delete(api: DetailConnect, view: ConnectorView) -> None:
    await api.delete(view.name)


PAUSE = state("pause", "paused", "paused")
RESUME = state("resume", "resumed", "running")
STOP = state("stop", "stopped", "stopped")
DELETE = Verb("delete", "deleted", _delete, verdict.gone)


def restart(*, failed: bool, tasks: Sequence[int], only_tasks: bool, instance: bool) -> Verb:
    """Make the verb that restarts a connector or parts of it.

    `failed` restarts only what failed, `tasks` these tasks, `only_tasks` all tasks and not the
    connector's own instance, `instance` only that.
    """

    async def call(api: DetailConnect, view: ConnectorView) -> None:
        numbers = _numbers(view, failed=failed) if only_tasks else tasks
        for number in numbers:
            await api.restart_task(view.name, number)
        if not numbers:
            await api.restart(view.name, include_tasks=not instance, only_failed=failed)

    def needless(view: ConnectorView) -> Result | None:
        status = view.status
        if status is not None and status.state == "STOPPED":
            name = shlex.quote(view.name)
            text = f"it is stopped, there is nothing to restart; weirctl resume {name}"
            return Result(view.name, "unchanged", text, DIFFERS)
        if only_tasks and not _numbers(view, failed=failed):
            return Result(view.name, "unchanged", "no task failed" if failed else "it has no tasks")
        if failed and not verdict.failure(view):
            return Result(view.name, "unchanged", "nothing of it failed")
        return None

    return Verb("restart", "restarted", call, verdict.restarted, needless)


def _numbers(view: ConnectorView, *, failed: bool) -> list[int]:
    tasks = view.status.tasks if view.status is not None else ()
    return [task.id for task in tasks if not failed or task.state == "FAILED"]
