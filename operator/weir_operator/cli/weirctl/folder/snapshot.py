"""Everything that runs on a cluster, at one moment and whole."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from weir_operator.cli.weirctl.worker import unknown
from weir_operator.client.detail import DetailConnect
from weir_operator.client.error import ConnectApiError, NotFoundError
from weir_operator.client.view import ConnectorView
from weir_operator.observe.errors import OperatorError

_MOVING = frozenset({"UNASSIGNED", "RESTARTING", ""})
_AGAIN_S = 0.5
_SETTLE_S = 5.0
_AT_ONCE = 8


@dataclass(slots=True)
class Snapshot:
    """Every connector by its name; `passwords` are the keys that each class defines so.

    `notes` say what could not be made sure of.
    """

    views: dict[str, ConnectorView]
    passwords: dict[str, frozenset[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def passwords_of(self, view: ConnectorView) -> frozenset[str]:
        """Give the keys that hold passwords."""
        return self.passwords.get(view.config.get("connector.class", ""), frozenset())


async def snapshot(api: DetailConnect, wanted: Sequence[str], *, timeout_s: float) -> Snapshot:
    """Read the connectors of these names, or all; waits a little for those between two states.

    Raises:
        OperatorError: There is no connector of a name, or the time is over.
        ConnectApiError: The worker gives no answer.
    """
    try:
        async with asyncio.timeout(timeout_s):
            found = Snapshot(await _settled(api, wanted))
            await _define(api, found)
    except TimeoutError as problem:
        raise OperatorError(f"the cluster was not read within {timeout_s:g} s") from problem
    found.notes.extend(
        f"{view.name}: its state is {state or 'not known'}; written as running"
        for view in found.views.values()
        if (state := _state(view)) in _MOVING
    )
    return found


async def read(api: DetailConnect, wanted: Sequence[str] = ()) -> dict[str, ConnectorView]:
    """Read every connector, also those that the bulk read leaves out.

    Raises:
        OperatorError: There is no connector of a name.
    """
    names = await api.names()
    missing = [name for name in wanted if name not in names]
    if missing:
        raise OperatorError("\n".join(unknown(name, names) for name in missing))
    bulk = await api.read()
    views: dict[str, ConnectorView] = {}
    for name in dict.fromkeys(wanted or names):
        view = bulk.get(name)
        try:
            views[name] = view if view is not None else await api.status(name)
        except NotFoundError:
            continue  # deleted since the names were read
    return views


async def _settled(api: DetailConnect, wanted: Sequence[str]) -> dict[str, ConnectorView]:
    loop = asyncio.get_running_loop()
    end = loop.time() + _SETTLE_S
    while True:
        views = await read(api, wanted)
        if loop.time() > end or not any(_state(view) in _MOVING for view in views.values()):
            return views
        await asyncio.sleep(_AGAIN_S)


def _state(view: ConnectorView) -> str:
    return view.status.state if view.status is not None else ""


async def _define(api: DetailConnect, found: Snapshot) -> None:
    """Ask once for each class which of its keys are passwords."""
    users: dict[str, list[str]] = {}
    for view in found.views.values():
        users.setdefault(view.config.get("connector.class", ""), []).append(view.name)
    slots = asyncio.Semaphore(_AT_ONCE)

    async def one(plugin: str) -> None:
        async with slots:
            try:
                defined = await api.definitions(plugin)
            except ConnectApiError as problem:
                found.notes.append(_untold(plugin, users[plugin], problem))
                return
        found.passwords[plugin] = frozenset(key.name for key in defined if key.type == "PASSWORD")

    async with asyncio.TaskGroup() as group:
        for plugin in users:
            group.create_task(one(plugin), name=f"definitions of {plugin}")


def _untold(plugin: str, users: Sequence[str], problem: ConnectApiError) -> str:
    names = ", ".join(users[:3]) + (f" and {len(users) - 3} more" if len(users) > 3 else "")
    return (
        f"{names}: the worker does not say which keys of {plugin} are passwords ({problem});"
        " secrets are told by their names only: look before the files are shared"
    )
