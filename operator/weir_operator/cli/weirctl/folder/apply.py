"""`weirctl apply` and `weirctl watch`: make Connect as the folder says, once or for good."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import click

from weir_operator.cli.weirctl import table
from weir_operator.cli.weirctl.folder import progress, prune
from weir_operator.cli.weirctl.folder.interrupt import TERMINATED, Stop, signals
from weir_operator.cli.weirctl.folder.prune import Rule, Stray
from weir_operator.cli.weirctl.folder.session import (
    DIFFERS,
    ERROR,
    IN_SYNC,
    Listeners,
    counted,
    event_line,
    is_finished,
    run_until,
    run_watch,
)
from weir_operator.cli.weirctl.folder.status import row
from weir_operator.cli.weirctl.output import say, tell_error
from weir_operator.conditions.judgement import previous_conditions
from weir_operator.controller.entry import Entry
from weir_operator.observe.errors import OperatorError
from weir_operator.plan.model import Desired, Owner
from weir_operator.plan.observation import Contact
from weir_operator.plan.outcome import Phase
from weir_operator.resources.reason import Reason

Kind = Literal["Normal", "Warning"]


@dataclass(frozen=True, slots=True)
class Wish:
    """How to apply; without a rule for pruning nothing is deleted."""

    prune: Rule | None = None
    yes: bool = False


async def apply(
    desires: Sequence[Desired], wish: Wish = Wish(), *, timeout_s: float, as_json: bool
) -> int:
    """Write until everything is as asked or needs a person; give the exit code.

    What is to be deleted is agreed on before anything is written, and deleted only after the
    rest was written well.
    """
    found = await prune.strays(desires, wish.prune, timeout_s=timeout_s) if wish.prune else []
    if found and not as_json:
        prune.show(found)
    if not prune.agreed(found, yes=wish.yes):
        tell_error("nothing was done")
        return DIFFERS
    with progress.shown(len(desires), "as asked") as bar, signals() as stop:
        work = _Work(bar, as_json=as_json)
        waiting = _Waiting(timeout_s)
        told = Listeners(work.on_event, waiting.on_status, work.on_look)
        ended = await run_until(
            desires, is_finished, timeout_s=timeout_s, told=told, stop=stop.set_by
        )
        work.results = [_result(entry) for entry in ended.entries]
        if found:
            await _prune(work, found, stop, timeout_s)
    text = _text(work.results) if not ended.interrupted else work.as_far()
    say(work.as_document() if as_json else text)
    if ended.interrupted:
        raise click.Abort if stop.number == signal.SIGINT else click.exceptions.Exit(TERMINATED)
    return max((result["code"] for result in work.results), default=IN_SYNC)


@dataclass(slots=True)
class _Work:
    """What was done so far, told as it happens."""

    bar: progress.Told
    as_json: bool
    done: list[dict[str, str]] = field(default_factory=list)
    results: list[dict[str, Any]] = field(default_factory=list)

    def on_event(self, owner: Owner, kind: Kind, reason: str, message: str) -> None:
        """Tell of something that was done."""
        self.add(str(owner), reason, message, event_line(owner, kind, reason, message))

    def add(self, name: str, reason: str, message: str, line: str) -> None:
        """Note something that was done and tell it."""
        self.done.append({"name": name, "reason": reason, "message": message})
        if not self.as_json:
            # what was begun is finished, whether somebody reads on or not
            with contextlib.suppress(BrokenPipeError, OperatorError):
                self.bar.line(table.clean(line))

    def on_look(self, entries: Sequence[Entry]) -> None:
        """Look at how far it is."""
        written = f", {len(self.done)} written" if self.done else ""
        self.bar.at(sum(is_finished(entry) for entry in entries), written)

    def as_far(self) -> str:
        """Say how far it came before it was interrupted."""
        begun = {entry["name"] for entry in self.done}
        well = [result for result in self.results if result["code"] == IN_SYNC]
        ill = [result for result in self.results if result["result"] == "refused"]
        rest = {result["name"] for result in self.results} - {r["name"] for r in (*well, *ill)}
        told = f"{len(well)} of {counted(len(self.results))} are as asked, {len(rest & begun)} are"
        told += f" written and not seen to run yet, {len(rest - begun)} are not done; apply again"
        return "\n".join([*(_text(ill).splitlines()[:-1]), told])

    def as_document(self) -> str:
        """Give everything as JSON."""
        body = {"done": self.done, "connectors": self.results}
        return json.dumps(body, indent=2, ensure_ascii=False)


async def _prune(work: _Work, found: Sequence[Stray], stop: Stop, timeout_s: float) -> None:
    """Delete what was agreed on, unless the rest did not go well."""
    unwell = [result for result in work.results if result["result"] not in ("as asked", "differs")]
    if unwell or stop.set_by.is_set():
        why = "not everything could be applied" if unwell else "it was interrupted"
        failed = [(stray, f"not deleted, since {why}") for stray in found]
    else:

        def on_done(stray: Stray) -> None:
            message = f"deleted the connector {stray.name}"
            work.add(stray.name, "Deleted", message, f"* {stray.name}: {message} (Deleted)")

        failed = await prune.delete(found, on_done, timeout_s=timeout_s)
    for stray, message in failed:
        told = {"result": "not deleted", "message": message, "code": ERROR}
        work.results.append({"name": stray.name, "connector": stray.name, **told})


class _Waiting:
    """Tells once of every cluster that does not answer: the wait for it would be silent."""

    def __init__(self, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._told: set[str] = set()

    def on_status(self, _: Owner, status: Mapping[str, Any]) -> None:
        """Look at a status."""
        ready = previous_conditions(status)["Ready"]
        message = str(ready["message"])
        if ready["reason"] == Reason.CONNECT_UNREACHABLE and message not in self._told:
            self._told.add(message)
            tell_error(f"{message}; trying for {self._timeout_s:g} s in all")


def _result(entry: Entry) -> dict[str, Any]:
    outcome = entry.outcome
    result: dict[str, Any] = {
        "name": str(entry.desired.owner),
        "connector": entry.desired.connector,
    }
    if outcome is None or entry.observed.contact is not Contact.FINE:
        message = entry.observed.problem or (outcome.message if outcome else "")
        return {**result, "result": "unknown", "message": message, "code": ERROR}
    if outcome.phase is Phase.SETTLED:
        in_sync = not outcome.difference
        word = "as asked" if in_sync else "differs"
        code = IN_SYNC if in_sync else DIFFERS
        return {**result, "result": word, "message": outcome.message, "code": code}
    word = "refused" if outcome.phase is Phase.STALLED else "not yet"
    code = ERROR if outcome.phase is Phase.STALLED else DIFFERS
    message = f"{outcome.reason}: {outcome.message}"
    return {**result, "result": word, "message": message, "code": code}


def _text(results: list[dict[str, Any]]) -> str:
    lines = [
        f"! {result['name']}: {result['result']}: {line}"
        for result in results
        if result["code"] != IN_SYNC
        for line in str(result["message"]).splitlines() or [""]
    ]
    wanted = [result for result in results if result["result"] != "not deleted"]
    well = sum(result["code"] == IN_SYNC for result in wanted)
    verb = "is" if len(wanted) == 1 else "are"
    lines.append(f"{well} of {counted(len(wanted))} {verb} as asked")
    return "\n".join(table.clean(line) for line in lines)


async def watch(load: Callable[[], Sequence[Desired]], *, as_json: bool) -> int:
    """Follow the folder until SIGINT or SIGTERM, telling what is done and how things stand."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)

    unheard: list[Exception] = []

    def tell(entry: dict[str, Any], line: str) -> None:
        try:
            _say(entry, line, as_json=as_json)
        except (BrokenPipeError, OperatorError) as problem:
            # nobody follows any more
            unheard.append(problem)
            stop.set()

    def on_event(owner: Owner, kind: Kind, reason: str, message: str) -> None:
        entry = {"name": str(owner), "event": reason, "message": message}
        tell(entry, event_line(owner, kind, reason, message))

    def on_status(owner: Owner, status: Mapping[str, Any]) -> None:
        tell({"name": str(owner), "status": status}, "  ".join(row(str(owner), dict(status))))

    await run_watch(load, on_event=on_event, on_status=on_status, stop=stop)
    if unheard:
        raise unheard[0]
    return IN_SYNC


def _say(entry: dict[str, Any], line: str, *, as_json: bool) -> None:
    now = datetime.now().astimezone()
    if as_json:
        text = json.dumps({"time": now.isoformat(timespec="seconds"), **entry}, ensure_ascii=False)
    else:
        text = f"{now:%H:%M:%S}  {line}"
    say(text)
