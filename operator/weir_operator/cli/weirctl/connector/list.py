"""`weirctl get connectors` and `get tasks`: what runs where, in a table."""

from __future__ import annotations

import asyncio
from typing import Any

from weir_operator.cli.weirctl import document, table
from weir_operator.cli.weirctl.connector.select import Selection, pick
from weir_operator.cli.weirctl.connector.trace import cause
from weir_operator.cli.weirctl.output import say
from weir_operator.cli.weirctl.settings import Settings
from weir_operator.cli.weirctl.worker import opened
from weir_operator.client.target import ClusterTarget
from weir_operator.client.view import ConnectorView

HEADER = ("NAME", "TYPE", "STATE", "TASKS", "CLASS", "WORKER")
TASK_HEADER = ("CONNECTOR", "TASK", "STATE", "WORKER")
PROBLEM = "PROBLEM"
LOOK_S = 2.0


async def show(
    settings: Settings, target: ClusterTarget, chosen: Selection, *, what: str, watch: bool
) -> int:
    """Show connectors or tasks once, or again and again as they change."""
    seen: list[Any] = []
    async with opened(settings, target) as api:
        while True:
            views = await pick(api, chosen)
            entries = _entries(views, what)
            fresh = [entry for entry in entries if entry not in seen]
            if fresh or not seen:
                _say(settings, what, fresh if watch else entries, again=bool(seen))
            if not watch:
                return 0
            seen = entries or seen
            await asyncio.sleep(LOOK_S)


def _entries(views: list[ConnectorView], what: str) -> list[dict[str, Any]]:
    if what == "tasks":
        return [entry for view in views for entry in tasks_of(view)]
    return [entry_of(view) for view in views]


def entry_of(view: ConnectorView) -> dict[str, Any]:
    """Give a connector as a document."""
    status = view.status
    found: dict[str, Any] = {
        "name": view.name,
        "type": view.type,
        "state": status.state if status is not None else None,
        "class": view.config.get("connector.class"),
        "worker": status.worker_id if status is not None else None,
    }
    if status is not None and status.trace:
        found["trace"] = status.trace
    tasks = [{k: v for k, v in one.items() if k != "connector"} for one in tasks_of(view)]
    return {**found, "tasks": tasks}


def tasks_of(view: ConnectorView) -> list[dict[str, Any]]:
    """Give the tasks of a connector as documents."""
    found = []
    for task in view.status.tasks if view.status is not None else ():
        entry = {"connector": view.name, "task": task.id, "state": task.state}
        entry["worker"] = task.worker_id
        found.append({**entry, "trace": task.trace} if task.trace else entry)
    return found


def _say(settings: Settings, what: str, entries: list[dict[str, Any]], *, again: bool) -> None:
    form = settings.output
    if again and settings.is_data:
        for entry in entries:
            say(document.line(entry))
    elif settings.is_data:
        say(document.dump(entries, form))
    elif form == "name":
        for entry in entries:
            say(table.clean(_name(entry, what)))
    elif not entries:
        say(f"there are no such {what}")
    else:
        text = text_of(entries, what, wide=form == "wide")
        say(text.partition("\n")[2] if again else text)


def _name(entry: dict[str, Any], what: str) -> str:
    return f"{entry['connector']}/{entry['task']}" if what == "tasks" else str(entry["name"])


def text_of(entries: list[dict[str, Any]], what: str, *, wide: bool) -> str:
    """Lay out a table; the wide one has whole class names and what went wrong."""
    if what == "tasks":
        header: tuple[str, ...] = TASK_HEADER
        rows = [_task_row(entry) for entry in entries]
    else:
        header = HEADER
        rows = [_row(entry, wide=wide) for entry in entries]
    if wide or (what == "tasks" and any("trace" in entry for entry in entries)):
        header = (*header, PROBLEM)
        rows = [(*row, _problem(entry)) for row, entry in zip(rows, entries, strict=True)]
    return table.render(header, rows)


def _row(entry: dict[str, Any], *, wide: bool) -> tuple[str, ...]:
    tasks = entry["tasks"]
    running = sum(task["state"] == "RUNNING" for task in tasks)
    failed = sum(task["state"] == "FAILED" for task in tasks)
    count = f"{running}/{len(tasks)}" + (f" {failed} failed" if failed else "")
    whole = entry["class"] or "-"
    return (
        entry["name"],
        entry["type"],
        entry["state"] or "-",
        count,
        whole if wide else whole.rpartition(".")[2],
        entry["worker"] or "-",
    )


def _task_row(entry: dict[str, Any]) -> tuple[str, ...]:
    return (entry["connector"], str(entry["task"]), entry["state"], entry["worker"] or "-")


def _problem(entry: dict[str, Any]) -> str:
    if "trace" in entry:
        return cause(entry["trace"])
    traces = [task for task in entry.get("tasks", ()) if task.get("trace")]
    return f"task {traces[0]['task']}: {cause(traces[0]['trace'])}" if traces else ""
