"""Who is let in: open connections by client, and who has to go when there is no room."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

M = TypeVar("M", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Verdict(Generic[M]):
    """Whether a newcomer may stay.

    Attributes:
        refusal: a sentence for a newcomer that has to go.
        evicted: the connection that makes room for it.
    """

    refusal: str | None = None
    evicted: M | None = None


class Crowd(Generic[M]):
    """The connections of one listener.

    No client has more than `share` of them. Where all `limit` are taken, a newcomer takes the
    place of the client that has most, unless it would have as many itself: one client with a
    thousand connections keeps nobody out.
    """

    def __init__(self, limit: int, share: int, is_idle: Callable[[M], bool]) -> None:
        self._limit = limit
        self._share = share
        self._is_idle = is_idle
        self._members: dict[str, dict[M, None]] = {}
        self._clients: dict[M, str] = {}

    def __len__(self) -> int:
        return len(self._clients)

    def admit(self, client: str, member: M) -> Verdict[M]:
        """Judge a newcomer, and count it in unless it is refused."""
        count = len(self._members.get(client, ()))
        if count >= self._share:
            return Verdict(f"{count} connections from {client} are open; close some of them")
        evicted = None
        if len(self) >= self._limit:
            greediest = max(self._members.values(), key=len, default={})
            if count + 1 >= len(greediest):
                return Verdict(f"All {self._limit} connections are taken; try again later")
            evicted = next(filter(self._is_idle, greediest), next(iter(greediest)))
            self.leave(evicted)
        self._members.setdefault(client, {})[member] = None
        self._clients[member] = client
        return Verdict(evicted=evicted)

    def leave(self, member: M) -> None:
        """Count a connection out; one that is not there is no matter."""
        client = self._clients.pop(member, None)
        if client is None:
            return
        members = self._members[client]
        del members[member]
        if not members:
            del self._members[client]
