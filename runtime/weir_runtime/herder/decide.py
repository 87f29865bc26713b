"""The herder's one decision: what follows from an event.

Pure: the same state and event always give the same state and actions.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from weir_runtime.herder import change, event, report, restart
from weir_runtime.herder.settle import Step
from weir_runtime.herder.state import HerderState


def _nudged(state: HerderState, _event: event.Nudged) -> Step:
    return state, ()


_DECISIONS: dict[type[Any], Callable[[HerderState, Any], Step]] = {
    event.ConfigRead: change.config_read,
    event.OwnershipChanged: change.ownership_changed,
    event.WindowClosed: change.window_closed,
    event.PartReported: report.part_reported,
    event.PartStopped: report.part_stopped,
    event.PartMoved: report.part_moved,
    event.ReconfigurationWanted: report.reconfiguration_wanted,
    event.TaskConfigsMade: report.task_configs_made,
    event.TaskConfigsFailed: report.task_configs_failed,
    event.TaskConfigsDue: report.task_configs_due,
    event.PartsRestarted: restart.parts_restarted,
    event.Nudged: _nudged,
}


def decide(state: HerderState, what: event.Event) -> Step:
    """Return the state after an event, and the actions that it calls for, in order."""
    return _DECISIONS[type(what)](state, what)
