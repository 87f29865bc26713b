"""Where a connector stands after a plan."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from weir_operator.plan.action import Action
from weir_operator.plan.difference import Difference
from weir_operator.plan.memory import Memory
from weir_operator.resources.reason import Reason


class Phase(Enum):
    """Settled: nothing to do. Working: it goes on by itself. Stalled: a person must help."""

    SETTLED = auto()
    WORKING = auto()
    STALLED = auto()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is to be told of the connector, and when to look again.

    `difference` is how Connect differs from the spec, None while that is not known;
    `requeue_at` (monotonic seconds) asks for another look without any event.
    """

    phase: Phase
    reason: Reason
    message: str = ""
    difference: Difference | None = None
    requeue_at: float | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Actions, to be done in order until one fails, the new memory, and the outcome.

    With actions the outcome is provisional: plan again after they are done.
    """

    actions: tuple[Action, ...]
    memory: Memory
    outcome: Outcome
