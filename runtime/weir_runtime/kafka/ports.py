"""What the layers above ask of the control client; imports no client.

Errors of Kafka come back as numbers in the group calls, because the member's state machine
decides on them; everywhere else they are raised as `ConnectError`s.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from weir_runtime.api.errors import ConnectError

TopicPartition = tuple[str, int]


class BrokerError(ConnectError):
    """A broker has refused a request and would do so again.

    Attributes:
        code: Kafka's number of the error.
    """

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


class AuthorizationError(BrokerError):
    """The worker's principal may not do this; the message names the topic, group or cluster."""


class GroupNotEmptyError(BrokerError):
    """A group has members, so that its offsets cannot be changed from outside."""


@dataclass(frozen=True, slots=True)
class JoinRequest:
    """JoinGroup; `protocols` in order of preference, all in one request."""

    group_id: str
    member_id: str
    session_timeout_ms: int
    rebalance_timeout_ms: int
    protocols: Sequence[tuple[str, bytes]]
    protocol_type: str = "connect"


@dataclass(frozen=True, slots=True)
class JoinResponse:
    """Answer to JoinGroup; `members` only for the leader. `error` is Kafka's code, 0 for none."""

    error: int
    generation: int = -1
    protocol: str = ""
    leader_id: str = ""
    member_id: str = ""
    members: Sequence[tuple[str, bytes]] = ()


class GroupChannel(Protocol):
    """The four group calls to the group's coordinator, found and found again by the channel.

    Each raises `RetriableError` when the coordinator cannot be reached in time.
    """

    async def join(self, request: JoinRequest) -> JoinResponse:
        """Join; waits as long as the broker holds the answer back, at most the rebalance time."""
        ...

    async def sync(
        self, group_id: str, generation: int, member_id: str, assignments: Mapping[str, bytes]
    ) -> tuple[int, bytes]:
        """Sync; the leader gives `assignments`, others none. Returns error and own assignment."""
        ...

    async def heartbeat(self, group_id: str, generation: int, member_id: str) -> int:
        """Send a heartbeat and return the error."""
        ...

    async def leave(self, group_id: str, member_id: str) -> int:
        """Leave and return the error."""
        ...


@dataclass(frozen=True, slots=True)
class NewTopic:
    """A topic to create; -1 leaves a number to the broker."""

    name: str
    partitions: int
    replication_factor: int
    config: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class GroupMember:
    """A member of a group; `metadata` is what it told the leader in the protocol in use."""

    client_id: str
    host: str
    metadata: bytes


@dataclass(frozen=True, slots=True)
class GroupDescription:
    """A group as its coordinator knows it; `state` is Dead for one that is not there."""

    state: str
    protocol_type: str
    members: Sequence[GroupMember]


class Admin(Protocol):
    """Admin calls of worker and herder.

    Each raises `UnsupportedError` for what the broker does not offer (the embedded one),
    `AuthorizationError` for what it forbids, and `RetriableError` when it cannot be reached in
    time.
    """

    async def cluster_id(self) -> str:
        """Return the cluster's id."""
        ...

    async def create_topic(self, topic: NewTopic) -> bool:
        """Create a topic; False where it exists. Waits until its leaders answer (KAFKA-15591)."""
        ...

    async def topic_partitions(self, topic: str) -> int | None:
        """Return the number of partitions, None for an unknown topic."""
        ...

    async def topic_config(self, topic: str) -> Mapping[str, str]:
        """Return the topic's settings."""
        ...

    async def group_offsets(self, group: str) -> Mapping[TopicPartition, int]:
        """Return a consumer group's committed offsets."""
        ...

    async def alter_group_offsets(
        self, group: str, offsets: Mapping[TopicPartition, int | None]
    ) -> None:
        """Set offsets of an empty group; None deletes a partition's (OffsetDelete).

        Raises:
            GroupNotEmptyError: the group has members.
        """
        ...

    async def delete_group(self, group: str) -> None:
        """Delete a group's offsets; an unknown group is no error.

        Raises:
            GroupNotEmptyError: the group has members.
        """
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


@dataclass(frozen=True, slots=True)
class LogRecord:
    """A record of a log, as read back."""

    partition: int
    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None


Entry = tuple[bytes, bytes | None]
"""A key and a value to write; None is a tombstone."""


class Log(Protocol):
    """A compacted topic as a replayed log; the in-memory twin is `storage.memory_log`.

    Records of one partition arrive in order. `apply` runs on the event loop and must not raise.
    """

    async def start(self, apply: Callable[[Sequence[LogRecord]], None]) -> None:
        """Replay from the beginning; returns at the end as it was when called.

        `apply` hears every batch of records, during the replay and from then on.
        """
        ...

    async def stop(self) -> None:
        """Let go of clients; a write in flight may be lost or not."""
        ...

    async def append(
        self, entries: Sequence[Entry], *, timeout_s: float, read_back: bool = True
    ) -> None:
        """Write in order and return once durable and, unless told otherwise, applied.

        Raises:
            RequestTimeoutError: that did not happen in time; the entries may be there or not.
            ConnectError: the broker refuses the entries.
        """
        ...

    async def read_to_end(self, timeout_s: float) -> None:
        """Return once everything has been applied that was in the log when called.

        Raises:
            RequestTimeoutError: the end was not reached in time.
        """
        ...

    def position(self) -> Mapping[int, int]:
        """Return by partition the offset of the next record to apply."""
        ...
