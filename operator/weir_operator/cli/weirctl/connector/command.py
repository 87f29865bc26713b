"""The arguments of the verbs for connectors; what they do is imported when they run."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

import click

from weir_operator.cli.weirctl.command import command
from weir_operator.cli.weirctl.output import say
from weir_operator.cli.weirctl.settings import Settings
from weir_operator.observe.errors import OperatorError


@command("restart", help="Restart a connector with its tasks.")
@click.argument("name")
@click.option("--failed", is_flag=True, help="only what failed")
@click.option("--task", type=int, metavar="N", help="only this task")
@click.pass_obj
def restart(
    settings: Settings, name: str, *, failed: bool, task: int | None
) -> Coroutine[Any, Any, int]:
    """Restart a connector."""
    target = settings.target("restart")

    async def run() -> int:
        from weir_operator.cli.weirctl.worker import connect  # noqa: PLC0415
        from weir_operator.client.error import ConnectApiError  # noqa: PLC0415

        api = connect(target)
        try:
            if task is not None:
                await api.restart_task(name, task)
            else:
                await api.restart(name, include_tasks=True, only_failed=failed)
        except ConnectApiError as problem:
            raise OperatorError(f"{name} was not restarted: {problem}") from problem
        finally:
            await api.close()
        say(f"asked for a restart of {name}")
        return 0

    return run()
