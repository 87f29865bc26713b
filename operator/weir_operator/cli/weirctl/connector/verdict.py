"""Whether a connector is as a verb asked for: pure, from what one read found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from weir_operator.cli.weirctl.connector.trace import cause

if TYPE_CHECKING:
    from weir_operator.client.view import ConnectorView, StatusView

STALE_S = 1.5
"""How long Connect may tell of a state from before a call."""
NO_TASKS_S = 3.0
_MOVING = frozenset({"RESTARTING", "UNASSIGNED", ""})


@dataclass(frozen=True, slots=True)
class Verdict:
    """A connector came to rest: as asked, or `problem` says how it failed."""

    problem: str = ""


@dataclass(slots=True)
class Look:
    """One look at a connector, `since_s` after the call; `moved`: an earlier one saw it move."""

    view: ConnectorView | None
    since_s: float
    moved: bool = False

    @property
    def status(self) -> StatusView | None:
        """Its status, if there is one."""
        return self.view.status if self.view is not None else None


Judge = Callable[[Look], Verdict | None]


def is_moving(view: ConnectorView | None) -> bool:
    """Tell whether any part is on its way."""
    status = view.status if view is not None else None
    if status is None:
        return True
    return status.state in _MOVING or any(task.state in _MOVING for task in status.tasks)


def paused(look: Look) -> Verdict | None:
    """Look for PAUSED, with no task that runs; one that failed before stays so."""
    status = look.status
    if status is None or status.state != "PAUSED":
        return None
    rest = ("PAUSED", "FAILED")
    return Verdict() if all(task.state in rest for task in status.tasks) else None


def stopped(look: Look) -> Verdict | None:
    """Look for STOPPED, with no task left."""
    status = look.status
    return (
        Verdict() if status is not None and status.state == "STOPPED" and not status.tasks else None
    )


def gone(look: Look) -> Verdict | None:
    """Look for nothing."""
    return Verdict() if look.view is None else None


def running(look: Look) -> Verdict | None:
    """Look for RUNNING with all its tasks; a failure counts once it cannot be an old one."""
    status = look.status
    if status is None or look.view is None:
        return None
    fresh = look.moved or look.since_s >= STALE_S
    failed = failure(look.view)
    if failed:
        return Verdict(failed) if fresh and not is_moving(look.view) else None
    if status.state != "RUNNING" or any(task.state != "RUNNING" for task in status.tasks):
        return None
    complete = len(status.tasks) >= max(1, look.view.task_count)
    return Verdict() if complete or look.since_s >= NO_TASKS_S else None


def restarted(look: Look) -> Verdict | None:
    """Look for parts that have come to rest after they moved."""
    status = look.status
    if status is None or is_moving(look.view):
        return None
    if not (look.moved or look.since_s >= STALE_S):
        return None
    return Verdict(failure(look.view))


def failure(view: ConnectorView | None) -> str:
    """Say which parts failed and why, one a line; empty if none."""
    status = view.status if view is not None else None
    if status is None:
        return ""
    lines = [f"FAILED: {cause(status.trace)}"] if status.state == "FAILED" else []
    lines += [
        f"task {task.id} FAILED: {cause(task.trace)}"
        for task in status.tasks
        if task.state == "FAILED"
    ]
    return "\n".join(lines)


def state_words(view: ConnectorView | None) -> str:
    """Say how a connector is, for a sentence."""
    status = view.status if view is not None else None
    if status is None:
        return "without a status"
    running_tasks = sum(task.state == "RUNNING" for task in status.tasks)
    tasks = f", {running_tasks} of {len(status.tasks)} tasks run" if status.tasks else ""
    return f"{status.state}{tasks}"
