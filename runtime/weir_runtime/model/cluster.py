"""What the config topic says: an immutable view of every connector and its tasks.

Source: org.apache.kafka.connect.storage.ClusterConfigState, RestartRequest, SessionKey.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from weir_runtime.model.ids import TaskId
from weir_runtime.model.state import TargetState

ConnectorConfig = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SessionKey:
    """Key that signs internal requests (KIP-507)."""

    key: bytes
    algorithm: str
    created_ms: int


@dataclass(frozen=True, slots=True)
class RestartRequest:
    """A restart of several parts (KIP-745); compares by strength for collapsing."""

    connector: str
    only_failed: bool
    include_tasks: bool

    @property
    def strength(self) -> int:
        """Return 0 to 3; of several pending requests of a connector the strongest is done."""
        return 2 * (not self.only_failed) + self.include_tasks


@dataclass(frozen=True, slots=True)
class ClusterConfig:
    """A snapshot of the config topic.

    Attributes:
        offset: offset of the last record read plus one; -1 before the first.
        connectors: config by name.
        tasks: by connector, the committed task configs in order of id; missing where none were
            committed.
        target_states: by connector; STARTED where nothing was written.
        inconsistent: connectors whose last commit lacked task records: their tasks do not run.
        task_count_records: fencing counts (KIP-618).
        applied: by connector, the connector config that its committed tasks were made from, as
            far as this worker has seen it.
    """

    offset: int = -1
    connectors: Mapping[str, ConnectorConfig] = field(default_factory=dict)
    tasks: Mapping[str, tuple[ConnectorConfig, ...]] = field(default_factory=dict)
    target_states: Mapping[str, TargetState] = field(default_factory=dict)
    inconsistent: frozenset[str] = frozenset()
    task_count_records: Mapping[str, int] = field(default_factory=dict)
    applied: Mapping[str, ConnectorConfig] = field(default_factory=dict)
    session_key: SessionKey | None = None

    def target_state(self, connector: str) -> TargetState:
        """Return the wanted state; STARTED where none was written."""
        return self.target_states.get(connector, TargetState.STARTED)

    def task_ids(self, connector: str) -> tuple[TaskId, ...]:
        """Return the runnable tasks of a connector, in order."""
        if connector in self.inconsistent:
            return ()
        return tuple(TaskId(connector, n) for n in range(len(self.tasks.get(connector, ()))))
