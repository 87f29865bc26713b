"""Which connectors a command is for: names, patterns, and what they are like."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from weir_operator.cli.weirctl import completion
from weir_operator.observe.errors import OperatorError

if TYPE_CHECKING:
    from weir_operator.client.detail import DetailConnect
    from weir_operator.client.view import ConnectorView

STATES = ("running", "paused", "stopped", "failed", "unassigned", "restarting")
TYPES = ("source", "sink")


@dataclass(frozen=True, slots=True)
class Selection:
    """What was asked for; all that is given must hold."""

    names: tuple[str, ...] = ()
    regex: bool = False
    everything: bool = False
    states: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it may hold more than what was named."""
        return self.regex or not self.names

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was given."""
        return not (self.names or self.everything or self.states or self.types or self.classes)

    def fits(self, view: ConnectorView) -> bool:
        """Tell whether a connector is one of those."""
        if self.names and not any(self._names(name, view.name) for name in self.names):
            return False
        if self.states and not set(self.states) & states_of(view):
            return False
        if self.types and view.type not in self.types:
            return False
        return not self.classes or any(is_class(view, one) for one in self.classes)

    def _names(self, given: str, name: str) -> bool:
        return re.search(given, name) is not None if self.regex else given == name


def states_of(view: ConnectorView) -> set[str]:
    """Give the states that a connector is found by: its own, and failed if a task is."""
    status = view.status
    if status is None:
        return {"unassigned"}
    failed = any(task.state == "FAILED" for task in status.tasks)
    return {status.state.lower()} | ({"failed"} if failed else set())


def is_class(view: ConnectorView, pattern: str) -> bool:
    """Tell whether a connector is of a class, given whole, short or with `*`."""
    whole = view.config.get("connector.class", "").lower()
    short = whole.rpartition(".")[2]
    return any(
        fnmatch.fnmatchcase(word, pattern.lower())
        for word in (whole, short, short.removesuffix("connector"))
    )


def params(*, everything: bool = True) -> list[click.Parameter]:
    """Make the arguments and options of a selection."""
    made: list[click.Parameter] = [
        click.Argument(
            ["names"], nargs=-1, metavar="[NAME]...", shell_complete=completion.connectors
        ),
        click.Option(
            ["-e", "--regex", "--reg-exp", "regex"],
            is_flag=True,
            help="the names are regular expressions, to be found in a name",
        ),
        click.Option(
            ["--state", "states"],
            multiple=True,
            type=click.Choice(STATES, case_sensitive=False),
            metavar="STATE",
            help=f"only in this state: {', '.join(STATES)}; failed also when only a task is",
        ),
        click.Option(
            ["--type", "types"],
            multiple=True,
            type=click.Choice(TYPES),
            metavar="TYPE",
            help="only source or only sink",
        ),
        click.Option(
            ["--class", "classes"],
            multiple=True,
            metavar="CLASS",
            help="only of this class, whole, short or with *",
        ),
    ]
    if everything:
        made.append(click.Option(["--all", "everything"], is_flag=True, help="all connectors"))
    return made


def taken(words: dict[str, Any]) -> Selection:
    """Take the selection out of the values of a command's parameters.

    Raises:
        OperatorError: A pattern is none.
    """
    fields = Selection.__dataclass_fields__
    chosen = Selection(**{name: words.pop(name) for name in fields if name in words})
    if chosen.regex:
        for name in chosen.names:
            try:
                re.compile(name)
            except re.error as problem:
                raise OperatorError(f"{name!r} is no regular expression: {problem}") from problem
    return chosen


async def pick(api: DetailConnect, chosen: Selection) -> list[ConnectorView]:
    """Read the connectors that were asked for, by name.

    Raises:
        OperatorError: One of the names is none; nothing is half used.
    """
    found = dict(await api.read())
    if chosen.names and not chosen.regex:
        await _complete(api, chosen.names, found)
    picked = [view for view in found.values() if chosen.fits(view)]
    if not chosen.is_open:
        order = {name: number for number, name in enumerate(chosen.names)}
        return sorted(picked, key=lambda view: order[view.name])
    return sorted(picked, key=lambda view: view.name)


async def _complete(
    api: DetailConnect, names: Iterable[str], found: dict[str, ConnectorView]
) -> None:
    """Read those that the list leaves out, as Connect does while one has no status."""
    from weir_operator.cli.weirctl.worker import unknown  # noqa: PLC0415 - as the client
    from weir_operator.client.error import NotFoundError  # noqa: PLC0415

    lost = []
    for name in names:
        if name not in found:
            try:
                found[name] = await api.status(name)
            except NotFoundError:
                lost.append(unknown(name, found))
    if lost:
        raise OperatorError("\n".join(lost))


def by_name(views: Iterable[ConnectorView]) -> Mapping[str, ConnectorView]:
    """Give connectors under their names."""
    return {view.name: view for view in views}
