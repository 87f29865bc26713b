"""The six conditions, each from the facts alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from weir_operator.conditions.facts import Facts, Progress, Verdict
from weir_operator.resources.reason import Reason

_AS_ASKED = {
    "RUNNING": Reason.RUNNING,
    "PAUSED": Reason.PAUSED,
    "STOPPED": Reason.STOPPED,
}
_KEEPS_READY = frozenset({Reason.REBALANCING})
_UNKNOWN_READY = frozenset({Reason.PENDING, Reason.CONNECT_UNREACHABLE})
_MESSAGE_LIMIT = 4096


def judge(facts: Facts) -> dict[str, Verdict]:
    """Give every condition's verdict, by its type, in the order in which they are shown."""
    return {
        "Ready": _ready(facts),
        "Reconciling": _reconciling(facts),
        "Stalled": _stalled(facts),
        "Validated": _validated(facts),
        "Synced": _synced(facts),
        "TasksHealthy": _tasks_healthy(facts),
    }


def conditions(facts: Facts) -> list[dict[str, Any]]:
    """Give the conditions as the status holds them."""
    before = previous_conditions(facts.previous)
    return [_condition(facts, kind, verdict, before) for kind, verdict in judge(facts).items()]


def previous_conditions(status: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Give the conditions of a status by type."""
    return {entry["type"]: entry for entry in status.get("conditions") or () if "type" in entry}


def _condition(
    facts: Facts, kind: str, verdict: Verdict, before: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    status = "Unknown" if verdict.status is None else str(verdict.status)
    former = before.get(kind, {})
    same = former.get("status") == status
    return {
        "type": kind,
        "status": status,
        "reason": verdict.reason.value,
        "message": verdict.message[:_MESSAGE_LIMIT],
        "observedGeneration": facts.generation,
        "lastTransitionTime": former.get("lastTransitionTime", facts.now) if same else facts.now,
    }


def _ready(facts: Facts) -> Verdict:
    if facts.progress is Progress.STALLED:
        return Verdict(False, facts.reason, facts.message)
    if facts.progress is Progress.WORKING:
        return _ready_while_working(facts)
    view = facts.view
    if view is None or view.status is None:
        return Verdict(False, Reason.NOT_FOUND, f"Connect has no connector {facts.name}")
    reason = _AS_ASKED.get(view.status.state)
    if reason is None:
        return Verdict(False, Reason.TASKS_PENDING, f"the connector is {view.status.state}")
    return Verdict(True, reason, facts.message)


def _ready_while_working(facts: Facts) -> Verdict:
    if not facts.contact or facts.reason in _UNKNOWN_READY:
        return Verdict(None, facts.reason, facts.message)
    former = previous_conditions(facts.previous).get("Ready")
    if facts.reason in _KEEPS_READY and former is not None:
        status = {"True": True, "False": False}.get(str(former.get("status")))
        kept = former.get("reason")
        reason = Reason(kept) if kept in set(Reason) else facts.reason
        return Verdict(status, reason, str(former.get("message", "")))
    status = None if facts.reason in _KEEPS_READY else False
    return Verdict(status, facts.reason, facts.message)


def _reconciling(facts: Facts) -> Verdict:
    if facts.progress is Progress.WORKING:
        return Verdict(True, facts.reason, facts.message)
    return Verdict(False, facts.reason if facts.progress is Progress.STALLED else Reason.AS_ASKED)


def _stalled(facts: Facts) -> Verdict:
    if facts.progress is Progress.STALLED:
        return Verdict(True, facts.reason, facts.message)
    return Verdict(False, Reason.AS_ASKED)


def _validated(facts: Facts) -> Verdict:
    if facts.reason is Reason.INVALID_CONFIG:
        return Verdict(False, facts.reason, facts.message)
    if facts.validated.status is not None:
        return facts.validated
    if facts.synced.status:
        return Verdict(True, Reason.VALID)
    return _kept(facts, "Validated")


def _synced(facts: Facts) -> Verdict:
    return facts.synced if facts.contact else Verdict(None, facts.reason)


def _kept(facts: Facts, kind: str) -> Verdict:
    """Keep a verdict that was reached for this very generation."""
    former = previous_conditions(facts.previous).get(kind)
    if former is None or former.get("observedGeneration") != facts.generation:
        return Verdict(None, Reason.UNKNOWN)
    status = {"True": True, "False": False}.get(str(former.get("status")))
    kept = former.get("reason")
    reason = Reason(kept) if kept in set(Reason) else Reason.UNKNOWN
    return Verdict(status, reason, str(former.get("message", "")))


def _tasks_healthy(facts: Facts) -> Verdict:
    status = facts.view.status if facts.view is not None and facts.contact else None
    if status is None:
        unknown = Reason.UNKNOWN if facts.contact else facts.reason
        return Verdict(None, unknown)
    failed = [str(task.id) for task in status.tasks if task.state == "FAILED"]
    if status.state == "FAILED":
        return Verdict(False, Reason.CONNECTOR_FAILED, "the connector failed")
    if failed:
        more = f" and {len(failed) - 10} more" if len(failed) > 10 else ""
        sentence = f"{len(failed)} of {len(status.tasks)} tasks failed: {', '.join(failed[:10])}"
        return Verdict(False, Reason.TASK_FAILED, sentence + more)
    return Verdict(True, Reason.ALL_RUNNING)
