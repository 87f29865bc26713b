"""`weirctl logs level`: how much a worker writes into its log."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from weir_operator.cli.weirctl import document, table
from weir_operator.cli.weirctl.guess import did_you_mean
from weir_operator.cli.weirctl.output import say
from weir_operator.cli.weirctl.settings import Settings
from weir_operator.cli.weirctl.worker import opened, patiently
from weir_operator.client.detail import Scope
from weir_operator.client.error import NotFoundError
from weir_operator.client.target import ClusterTarget
from weir_operator.client.view import LoggerView
from weir_operator.observe.errors import OperatorError

HEADER = ("LOGGER", "LEVEL", "SET")
_MOST_TOLD = 10


async def show(settings: Settings, target: ClusterTarget, name: str | None) -> int:
    """Show the level of one logger, or of all."""
    async with opened(settings, target) as api:
        if name is None:
            found = list(await api.loggers())
        else:
            try:
                found = [await api.logger(name)]
            except NotFoundError as problem:
                known = [one.name for one in await api.loggers()]
                hint = did_you_mean(name, known) or "; see them with: weirctl logs level"
                raise OperatorError(f"there is no logger {name!r}{hint}") from problem
    if settings.is_data:
        say(document.dump([_document(one) for one in found], settings.output))
    elif settings.output == "name":
        for one in found:
            say(table.clean(one.name))
    else:
        rows = [(one.name, one.level, _when(one.modified_ms)) for one in found]
        say(table.render(HEADER, rows))
    return 0


def _document(one: LoggerView) -> dict[str, Any]:
    return {"name": one.name, "level": one.level, "lastModified": one.modified_ms}


def _when(modified_ms: int | None) -> str:
    if modified_ms is None:
        return "-"
    return f"{datetime.fromtimestamp(modified_ms / 1000, UTC).astimezone():%Y-%m-%d %H:%M:%S}"


async def put(
    settings: Settings, target: ClusterTarget, name: str, level: str, *, scope: Scope
) -> int:
    """Set a logger and those below it, on one worker or on all."""
    async with opened(settings, target) as api:
        changed = await patiently(lambda: api.set_level(name, level, scope), settings.timeout)
    if settings.is_data:
        body = {"logger": name, "level": level, "scope": scope, "changed": list(changed)}
        say(document.dump(body, settings.output))
    elif scope == "cluster":
        say(table.clean(f"{name}: {level} on all workers"))
    else:
        others = [one for one in changed if one != name]
        if len(others) > _MOST_TOLD:
            others = [f"{len(others)} loggers below it"]
        for one in (name, *others):
            say(table.clean(f"{one}: {level}"))
    return 0
