"""What the herder knows: the config as read, what it owns, and the parts that run here.

All values are immutable; `decide` returns new ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from weir_runtime.model.cluster import ClusterConfig, ConnectorConfig
from weir_runtime.model.ids import TaskId
from weir_runtime.model.state import State, Status, TargetState

PartId = str | TaskId
"""A connector instance by its name, or a task."""


class Phase(StrEnum):
    """Where a part is between start and stop, as far as this worker has ordered it."""

    STARTING = "STARTING"
    ACTIVE = "ACTIVE"
    STOPPING = "STOPPING"


@dataclass(frozen=True, slots=True)
class Part:
    """A part that this worker runs.

    Attributes:
        epoch: number of this start; reports of other epochs are stale.
        target: target state it was last told.
        made_from: connector config of an instance; of a task its config.
        commit: count of the task set the task belongs to; 0 for an instance.
        state: last reported state; UNASSIGNED before the first report.
        restarting: stopped to be started again by a restart request.
        attempt: failed tries to make task configs since the last success.
    """

    epoch: int
    phase: Phase
    target: TargetState
    made_from: ConnectorConfig
    commit: int = 0
    state: State = State.UNASSIGNED
    restarting: bool = False
    attempt: int = 0


@dataclass(frozen=True, slots=True)
class Ownership:
    """What the group gave this worker.

    Attributes:
        everything: a lone member owns whatever the config topic holds, without re-joining.
    """

    generation: int = 0
    leader: bool = False
    everything: bool = False
    connectors: frozenset[str] = frozenset()
    tasks: frozenset[TaskId] = frozenset()

    def has(self, part: PartId) -> bool:
        """Tell whether a part is this worker's to run."""
        if self.everything:
            return True
        return part in (self.tasks if isinstance(part, TaskId) else self.connectors)


@dataclass(frozen=True, slots=True)
class HerderState:
    """Everything that decisions are made from.

    Attributes:
        commits: by connector, how many task sets have been read since the start.
        dirty: connectors whose changed task set waits for the end of the batching window.
        window: number of the window that is open; a due event of another number is stale.
        epoch: the last epoch given out.
    """

    worker_id: str
    config: ClusterConfig = field(default_factory=ClusterConfig)
    ownership: Ownership = field(default_factory=Ownership)
    parts: Mapping[PartId, Part] = field(default_factory=dict)
    commits: Mapping[str, int] = field(default_factory=dict)
    dirty: frozenset[str] = frozenset()
    window: int = 0
    extensions: int = 0
    epoch: int = 0

    def runs(self, part: PartId) -> bool:
        """Tell whether a part should be running here."""
        if not self.ownership.has(part):
            return False
        if isinstance(part, TaskId):
            return (
                part.connector in self.config.connectors
                and part in self.config.task_ids(part.connector)
                and self.config.target_state(part.connector) is not TargetState.STOPPED
            )
        return part in self.config.connectors

    def tasks_here(self, connector: str) -> Iterator[TaskId]:
        """Yield the tasks of a connector that have a part here."""
        for part in self.parts:
            if isinstance(part, TaskId) and part.connector == connector:
                yield part

    def with_part(self, key: PartId, part: Part) -> HerderState:
        """Return the state with a part set."""
        return replace(self, parts={**self.parts, key: part})

    def without_part(self, key: PartId) -> HerderState:
        """Return the state with a part gone."""
        return replace(self, parts={k: v for k, v in self.parts.items() if k != key})

    def status(self, part: PartId, state: State, **more: str | None) -> Status:
        """Return a status record of this worker in its present generation."""
        return Status(part, state, self.worker_id, self.ownership.generation, **more)
