"""What the config topic means: records in, state and events out; no I/O.

Source: org.apache.kafka.connect.storage.KafkaConfigBackingStore; KAFKA-17719 repaired.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from weir_runtime.model.cluster import ClusterConfig, ConnectorConfig, SessionKey
from weir_runtime.model.ids import TaskId
from weir_runtime.model.state import TargetState
from weir_runtime.storage.config_record import (
    CommitRecord,
    ConfigRecord,
    ConnectorRecord,
    LoggerRecord,
    RestartRecord,
    SessionKeyRecord,
    TargetStateRecord,
    TaskCountRecord,
    TaskRecord,
)
from weir_runtime.storage.ports import (
    ConfigEvent,
    ConnectorChanged,
    ConnectorRemoved,
    LoggerLevelChanged,
    RestartRequested,
    SessionKeyChanged,
    TargetStateChanged,
    TasksChanged,
)

_Tasks = dict[int, ConnectorConfig]


@dataclass
class ConfigReplay:
    """The state while records are applied in the order of the log.

    Until `finish` the log is being replayed: commits without a connector record are kept, since
    compaction may have moved a rewritten connector record behind its commit. From then on the
    order seen is the order written, and such a commit is of a deleted connector.
    """

    offset: int = -1
    connectors: dict[str, ConnectorConfig] = field(default_factory=dict)
    tasks: dict[str, tuple[ConnectorConfig, ...]] = field(default_factory=dict)
    target_states: dict[str, TargetState] = field(default_factory=dict)
    inconsistent: set[str] = field(default_factory=set)
    task_count_records: dict[str, int] = field(default_factory=dict)
    applied: dict[str, ConnectorConfig] = field(default_factory=dict)
    session_key: SessionKey | None = None
    _replaying: bool = True
    _deferred: dict[str, _Tasks] = field(default_factory=dict)
    _orphaned: dict[str, tuple[int, _Tasks]] = field(default_factory=dict)
    _snapshot: ClusterConfig | None = None

    def snapshot(self) -> ClusterConfig:
        """Return the state as a value; the same one until something changes."""
        if self._snapshot is None:
            self._snapshot = ClusterConfig(
                offset=self.offset,
                connectors=dict(self.connectors),
                tasks=dict(self.tasks),
                target_states=dict(self.target_states),
                inconsistent=frozenset(self.inconsistent),
                task_count_records=dict(self.task_count_records),
                applied=dict(self.applied),
                session_key=self.session_key,
            )
        return self._snapshot

    def skip(self, offset: int) -> None:
        """Count a record that cannot be read."""
        self.offset = offset + 1
        self._snapshot = None

    def apply(self, record: ConfigRecord, offset: int) -> ConfigEvent | None:
        """Apply the record at `offset` and return what a listener should hear of it."""
        self.skip(offset)
        match record:
            case ConnectorRecord(connector, None):
                return self._remove(connector)
            case ConnectorRecord(connector, dict() as config):
                created = connector not in self.connectors
                self.connectors[connector] = config
                return ConnectorChanged(connector, created)
            case TargetStateRecord(connector, state):
                return self._set_target_state(connector, state)
            case TaskRecord(task, config):
                self._deferred.setdefault(task.connector, {})[task.task] = config
            case CommitRecord(connector, tasks):
                return self._commit(connector, tasks)
            case _:
                return self._apply_other(record)
        return None

    def finish(self) -> None:
        """End the replay: what compaction has moved is put right, what is left over dropped.

        A connector record behind its commit gets the tasks of that commit, which are made anew
        as soon as the connector runs, since `applied` does not know them. No tasks come back for
        connectors that are not there (deleted, and compaction has removed the trace), nor for a
        STOPPED one: its last commit has none.
        """
        self._replaying = False
        for connector, (count, tasks) in self._orphaned.items():
            if (
                connector in self.connectors
                and self.target_states.get(connector) is not TargetState.STOPPED
            ):
                self._take(connector, count, tasks)
        self._orphaned.clear()
        for connector in self._deferred.keys() - self.connectors.keys():
            del self._deferred[connector]
        self._snapshot = None

    def has_trace(self, connector: str) -> bool:
        """Tell whether the log has a task commit of a connector that is there."""
        return connector in self.tasks or connector in self.inconsistent

    def _remove(self, connector: str) -> ConfigEvent | None:
        known = self.connectors.pop(connector, None) is not None
        self.tasks.pop(connector, None)
        self.applied.pop(connector, None)
        self._deferred.pop(connector, None)
        self._orphaned.pop(connector, None)
        self.inconsistent.discard(connector)
        return ConnectorRemoved(connector) if known else None

    def _set_target_state(self, connector: str, state: TargetState | None) -> ConfigEvent | None:
        if state is None:
            # comes with the connector's own tombstone, which is what listeners hear of
            self.target_states.pop(connector, None)
            return None
        self.target_states[connector] = state
        return TargetStateChanged(connector) if connector in self.connectors else None

    def _commit(self, connector: str, count: int) -> ConfigEvent | None:
        tasks = self._deferred.pop(connector, {})
        if connector not in self.connectors:
            if self._replaying:
                self._orphaned[connector] = (count, tasks)
            return None
        self._orphaned.pop(connector, None)
        if self._take(connector, count, tasks):
            self.applied[connector] = self.connectors[connector]
        ids = tuple(TaskId(connector, n) for n in range(len(self.tasks.get(connector, ()))))
        return TasksChanged(connector, ids)

    def _take(self, connector: str, count: int, tasks: Mapping[int, ConnectorConfig]) -> bool:
        """Take over a committed set; invariant 4: all of it or none."""
        if any(number not in tasks for number in range(count)):
            self.inconsistent.add(connector)
            self.tasks.pop(connector, None)
            self.applied.pop(connector, None)
            return False
        self.inconsistent.discard(connector)
        self.tasks[connector] = tuple(tasks[number] for number in range(count))
        return True

    def _apply_other(self, record: ConfigRecord) -> ConfigEvent | None:
        match record:
            case TaskCountRecord(connector, tasks):
                self.task_count_records[connector] = tasks
                return None
            case SessionKeyRecord(key):
                self.session_key = key
                return SessionKeyChanged(key)
            case RestartRecord(request):
                return RestartRequested(request)
            case LoggerRecord(namespace, level):
                return LoggerLevelChanged(namespace, level)
            case _:  # pragma: no cover  the kinds above are all there are
                raise AssertionError(record)
