"""What a member must know to join."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

# subprotocols by `connect.protocol`, best first, with the version of their wire format
OFFERED: Final = {
    "sessioned": (("sessioned", 2), ("compatible", 1), ("default", 0)),
    "compatible": (("compatible", 1), ("default", 0)),
    "eager": (("default", 0),),
}


@dataclass(frozen=True, slots=True)
class GroupSettings:
    """Settings of one member.

    Attributes:
        url: REST address that other workers reach this one by.
        protocol: `connect.protocol`, in lower case.
        session_timeout_ms: without a heartbeat for this long a member is taken for dead, by the
            broker and by itself.
        rebalance_timeout_ms: how long the group waits for a member to join again.
        retry_initial_s: wait after the first failed call; doubled up to `retry_maximum_s`.
        leave_timeout_s: how long a worker that stops waits for the broker to note that it leaves.
    """

    group_id: str
    url: str
    protocol: str = "sessioned"
    session_timeout_ms: int = 6000
    heartbeat_interval_ms: int = 1000
    rebalance_timeout_ms: int = 60_000
    retry_initial_s: float = 0.05
    retry_maximum_s: float = 2.0
    leave_timeout_s: float = 3.0

    @property
    def offered(self) -> tuple[tuple[str, int], ...]:
        """Return subprotocols in order of preference, with wire versions."""
        return OFFERED[self.protocol]

    def version(self, subprotocol: str) -> int:
        """Return the wire version of a subprotocol the broker chose."""
        return dict(self.offered)[subprotocol]
