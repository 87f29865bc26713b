"""`weirctl plugins`: what a worker can run, and what it takes."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from weir_operator.cli.weirctl import document, table
from weir_operator.cli.weirctl.guess import did_you_mean
from weir_operator.cli.weirctl.output import say
from weir_operator.cli.weirctl.settings import Settings
from weir_operator.cli.weirctl.worker import opened
from weir_operator.client.detail import DetailConnect
from weir_operator.client.error import InvalidError, NotFoundError
from weir_operator.client.target import ClusterTarget
from weir_operator.client.view import DefinitionView, PluginView
from weir_operator.observe.errors import OperatorError

HEADER = ("TYPE", "CLASS", "VERSION")
KEY_HEADER = ("KEY", "TYPE", "DEFAULT", "IMPORTANCE", "MEANING")
_LONG_DEFAULT = 30
_LEAST_MEANING = 20


@dataclass(frozen=True, slots=True)
class Search:
    """Which keys are wanted; all that is given must be found."""

    either: re.Pattern[str] | None = None
    name: re.Pattern[str] | None = None
    text: re.Pattern[str] | None = None

    def fits(self, key: DefinitionView) -> bool:
        """Tell whether a key is one of those."""
        if self.either and not (
            self.either.search(key.name) or self.either.search(key.documentation)
        ):
            return False
        if self.name and not self.name.search(key.name):
            return False
        return not self.text or self.text.search(key.documentation) is not None


async def show_all(settings: Settings, target: ClusterTarget, types: Sequence[str]) -> int:
    """Show the plugins of a worker."""
    async with opened(settings, target) as api:
        found = [one for one in await api.all_plugins() if not types or one.type in types]
    if settings.is_data:
        bodies = [{"class": p.plugin_class, "type": p.type, "version": p.version} for p in found]
        say(document.dump(bodies, settings.output))
    elif settings.output == "name":
        for one in found:
            say(table.clean(one.plugin_class))
    else:
        rows = [(one.type, one.plugin_class, one.version or "-") for one in found]
        say(table.render(HEADER, rows) if rows else "there are no such plugins")
    return 0


async def show_one(settings: Settings, target: ClusterTarget, name: str, search: Search) -> int:
    """Show the keys that a plugin defines."""
    async with opened(settings, target) as api:
        try:
            keys = await api.definitions(name)
        except (NotFoundError, InvalidError) as problem:
            raise OperatorError(await _unknown(api, name, problem)) from problem
    keys = tuple(key for key in keys if search.fits(key))
    if settings.is_data:
        say(document.dump([asdict(key) for key in keys], settings.output))
    elif settings.output == "name":
        for key in keys:
            say(table.clean(key.name))
    elif not keys:
        say(f"{table.clean(name)} has no such keys")
    else:
        say(text(keys, width=None if settings.output == "wide" else _width()))
    return 0


async def _unknown(api: DetailConnect, name: str, problem: Exception) -> str:
    known = await api.all_plugins()
    if name in {one.plugin_class for one in known}:
        return str(problem)
    words = [word for one in known for word in _words(one)]
    hint = did_you_mean(name, words) or "; see them with: weirctl plugins"
    return f"the worker has no plugin {name!r}{hint}"


def _words(plugin: PluginView) -> tuple[str, ...]:
    short = plugin.plugin_class.rpartition(".")[2]
    return (short, short.removesuffix("Connector"))


def _width() -> int | None:
    """Give the width of the terminal, None for a file or a pipe."""
    if sys.stdout is None or not sys.stdout.isatty():
        return None
    return shutil.get_terminal_size().columns


def text(keys: Sequence[DefinitionView], *, width: int | None) -> str:
    """Lay out keys; the meaning is cut where a line would be wider than `width`."""
    rows = [
        (key.name, key.type, _default(key), key.importance, " ".join(key.documentation.split()))
        for key in keys
    ]
    left = table.render(KEY_HEADER[:-1], [row[:-1] for row in rows]).splitlines()
    used = max(len(line) for line in left) + 2
    room = max(_LEAST_MEANING, width - used) if width is not None else None
    cut = [(*row[:-1], _cut(row[-1], room)) for row in rows]
    return table.render(KEY_HEADER, cut)


def _default(key: DefinitionView) -> str:
    if key.required:
        return "(required)"
    if key.default is None:
        return "-"
    return _cut(key.default, _LONG_DEFAULT) if key.default else '""'


def _cut(words: str, room: int | None) -> str:
    return words if room is None or len(words) <= room else f"{words[: room - 3]}..."
