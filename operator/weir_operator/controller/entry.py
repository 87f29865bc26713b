"""What the controller keeps of one resource."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from weir_operator.client.target import ClusterTarget
from weir_operator.conditions.judgement import previous_conditions
from weir_operator.plan import decision
from weir_operator.plan.memory import CONNECTOR_PART, Memory, Part
from weir_operator.plan.model import Desired
from weir_operator.plan.observation import Observed
from weir_operator.plan.outcome import Outcome


@dataclass(slots=True)
class Entry:
    """A resource, what is remembered of it, and how the last plan found it.

    `targets` are the clusters it was at while we ran, by URL: the credentials for a former place.
    """

    desired: Desired
    memory: Memory
    outcome: Outcome | None = None
    observed: Observed = field(default_factory=Observed)
    targets: dict[str, ClusterTarget] = field(default_factory=dict)
    is_gone: bool = False

    @property
    def uid(self) -> str:
        """The key of the entry."""
        return self.desired.owner.uid


def remembered(desired: Desired, now: float) -> Memory:
    """Give the memory of a resource that is seen for the first time since the start.

    Its status tells whether Connect agreed with this generation, what was handled and how often
    each part was restarted.
    """
    status = desired.status
    synced = previous_conditions(status).get("Synced", {})
    agreed = (
        synced.get("status") == "True" and synced.get("observedGeneration") == desired.generation
    )
    return Memory(
        generation=desired.generation,
        finalizer=desired.finalizer,
        placement=desired.placement,
        handled=decision.introduced(desired),
        settled_config=desired.config if agreed else None,
        settled_state=desired.state if agreed else None,
        asked_state=desired.state if agreed else None,
        parts=_parts(status, now),
    )


def _parts(status: Mapping[str, Any], now: float) -> dict[int, Part]:
    counts = {int(task["id"]): task.get("restarts") or 0 for task in status.get("tasks") or ()}
    counts[CONNECTOR_PART] = (status.get("connector") or {}).get("restarts") or 0
    return {part: Part(count, now) for part, count in counts.items() if count}
