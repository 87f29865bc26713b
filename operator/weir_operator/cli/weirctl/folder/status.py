"""`weirctl status`: how the connectors of the folder are."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from weir_operator.cli.weirctl import table
from weir_operator.cli.weirctl.folder.session import (
    DIFFERS,
    ERROR,
    IN_SYNC,
    ONCE,
    is_looked_at,
    observing,
    run_until,
    status_of,
)
from weir_operator.conditions.judgement import previous_conditions
from weir_operator.controller.entry import Entry
from weir_operator.plan.model import Desired
from weir_operator.plan.observation import Contact

HEADER = ("NAME", "STATE", "TASKS", "READY", "SYNCED", "REASON", "WORKER")


async def status(desires: Sequence[Desired], *, timeout_s: float, as_json: bool) -> tuple[str, int]:
    """Look once and give the text and the exit code."""
    ended = await run_until(observing(desires), is_looked_at, timeout_s=timeout_s, pace=ONCE)
    found = [(entry, status_of(entry)) for entry in ended.entries]
    if as_json:
        results = [{"name": str(entry.desired.owner), "status": one} for entry, one in found]
        return json.dumps(results, indent=2, ensure_ascii=False), code_of(found)
    rows = [row(str(entry.desired.owner), one) for entry, one in found]
    problems = dict.fromkeys(line for entry, one in found for line in _problems(entry, one))
    lines = [table.render(HEADER, rows), *(f"! {table.clean(line)}" for line in problems)]
    return "\n".join(lines), code_of(found)


def _problems(entry: Entry, status: dict[str, Any]) -> list[str]:
    """Say what is wrong; what is wrong with the whole cluster is the same line for all."""
    if entry.observed.problem:
        return [entry.observed.problem]
    if _is(status, "Stalled"):
        return [f"{entry.desired.owner}: {line}" for line in _message(status).splitlines()]
    return []


def code_of(found: Sequence[tuple[Entry, dict[str, Any]]]) -> int:
    """Give the exit code: 2 where Connect gave no answer, 1 where anything is not as asked."""
    if any(entry.observed.contact is not Contact.FINE for entry, _ in found):
        return ERROR
    as_asked = all(_is(one, "Ready") and _is(one, "Synced") for _, one in found)
    return IN_SYNC if as_asked else DIFFERS


def row(name: str, status: dict[str, Any]) -> tuple[str, ...]:
    """Give a status as a row of the table."""
    conditions = previous_conditions(status)
    connector = status.get("connector") or {}
    ready = conditions["Ready"]
    return (
        name,
        str(connector.get("state", "-")),
        str(status.get("tasksSummary", "-")),
        str(ready["status"]),
        str(conditions["Synced"]["status"]),
        str(ready["reason"]),
        str(connector.get("workerId", "-")),
    )


def _is(status: dict[str, Any], kind: str) -> bool:
    return bool(previous_conditions(status)[kind]["status"] == "True")


def _message(status: dict[str, Any]) -> str:
    return str(previous_conditions(status)["Stalled"]["message"])
