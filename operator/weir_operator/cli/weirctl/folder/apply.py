"""`weirctl apply` and `weirctl watch`: make Connect as the folder says, once or for good."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from weir_operator.cli.weirctl import table
from weir_operator.cli.weirctl.folder.session import (
    DIFFERS,
    ERROR,
    IN_SYNC,
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


async def apply(desires: Sequence[Desired], *, timeout_s: float, as_json: bool) -> tuple[str, int]:
    """Write until everything is as asked or needs a person; give the text and the exit code."""
    done: list[dict[str, str]] = []

    def on_event(owner: Owner, kind: Kind, reason: str, message: str) -> None:
        done.append({"name": str(owner), "reason": reason, "message": message})
        if not as_json:
            # what was begun is finished, whether somebody reads on or not
            with contextlib.suppress(BrokenPipeError, OperatorError):
                say(event_line(owner, kind, reason, message))

    waiting = _Waiting(timeout_s)
    ended = await run_until(
        desires, is_finished, timeout_s=timeout_s, on_event=on_event, on_status=waiting.on_status
    )
    results = [_result(entry) for entry in ended.entries]
    code = max((result["code"] for result in results), default=IN_SYNC)
    if as_json:
        body = {"done": done, "connectors": results}
        return json.dumps(body, indent=2, ensure_ascii=False), code
    return _text(results), code


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
    well = sum(result["code"] == IN_SYNC for result in results)
    verb = "is" if len(results) == 1 else "are"
    lines.append(f"{well} of {counted(len(results))} {verb} as asked")
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
