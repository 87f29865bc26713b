"""`weirctl offsets set` and `reset`: stop, change, and bring the former state back, as one."""

from __future__ import annotations

import asyncio
import json
import os
import shlex
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from weir_operator.cli.weirctl import document, table
from weir_operator.cli.weirctl.connector import verdict
from weir_operator.cli.weirctl.connector.select import Selection, pick
from weir_operator.cli.weirctl.offset import parse
from weir_operator.cli.weirctl.offset.read import body
from weir_operator.cli.weirctl.output import say, tell_error
from weir_operator.cli.weirctl.settings import Settings
from weir_operator.cli.weirctl.worker import opened, patiently
from weir_operator.client.detail import DetailConnect
from weir_operator.client.error import ConnectApiError
from weir_operator.client.http import segment
from weir_operator.client.port import StateName
from weir_operator.client.target import ClusterTarget
from weir_operator.client.view import ConnectorView, OffsetView
from weir_operator.config.context import folder_of_state
from weir_operator.observe.errors import OperatorError

_LOOK_S = 0.2
_STILL_STOPPING = "haven't stopped completely"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to become of a connector's offsets: `wanted`, or None for no offsets at all.

    `replace` takes away those that are not wanted, `stop` allows to stop it meanwhile, `save`
    names the file for the offsets from before.
    """

    name: str
    wanted: Sequence[OffsetView] | None
    replace: bool = False
    stop: bool = False
    dry_run: bool = False
    save: str | None = None


async def change(settings: Settings, target: ClusterTarget, wish: Wish) -> int:
    """Change offsets as wished; the connector is as before afterwards, whatever happens."""
    async with opened(settings, target) as api:
        (view,) = await pick(api, Selection((wish.name,)))
        before = await api.offsets(view.name)
        wanted = _wanted(before, wish)
        changed = parse.changes(before, wanted)
        if not settings.is_data:
            _preview(view.name, changed)
        if wish.dry_run or not changed:
            return _end(settings, wish, changed, saved=None, after=before)
        state = _state(view)
        if state != "stopped" and not wish.stop:
            raise OperatorError(
                f"{view.name} is {state}, and offsets can be changed when it is stopped only: add"
                " --stop, and it is stopped, changed and brought back"
            )
        saved = _save(view.name, parse.undoing(before, wanted), wish.save)
        async with _stopped(settings, api, view, state):
            await _alter(api, wish, wanted, settings.timeout)
            after = await api.offsets(view.name)
    return _end(settings, wish, changed, saved=saved, after=after)


def _wanted(before: Sequence[OffsetView], wish: Wish) -> list[OffsetView]:
    if wish.wanted is None:
        return [OffsetView(one.partition, None) for one in before]
    return parse.replacing(before, wish.wanted) if wish.replace else list(wish.wanted)


def _state(view: ConnectorView) -> StateName:
    """Give the state to come back to; a connector that failed was to run."""
    found = view.status.state.lower() if view.status is not None else ""
    states: dict[str, StateName] = {"paused": "paused", "stopped": "stopped"}
    return states.get(found, "running")


def _preview(name: str, changed: Sequence[Any]) -> None:
    for partition, former, later in changed:
        pair = f"{document.line(former)} -> {document.line(later)}"
        say(table.clean(f"{name}: {document.line(partition)}: {pair}"))


def _save(name: str, offsets: Sequence[OffsetView], path: str | None) -> Path:
    """Keep the offsets from before in a file that sets them back."""
    stamp = time.strftime("%Y%m%dT%H%M%S")
    folder = folder_of_state(os.environ) / "offsets"
    place = Path(path) if path else folder / f"{segment(name)}-{stamp}.json"
    try:
        if not path:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        place.write_text(json.dumps(body(offsets), indent=2, ensure_ascii=False) + "\n")
    except OSError as problem:
        reason = (problem.strerror or str(problem)).lower()
        raise OperatorError(
            f"nothing was changed: the offsets from before cannot be saved to {place}: {reason};"
            " name a file with --save"
        ) from problem
    return place


@asynccontextmanager
async def _stopped(
    settings: Settings, api: DetailConnect, view: ConnectorView, state: StateName
) -> AsyncIterator[None]:
    """Keep a connector stopped, and bring its state back, also after a failure or Ctrl-C."""
    if state == "stopped":
        yield
        return
    try:
        await _become(settings, api, view.name, "stopped")
        yield
    finally:
        try:
            await _become(settings, api, view.name, state)
        except (ConnectApiError, OperatorError) as problem:
            tell_error(
                f"{view.name} is left stopped: {problem}; weirctl resume {shlex.quote(view.name)}"
            )


async def _become(settings: Settings, api: DetailConnect, name: str, state: StateName) -> None:
    judges = {
        "running": verdict.running,
        "paused": verdict.paused,
        "stopped": verdict.stopped,
    }
    loop = asyncio.get_running_loop()
    await patiently(lambda: api.set_state(name, state), settings.timeout)
    begun = loop.time()
    moved = False
    while loop.time() - begun < settings.timeout:
        view = await patiently(lambda: api.status(name), settings.timeout)
        found = judges[state](verdict.Look(view, loop.time() - begun, moved))
        moved = moved or verdict.is_moving(view)
        if found is not None:
            if not settings.is_data:
                say(table.clean(f"{name}: {found.problem or state}"))
            return
        await asyncio.sleep(_LOOK_S)
    raise OperatorError(f"it was not {state} after {settings.timeout:g} s")


async def _alter(
    api: DetailConnect, wish: Wish, wanted: Sequence[OffsetView], timeout_s: float
) -> None:
    """Change the offsets; a sink's group may need a moment until its tasks have left."""
    end = asyncio.get_running_loop().time() + timeout_s
    told = False
    while True:
        try:
            if wish.wanted is None:
                await patiently(lambda: api.reset_offsets(wish.name), timeout_s)
            else:
                await patiently(lambda: api.alter_offsets(wish.name, wanted), timeout_s)
        except ConnectApiError as problem:
            late = asyncio.get_running_loop().time() > end
            if late or _STILL_STOPPING not in str(problem):
                raise OperatorError(
                    f"{wish.name}: the offsets were not changed: {problem}"
                ) from problem
            if not told:
                tell_error(f"{wish.name}: waiting until its consumer group is empty")
                told = True
            await asyncio.sleep(_LOOK_S)
        else:
            return


def _end(
    settings: Settings,
    wish: Wish,
    changed: Sequence[Any],
    *,
    saved: Path | None,
    after: Sequence[OffsetView],
) -> int:
    what = (
        "changed" if saved is not None else "nothing was written" if changed else "as asked before"
    )
    if settings.is_data:
        found = {
            "name": wish.name,
            "result": what,
            "changes": [
                {"partition": partition, "before": former, "after": later}
                for partition, former, later in changed
            ],
            "saved": str(saved) if saved is not None else None,
            **body(after),
        }
        say(document.dump(found, settings.output))
    elif saved is not None:
        say(
            table.clean(
                f"{wish.name}: {len(changed)} offset{'' if len(changed) == 1 else 's'} changed"
            )
        )
        words = f"{shlex.quote(wish.name)} -f {shlex.quote(str(saved))}"
        say(table.clean(f"to set them back: weirctl offsets set {words} --stop"))
    else:
        say(
            table.clean(
                f"{wish.name}: {'nothing was written' if changed else 'there is nothing to change'}"
            )
        )
    return 0
