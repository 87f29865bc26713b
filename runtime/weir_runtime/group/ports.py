"""What the herder sees of its group, and what the group asks of the herder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from weir_runtime.group.part import Parts
from weir_runtime.model.cluster import ClusterConfig


@dataclass(frozen=True, slots=True)
class Assigned:
    """All that this worker owns from now on; it replaces what was assigned before.

    Attributes:
        generation: of the group; written into status records.
        member_id: this worker's id in the group.
        leader_id: member id of the leader.
        leader_url: REST address of the leader.
        is_leader: whether this worker leads: it alone writes to the config topic.
        lone: whether the group has no other member, as far as the leader knows.
        config_offset: the config topic as the leader knew it. A worker whose own snapshot is
            older reads up to it before it starts anything.
        parts: connector instances and tasks, everything that is owned, not only what is new.
        config_mismatch: the leader was behind: nothing new was given out. The worker reads the
            config topic to its end and calls `Group.request_rejoin`.
    """

    generation: int
    member_id: str
    leader_id: str
    leader_url: str
    is_leader: bool
    lone: bool
    config_offset: int
    parts: Parts
    config_mismatch: bool = False


class Listener(Protocol):
    """What the group asks of the herder; called from the group's own tasks, one at a time.

    Only `on_coordinator_lost` waits for no other call: it comes while `on_revoked` still stops.

    Heartbeats go on while a call waits, so a slow one costs the membership nothing, but it
    holds back the next join.
    """

    def snapshot(self) -> ClusterConfig:
        """Return the config topic as this worker has read it; called at each join."""
        ...

    async def on_assigned(self, assigned: Assigned) -> None:
        """Take note of the new assignment; returns without waiting for its parts to start."""
        ...

    async def on_revoked(self, parts: Parts) -> None:
        """Stop parts that another worker will get; returns once they are stopped."""
        ...

    async def on_coordinator_lost(self, parts: Parts) -> None:
        """Stop everything: the session is over and others may own it by now.

        Returns once all is stopped. `Group.generation` is -1 until the next `on_assigned`.
        """
        ...


class Group(Protocol):
    """The worker's place in its group. Properties are served from memory."""

    @property
    def generation(self) -> int:
        """Return the group's generation, -1 while not a member."""
        ...

    @property
    def member_id(self) -> str:
        """Return this worker's id in the group, empty before the first join."""
        ...

    @property
    def is_leader(self) -> bool:
        """Return whether this worker leads the group."""
        ...

    @property
    def leader_url(self) -> str | None:
        """Return the REST address of the leader, None while there is none known."""
        ...

    @property
    def lone(self) -> bool:
        """Return whether this worker is the group's only member, and thus its leader."""
        ...

    async def start(self, listener: Listener) -> None:
        """Begin to join; returns at once, `on_assigned` tells when it is done."""
        ...

    async def stop(self) -> None:
        """Leave the group, so that others take over without waiting for the session's end.

        The caller has stopped its parts before. No listener call comes after the return.
        """
        ...

    def request_rejoin(self) -> None:
        """Ask for a new assignment: the config changed, or the worker caught up."""
        ...

    def reassign(self, config: ClusterConfig) -> Assigned | None:
        """Return the assignment that follows from `config`, if it needs no round of the group.

        A lone member owns everything there is, so a change of the config is applied in the
        generation that it has. None where others have a say: call `request_rejoin`.
        """
        ...
