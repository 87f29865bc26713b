"""The arguments of the commands for folders; what they do is imported when they run."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from typing import TYPE_CHECKING, Any

import click

from weir_operator.cli.weirctl import option
from weir_operator.cli.weirctl.command import command
from weir_operator.cli.weirctl.output import say
from weir_operator.cli.weirctl.settings import Settings
from weir_operator.observe.errors import OperatorError

if TYPE_CHECKING:
    from weir_operator.plan.model import Desired
    from weir_operator.sources.folder import Folder

Running = Coroutine[Any, Any, int]
_FORMATS = ("text", "json")


@command(
    "diff",
    params=[option.folder()],
    formats=_FORMATS,
    help="Show what apply would change, and change nothing.",
    examples=[("weirctl -f connectors/ diff", "0 in sync, 1 something differs, 2 an error")],
)
@click.pass_obj
def diff(settings: Settings) -> Running:
    """Show what apply would change."""
    from weir_operator.cli.weirctl.folder import diff as work  # noqa: PLC0415 - loads much

    return _once(work.diff, settings, _desires(settings, "diff"))


@command(
    "apply",
    params=[option.folder()],
    formats=_FORMATS,
    help="Make Connect as the files say, and wait until it is.",
    examples=[("weirctl -f connectors/ apply", "twice is the same as once")],
)
@click.pass_obj
def apply(settings: Settings) -> Running:
    """Make Connect as the files say."""
    from weir_operator.cli.weirctl.folder import apply as work  # noqa: PLC0415 - loads much

    return _once(work.apply, settings, _desires(settings, "apply"))


@command(
    "status",
    params=[option.folder()],
    formats=_FORMATS,
    help="Show how the connectors of the files are.",
    examples=[("weirctl -f connectors/ status", "a table, with -o json as in Kubernetes")],
)
@click.pass_obj
def status(settings: Settings) -> Running:
    """Show how the connectors of the files are."""
    from weir_operator.cli.weirctl.folder import status as work  # noqa: PLC0415 - loads much

    return _once(work.status, settings, _desires(settings, "status"))


@command(
    "watch",
    params=[option.folder()],
    formats=_FORMATS,
    help="Apply, and go on as the files or the connectors change, until Ctrl-C.",
    examples=[("weirctl -f connectors/ watch", "an operator for one folder")],
)
@click.pass_obj
def watch(settings: Settings) -> Running:
    """Apply, and go on as the files or the connectors change."""
    from weir_operator.cli.weirctl.folder import apply as work  # noqa: PLC0415 - loads much
    from weir_operator.sources import file  # noqa: PLC0415

    folder = _folder(settings, "watch")
    if folder.path == file.STDIN:
        raise OperatorError("watch needs files, which it reads again and again, and no -f -")
    return work.watch(folder.load, as_json=settings.as_json)


def _folder(settings: Settings, name: str) -> Folder:
    """Check what was given before anything is asked of a worker."""
    from weir_operator.sources.folder import Folder  # noqa: PLC0415 - loads much

    access = settings.access()
    url = settings.address()
    if settings.folder is None:
        raise OperatorError(f"{name} needs -f FOLDER")
    return Folder(settings.folder, url, access)


def _desires(settings: Settings, name: str) -> Sequence[Desired]:
    from weir_operator.sources import file  # noqa: PLC0415 - loads much

    folder = _folder(settings, name)
    desires = folder.load()
    if not desires:
        place = file.STDIN_PLACE if folder.path == file.STDIN else folder.path
        raise OperatorError(f"{place}: there is no KafkaConnector")
    return desires


async def _once(work: Any, settings: Settings, desires: Sequence[Desired]) -> int:
    text, code = await work(desires, timeout_s=settings.timeout, as_json=settings.as_json)
    say(text)
    return int(code)
