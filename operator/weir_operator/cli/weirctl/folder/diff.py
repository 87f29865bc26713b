"""`weirctl diff`: what `apply` would change."""

from __future__ import annotations

import asyncio
import difflib
import json
from collections.abc import Sequence
from typing import Any

from weir_operator.cli.weirctl import table
from weir_operator.cli.weirctl.folder import progress, prune
from weir_operator.cli.weirctl.folder.judge import Judge, Verdict
from weir_operator.cli.weirctl.folder.prune import Rule, Stray
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
from weir_operator.controller.entry import Entry
from weir_operator.plan import kept
from weir_operator.plan.model import Desired, ManagementPolicy
from weir_operator.plan.observation import Contact
from weir_operator.plan.outcome import Phase
from weir_operator.resources.reason import Reason

_SYMBOLS = {"create": "+", "change": "~", "delete": "-", "same": "=", "error": "!"}


async def diff(
    desires: Sequence[Desired], rule: Rule | None = None, *, timeout_s: float, as_json: bool
) -> tuple[str, int]:
    """Look once and give the text and the exit code; with a rule, also at what has no file."""
    strays = await prune.strays(desires, rule, timeout_s=timeout_s) if rule else []
    with progress.shown(len(desires), "compared") as bar:
        ended = await run_until(observing(desires), is_looked_at, timeout_s=timeout_s, pace=ONCE)
        results = await _results(desires, ended.entries, bar)
    results.extend(_deletion(stray) for stray in strays)
    changes = {result["change"] for result in results}
    code = ERROR if "error" in changes else DIFFERS if changes - {"same"} else IN_SYNC
    text = json.dumps(results, indent=2, ensure_ascii=False) if as_json else _text(results)
    return text, code


def _deletion(stray: Stray) -> dict[str, Any]:
    name = stray.name
    return {"name": name, "connector": name, "url": stray.target.url, "change": "delete"}


async def _results(
    desires: Sequence[Desired], entries: Sequence[Entry], bar: progress.Told
) -> list[dict[str, Any]]:
    left = {
        desired.owner.uid
        for desired in desires
        if desired.management_policy is ManagementPolicy.OBSERVE
    }
    done = 0

    async def one(entry: Entry) -> dict[str, Any]:
        nonlocal done
        result = await _result(entry, judge)
        if entry.uid in left and result["change"] in ("create", "change"):
            result["leftAlone"] = "managementPolicy is Observe"
        done += 1
        bar.at(done)
        return result

    async with Judge() as judge, asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(entry), name=f"judge {entry.uid}") for entry in entries]
    return [task.result() for task in tasks]


async def _result(entry: Entry, judge: Judge) -> dict[str, Any]:
    # what is kept is a part of what would be written
    desired = kept.laid_over(entry.desired, entry.observed.view)
    result: dict[str, Any] = {"name": str(desired.owner), "connector": desired.connector}
    result["url"] = desired.key.url
    problem = _problem(entry)
    outcome = entry.outcome
    found = outcome.difference if outcome is not None else None
    if problem or found is None:
        return {**result, "change": "error", "message": problem or "it was not looked at in time"}
    if not found:
        return {**result, "change": "same"}
    verdict = await judge.of(desired) if found.keys or found.missing else Verdict()
    if verdict.errors:
        return {**result, "change": "error", "message": "\n".join(verdict.sentences())}
    passwords = verdict.passwords
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
    refused = entry.desired.refusal is not None or bool(entry.observed.holder)
    refused = refused or entry.outcome.reason is Reason.INVALID_CONFIG
    stalled = entry.outcome.phase is Phase.STALLED
    return entry.outcome.message if stalled and refused else ""


def _text(results: list[dict[str, Any]]) -> str:
    lines: list[str] = []
    for result in results:
        if result["change"] != "same":
            lines.append(f"{_SYMBOLS[result['change']]} {result['connector']}  {result['url']}")
            lines.extend(f"    {line}" for line in _details(result))
            if "leftAlone" in result:
                lines.append(f"    apply leaves it as it is: {result['leftAlone']}")
    counts = dict.fromkeys(_SYMBOLS, 0)
    for result in results:
        counts[result["change"]] += 1
    errors = f"{counts['error']} error{'' if counts['error'] == 1 else 's'}"
    told = f"{counts['create']} to create, {counts['change']} to change, "
    told += f"{counts['delete']} to delete, " if counts["delete"] else ""
    lines.append(f"{counted(len(results))}: {told}{counts['same']} in sync, {errors}")
    return "\n".join(table.clean(line) for line in lines)


def _details(result: dict[str, Any]) -> list[str]:
    if result["change"] == "error":
        return str(result["message"]).splitlines()
    if result["change"] == "delete":
        return ["it has no file"]
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
