"""One look's arguments, bundled, and the short ways to write its answer."""

from __future__ import annotations

from dataclasses import dataclass, replace

from weir_operator.client.view import ConnectorView
from weir_operator.plan.action import Action
from weir_operator.plan.difference import Difference
from weir_operator.plan.memory import Memory
from weir_operator.plan.model import Desired
from weir_operator.plan.observation import Observed
from weir_operator.plan.outcome import Outcome, Phase, Plan
from weir_operator.resources.reason import Reason


@dataclass(frozen=True, slots=True)
class Step:
    """Everything that a rule of the plan may look at."""

    desired: Desired
    observed: Observed
    memory: Memory
    now: float

    @property
    def view(self) -> ConnectorView | None:
        """The connector as observed."""
        return self.observed.view

    @property
    def is_stale(self) -> bool:
        """Whether the observation is older than our last write."""
        return self.observed.read_at < self.memory.wrote_at

    def remembering(self, **changes: object) -> Step:
        """Give the same look with another memory."""
        return replace(self, memory=replace(self.memory, **changes))  # type: ignore[arg-type]

    def act(self, reason: Reason, *actions: Action, message: str = "") -> Plan:
        """Ask for actions."""
        return Plan(actions, self.memory, Outcome(Phase.WORKING, reason, message))

    def wait(
        self,
        reason: Reason,
        message: str = "",
        *,
        at: float | None = None,
        difference: Difference | None = None,
    ) -> Plan:
        """Wait for something that comes by itself, at the latest `at`."""
        return Plan((), self.memory, Outcome(Phase.WORKING, reason, message, difference, at))

    def stall(
        self,
        reason: Reason,
        message: str,
        *,
        at: float | None = None,
        difference: Difference | None = None,
    ) -> Plan:
        """Say what only a person can change."""
        return Plan((), self.memory, Outcome(Phase.STALLED, reason, message, difference, at))

    def settle(
        self,
        reason: Reason = Reason.AS_ASKED,
        message: str = "",
        *,
        at: float | None = None,
        difference: Difference | None = None,
    ) -> Plan:
        """Say that nothing is left to do."""
        return Plan((), self.memory, Outcome(Phase.SETTLED, reason, message, difference, at))
