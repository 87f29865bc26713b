"""What herder and worker ask of the stores.

All methods run on the worker's event loop. Reads are served from memory. A write returns once
it is durable **and read back**, so that a reader of the same worker sees it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from weir_runtime.model.cluster import ClusterConfig, ConnectorConfig, RestartRequest, SessionKey
from weir_runtime.model.ids import TaskId
from weir_runtime.model.state import Status, TargetState


@dataclass(frozen=True, slots=True)
class ConnectorChanged:
    """A connector's config was written (also an equal one)."""

    connector: str
    created: bool


@dataclass(frozen=True, slots=True)
class ConnectorRemoved:
    """A connector's config was deleted."""

    connector: str


@dataclass(frozen=True, slots=True)
class TasksChanged:
    """A set of task configs was committed."""

    connector: str
    tasks: tuple[TaskId, ...]


@dataclass(frozen=True, slots=True)
class TargetStateChanged:
    """A target state was written for a known connector."""

    connector: str


@dataclass(frozen=True, slots=True)
class RestartRequested:
    """A restart of several parts is wanted; never sent while replaying at start."""

    request: RestartRequest


@dataclass(frozen=True, slots=True)
class LoggerLevelChanged:
    """A cluster-wide log level; never sent while replaying at start."""

    namespace: str
    level: str


@dataclass(frozen=True, slots=True)
class SessionKeyChanged:
    """The key for internal requests was written."""

    key: SessionKey


ConfigEvent = (
    ConnectorChanged
    | ConnectorRemoved
    | TasksChanged
    | TargetStateChanged
    | RestartRequested
    | LoggerLevelChanged
    | SessionKeyChanged
)


class ConfigStore(Protocol):
    """Connector configs, task configs, target states (connect-parity 3.2)."""

    def snapshot(self) -> ClusterConfig:
        """Return the state as of the last record read."""
        ...

    async def start(self, listener: Callable[[ConfigEvent], None]) -> None:
        """Read to the end; `listener` hears what changes from then on, in log order.

        Raises:
            ConfigError: the topic is not compacted, or has more than one partition.
        """
        ...

    async def stop(self) -> None:
        """Let go of clients; a write in flight may be lost or not."""
        ...

    async def refresh(self, timeout_s: float) -> None:
        """Read to the end as it is now.

        Raises:
            RequestTimeoutError: the end was not reached in time.
        """
        ...

    async def put_connector(
        self, connector: str, config: ConnectorConfig, target_state: TargetState | None = None
    ) -> None:
        """Write a config; a given target state is written before it (KIP-980)."""
        ...

    async def remove_connector(self, connector: str) -> None:
        """Write tombstones for config and target state."""
        ...

    async def put_tasks(self, connector: str, configs: Sequence[ConnectorConfig]) -> None:
        """Write task configs and their commit; all apply or none (invariant 4)."""
        ...

    async def put_target_state(self, connector: str, state: TargetState) -> None:
        """Write a target state."""
        ...

    async def put_restart_request(self, request: RestartRequest) -> None:
        """Write a restart request for every worker to read."""
        ...

    async def put_logger_level(self, namespace: str, level: str) -> None:
        """Write a cluster-wide log level."""
        ...

    async def put_session_key(self, key: SessionKey) -> None:
        """Write the key for internal requests."""
        ...


@dataclass(frozen=True, slots=True)
class TopicStatus:
    """A topic that a connector was seen to use (KIP-558)."""

    topic: str
    connector: str
    task: int
    discovered_ms: int


class StatusStore(Protocol):
    """States of parts and active topics (connect-parity 3.3)."""

    async def start(self) -> None:
        """Read to the end and follow from there."""
        ...

    async def stop(self) -> None:
        """Send what is queued, then let go of clients."""
        ...

    def put(self, status: Status) -> None:
        """Show `status` to readers of this worker at once and queue it for the topic."""
        ...

    def put_safe(self, status: Status) -> None:
        """As `put`, unless a newer generation of another worker owns the entry."""
        ...

    async def flush(self) -> None:
        """Wait until everything queued is in the topic."""
        ...

    def connector(self, connector: str) -> Status | None:
        """Return the status of a connector, None where there is none."""
        ...

    def task(self, task: TaskId) -> Status | None:
        """Return the status of a task, None where there is none."""
        ...

    def tasks(self, connector: str) -> Sequence[Status]:
        """Return the statuses of a connector's tasks by id."""
        ...

    def connectors(self) -> Sequence[str]:
        """Return every connector that has a status, its own or a task's."""
        ...

    def put_topic(self, status: TopicStatus) -> None:
        """Remember that a task uses a topic; an equal entry is not written again."""
        ...

    def topics(self, connector: str) -> Sequence[str]:
        """Return the active topics of a connector, sorted."""
        ...

    def remove_topics(self, connector: str) -> None:
        """Forget the active topics of a connector."""
        ...


OffsetPair = tuple[Mapping[str, Any], Mapping[str, Any] | None]
"""A source partition and its offset; None for "no offset" or "delete"."""


class OffsetStore(Protocol):
    """Source offsets (connect-parity 3.4).

    Partitions compare as JSON values, whatever their byte form in the topic.
    """

    async def start(self) -> None:
        """Read what is there."""
        ...

    async def stop(self) -> None:
        """Let go of clients and files."""
        ...

    async def read(
        self, connector: str, partitions: Sequence[Mapping[str, Any]]
    ) -> list[Mapping[str, Any] | None]:
        """Return the offsets of `partitions` in their order, as of the end of the topic now."""
        ...

    async def list(self, connector: str) -> list[OffsetPair]:
        """Return every partition of a connector that has an offset, as of the end now."""
        ...

    async def write(self, connector: str, offsets: Sequence[OffsetPair]) -> None:
        """Write offsets durably; None deletes. All of the call or none where a file holds them."""
        ...

    def key_for(self, connector: str, partition: Mapping[str, Any]) -> bytes:
        """Return the record key for a partition: the byte form already in the topic, if any."""
        ...
