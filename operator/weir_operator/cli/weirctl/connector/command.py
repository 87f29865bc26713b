"""The arguments of the verbs for connectors; what they do is imported when they run."""

from __future__ import annotations

import sys
from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any

import click

from weir_operator.cli.weirctl.command import Command, command
from weir_operator.cli.weirctl.connector import select
from weir_operator.cli.weirctl.connector.select import Selection
from weir_operator.cli.weirctl.output import tell_error
from weir_operator.cli.weirctl.settings import Settings
from weir_operator.observe.errors import OperatorError

if TYPE_CHECKING:
    from weir_operator.cli.weirctl.connector.act import Verb
    from weir_operator.client.target import ClusterTarget
    from weir_operator.client.view import ConnectorView

Running = Coroutine[Any, Any, int]
_MOST_TOLD = 10


def _acting() -> list[click.Parameter]:
    """Make the parameters of a verb that changes something."""
    return [
        *select.params(),
        click.Option(["-y", "--yes"], is_flag=True, help="do not ask"),
        click.Option(["--dry-run"], is_flag=True, help="say which connectors, and do nothing"),
        _no_wait(),
    ]


def _no_wait() -> click.Option:
    return click.Option(
        ["--no-wait"], is_flag=True, help="ask for it, and do not wait until it is so"
    )


def picked(
    settings: Settings, target: ClusterTarget, chosen: Selection, verb: str
) -> list[ConnectorView]:
    """Read which connectors a verb is for, before its own work begins."""
    import asyncio  # noqa: PLC0415 - help does without

    from weir_operator.cli.weirctl.worker import opened  # noqa: PLC0415 - loads much
    from weir_operator.client.error import ConnectApiError  # noqa: PLC0415

    if chosen.is_empty:
        raise OperatorError(f"{verb} needs names of connectors, --all or a filter")

    async def read() -> list[ConnectorView]:
        async with opened(settings, target) as api:
            return await select.pick(api, chosen)

    try:
        return asyncio.run(read())
    except ConnectApiError as problem:
        who = " and ".join(chosen.names) if chosen.names and not chosen.regex else "nothing"
        raise OperatorError(f"{who} was not {_PAST[verb]}: {problem}") from problem


_PAST = {
    "pause": "paused",
    "resume": "resumed",
    "stop": "stopped",
    "restart": "restarted",
    "delete": "deleted",
    "patch": "patched",
}


def agreed(views: Sequence[ConnectorView], chosen: Selection, verb: str, *, yes: bool) -> bool:
    """Ask before a verb has effect on what was not named one by one."""
    if yes or not chosen.is_open or not views:
        return True
    names = ", ".join(view.name for view in views[:_MOST_TOLD])
    more = f" and {len(views) - _MOST_TOLD} more" if len(views) > _MOST_TOLD else ""
    what = f"{verb} {_count(views)}: {names}{more}"
    if sys.stdin is None or not sys.stdin.isatty():
        raise OperatorError(f"it would {what}; say --yes where nobody can be asked")
    return click.confirm(what + "?", err=True)


def _count(views: Sequence[ConnectorView]) -> str:
    return f"{len(views)} connector{'' if len(views) == 1 else 's'}"


def _do(
    settings: Settings, verb: str, make: Callable[[], Verb], words: dict[str, Any]
) -> Running | int:
    """Pick, ask, and hand over to the work."""
    target = settings.target(verb)
    chosen = select.taken(words)
    views = picked(settings, target, chosen, verb)
    if words["dry_run"] or not views:
        _tell_would(settings, views, verb)
        return 0
    if not agreed(views, chosen, verb, yes=words["yes"]):
        tell_error("nothing was done")
        return 1
    from weir_operator.cli.weirctl.connector.act import act  # noqa: PLC0415 - loads much

    return act(settings, target, make(), views, waits=not words["no_wait"])


def _tell_would(settings: Settings, views: Sequence[ConnectorView], verb: str) -> None:
    from weir_operator.cli.weirctl import document, table  # noqa: PLC0415
    from weir_operator.cli.weirctl.output import say  # noqa: PLC0415

    if settings.is_data:
        say(
            document.dump(
                [{"name": one.name, "result": f"would {verb}"} for one in views], settings.output
            )
        )
    elif not views:
        say("there is no such connector")
    for view in views if not settings.is_data else ():
        say(table.clean(f"{view.name}: would {verb}"))


def _state_command(name: str, text: str, examples: Sequence[tuple[str, str]]) -> Command:
    """Make the command of a verb that takes no options of its own."""

    @command(name, params=_acting(), help=text, examples=examples)
    @click.pass_obj
    def run(settings: Settings, /, **words: Any) -> Running | int:
        def make() -> Verb:
            from weir_operator.cli.weirctl.connector import verb  # noqa: PLC0415 - loads much

            made: Verb = getattr(verb, name.upper())
            return made

        return _do(settings, name, make, words)

    return run


pause = _state_command(
    "pause",
    "Pause connectors: tasks stay where they are and do nothing.",
    [("weirctl pause orders", ""), ("weirctl pause --type sink --all", "every sink")],
)
resume = _state_command(
    "resume",
    "Let connectors go on that are paused or stopped.",
    [("weirctl resume orders", ""), ("weirctl resume --state paused", "all that are paused")],
)
stop = _state_command(
    "stop",
    "Stop connectors: their tasks are given up, their configs and offsets stay.",
    [("weirctl stop orders payments", ""), ("weirctl stop -e '^test-'", "all of a name like that")],
)
delete = _state_command(
    "delete",
    "Delete connectors; offsets stay, and an equal name would go on from them.",
    [
        ("weirctl delete orders", ""),
        ("weirctl offsets reset orders --stop && weirctl delete orders", "with its offsets"),
    ],
)


@command(
    "restart",
    params=_acting(),
    help="Restart connectors with their tasks, or parts of them.",
    examples=[
        ("weirctl restart orders", "the connector and all its tasks"),
        ("weirctl restart orders --failed", "only what failed"),
        ("weirctl restart --all --failed --yes", "whatever failed anywhere"),
        ("weirctl restart orders --task 0 --task 2", "these tasks"),
    ],
)
@click.option("--failed", is_flag=True, help="only what failed")
@click.option(
    "--task", "tasks", type=click.IntRange(0), multiple=True, metavar="N", help="only this task"
)
@click.option(
    "--tasks", "only_tasks", is_flag=True, help="only the tasks, not the connector itself"
)
@click.option("--instance", is_flag=True, help="only the connector itself, not its tasks")
@click.pass_obj
def restart(
    settings: Settings,
    /,
    *,
    failed: bool,
    tasks: tuple[int, ...],
    only_tasks: bool,
    instance: bool,
    **words: Any,
) -> Running | int:
    """Restart connectors."""
    if (tasks and (only_tasks or failed)) or (instance and (tasks or only_tasks)):
        raise OperatorError("restart takes one of --task, --tasks and --instance")

    def make() -> Verb:
        from weir_operator.cli.weirctl.connector import verb  # noqa: PLC0415 - loads much

        return verb.restart(failed=failed, tasks=tasks, only_tasks=only_tasks, instance=instance)

    return _do(settings, "restart", make, words)
