"""`weirctl diff`: what `apply` would change."""

from __future__ import annotations

import difflib
import json
from collections.abc import Sequence
from typing import Any

from weir_operator.cli.weirctl import table
from weir_operator.cli.weirctl.folder.session import (
    DIFFERS,
    ERROR,
    IN_SYNC,
    ONCE,
    counted,
    is_looked_at,
    observing,
    run_until,
)
from weir_operator.cli.weirctl.mask import shown
from weir_operator.cli.weirctl.worker import connect
from weir_operator.client.error import ConnectApiError
from weir_operator.client.view import Validation
from weir_operator.controller.entry import Entry
from weir_operator.plan.model import Desired
from weir_operator.plan.observation import Contact
from weir_operator.plan.outcome import Phase

_SYMBOLS = {"create": "+", "change": "~", "same": "=", "error": "!"}


async def diff(desires: Sequence[Desired], *, timeout_s: float, as_json: bool) -> tuple[str, int]:
    """Look once and give the text and the exit code."""
    ended = await run_until(observing(desires), is_looked_at, timeout_s=timeout_s, pace=ONCE)
    results = [await _result(entry) for entry in ended.entries]
    changes = {result["change"] for result in results}
    code = ERROR if "error" in changes else DIFFERS if changes - {"same"} else IN_SYNC
    text = json.dumps(results, indent=2, ensure_ascii=False) if as_json else _text(results)
    return text, code


async def _result(entry: Entry) -> dict[str, Any]:
    desired = entry.desired
    result: dict[str, Any] = {"name": str(desired.owner), "connector": desired.connector}
    result["url"] = desired.key.url
    problem = _problem(entry)
    outcome = entry.outcome
    found = outcome.difference if outcome is not None else None
    if problem or found is None:
        return {**result, "change": "error", "message": problem or "it was not looked at in time"}
    if not found:
        return {**result, "change": "same"}
    judged, failure = await _judged(desired) if found.keys or found.missing else (Validation(), "")
    if failure or judged.errors:
        lines = [f"{one.key}: {text}" for one in judged.errors for text in one.errors]
        return {**result, "change": "error", "message": failure or "\n".join(lines)}
    passwords = judged.password_keys
    if found.missing:
        config = {k: shown(k, v, passwords) for k, v in sorted(desired.config.items())}
        return {**result, "change": "create", "state": desired.state.value, "config": config}
    keys = {
        key: {"connect": shown(key, before, passwords), "wanted": shown(key, after, passwords)}
        for key, before, after in found.keys
    }
    result |= {"change": "change", "keys": keys}
    if found.state is not None:
        result["state"] = {"connect": found.found_state.lower(), "wanted": found.state.value}
    return result


def _problem(entry: Entry) -> str:
    if entry.outcome is None:
        return ""
    if entry.observed.contact in (Contact.LOST, Contact.REFUSED):
        return entry.observed.problem
    refused = entry.desired.refusal is not None or entry.observed.holder
    stalled = entry.outcome.phase is Phase.STALLED
    return entry.outcome.message if stalled and refused else ""


async def _judged(desired: Desired) -> tuple[Validation, str]:
    """Let the worker judge what would be written; it also knows which keys are passwords."""
    if desired.target is None:
        return Validation(), ""
    api = connect(desired.target)
    try:
        return await api.validate(desired.connector_class, desired.config), ""
    except ConnectApiError as problem:
        return Validation(), str(problem)
    finally:
        await api.close()


def _text(results: list[dict[str, Any]]) -> str:
    lines: list[str] = []
    for result in results:
        if result["change"] != "same":
            lines.append(f"{_SYMBOLS[result['change']]} {result['connector']}  {result['url']}")
            lines.extend(f"    {line}" for line in _details(result))
    counts = dict.fromkeys(_SYMBOLS, 0)
    for result in results:
        counts[result["change"]] += 1
    errors = f"{counts['error']} error{'' if counts['error'] == 1 else 's'}"
    told = f"{counts['create']} to create, {counts['change']} to change, {counts['same']} in sync"
    lines.append(f"{counted(len(results))}: {told}, {errors}")
    return "\n".join(table.clean(line) for line in lines)


def _details(result: dict[str, Any]) -> list[str]:
    if result["change"] == "error":
        return str(result["message"]).splitlines()
    if result["change"] == "create":
        lines = [f"state: {result['state']}"]
        return lines + [line for k, v in result["config"].items() for line in created(k, v)]
    lines = [line for k, pair in result["keys"].items() for line in changed(k, **pair)]
    if "state" in result:
        lines.extend(changed("state", **result["state"]))
    return lines


def created(key: str, value: str) -> list[str]:
    """Show a new value: on one line, or indented below its key."""
    if "\n" not in value:
        return [f"{key}: {_plain(value)}"]
    return [f"{key}: |", *(f"  {line}".rstrip() for line in value.splitlines())]


def changed(key: str, connect: str | None, wanted: str | None) -> list[str]:
    """Show a changed value: both on one line, or the lines that differ below its key."""
    if "\n" not in (connect or "") + (wanted or ""):
        return [f"{key}: {_plain(connect)} -> {_plain(wanted)}"]
    before, after = (connect or "").splitlines(), (wanted or "").splitlines()
    if before == after:
        return [f"{key}: differs in the empty lines at its end"]
    told = list(difflib.unified_diff(before, after, n=1, lineterm=""))[2:]  # no names of files
    return [f"{key}:", *(f"  {line}".rstrip() for line in told if not line.startswith("@@"))]


def _plain(value: str | None) -> str:
    if value is None:
        return "(none)"
    # blanks at an end, or nothing at all, would not be seen
    return json.dumps(value, ensure_ascii=False) if value != value.strip() or not value else value
