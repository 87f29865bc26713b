"""The whole status of a resource, bounded in size."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from weir_operator.client.view import StatusView, TaskView
from weir_operator.conditions.facts import Facts
from weir_operator.conditions.judgement import conditions

TRACE_BYTES = 2048
TRACES_BYTES = 32 * 1024
TASKS_SHOWN = 500
_GAP = "\n[...]\n"


def build(facts: Facts) -> dict[str, Any]:
    """Give the status: conditions, connector, tasks, placement, what was handled.

    Without contact the last known connector and tasks stay as they were.
    """
    status: dict[str, Any] = {
        "observedGeneration": facts.generation,
        "conditions": conditions(facts),
    }
    status |= _connector(facts) if facts.contact else _kept(facts.previous)
    if facts.placement:
        status["placement"] = dict(facts.placement)
    if facts.handled:
        status["handled"] = dict(facts.handled)
    if facts.last_contact:
        status["lastContact"] = facts.last_contact
    return status


def differs(new: Mapping[str, Any], old: Mapping[str, Any], *, contact: bool) -> bool:
    """Tell whether a status is worth a write.

    While there is contact its time alone is not: at rest nothing is written.
    """
    if not contact:
        return dict(new) != dict(old)
    return _without_contact(new) != _without_contact(old)


def _without_contact(status: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in status.items() if key != "lastContact"}


def _kept(previous: Mapping[str, Any]) -> dict[str, Any]:
    names = ("connector", "tasks", "tasksSummary")
    return {name: previous[name] for name in names if name in previous}


def _connector(facts: Facts) -> dict[str, Any]:
    view = facts.view
    if view is None:
        return {}
    if view.status is None:
        return {"connector": {"name": view.name}}
    connector: dict[str, Any] = {"name": view.name, "state": view.status.state}
    connector |= _optional("workerId", view.status.worker_id)
    connector |= _optional("restarts", facts.restarts.get(-1, 0))
    if view.status.state == "FAILED":
        connector |= _optional("trace", cut(view.status.trace, TRACE_BYTES))
    running = sum(task.state == "RUNNING" for task in view.status.tasks)
    total = max(view.task_count, len(view.status.tasks))
    return {
        "connector": connector,
        "tasks": _tasks(view.status, facts.restarts),
        "tasksSummary": f"{running}/{total}",
    }


def _optional(name: str, value: object) -> dict[str, Any]:
    return {name: value} if value else {}


def _tasks(status: StatusView, restarts: Mapping[int, int]) -> list[dict[str, Any]]:
    tasks = status.tasks
    if len(tasks) > TASKS_SHOWN:
        # the failed ones first: they are what somebody looks for
        tasks = tuple(sorted(tasks, key=lambda task: (task.state != "FAILED", task.id)))
        tasks = tasks[:TASKS_SHOWN]
    left = TRACES_BYTES
    shown: list[dict[str, Any]] = []
    for task in tasks:
        entry = _task(task, restarts.get(task.id, 0), min(left, TRACE_BYTES))
        left -= len(entry.get("trace", "").encode())
        shown.append(entry)
    return shown


def _task(task: TaskView, restarts: int, trace_bytes: int) -> dict[str, Any]:
    entry: dict[str, Any] = {"id": task.id, "state": task.state}
    entry |= _optional("workerId", task.worker_id)
    entry["restarts"] = restarts
    if task.state == "FAILED":
        entry |= _optional("trace", cut(task.trace, trace_bytes))
    return entry


def cut(text: str, size: int) -> str:
    """Bound a text in UTF-8 bytes, keeping its beginning and, of a trace, the last cause."""
    raw = text.encode()
    if len(raw) <= size:
        return text
    room = size - len(_GAP)
    if room < 64:
        return raw[: max(size, 0)].decode(errors="ignore")
    head, tail = raw[: room * 2 // 3], raw[len(raw) - room // 3 :]
    return head.decode(errors="ignore") + _GAP + tail.decode(errors="ignore")
