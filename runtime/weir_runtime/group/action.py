"""What a member wants done and what it is told, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from weir_runtime.group.part import Parts
from weir_runtime.group.ports import Assigned
from weir_runtime.kafka.ports import JoinRequest, JoinResponse


@dataclass(frozen=True, slots=True)
class Join:
    """Call JoinGroup; the answer is `JoinAnswer`."""

    request: JoinRequest


@dataclass(frozen=True, slots=True)
class Sync:
    """Call SyncGroup; the answer is `SyncAnswer`."""

    generation: int
    member_id: str
    assignments: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """Call Heartbeat; the answer is `HeartbeatAnswer`."""

    generation: int
    member_id: str


@dataclass(frozen=True, slots=True)
class Leave:
    """Call LeaveGroup; the answer is `LeaveAnswer`, also when it failed."""

    member_id: str


@dataclass(frozen=True, slots=True)
class Abort:
    """Give up the call that is in flight; no answer follows."""


@dataclass(frozen=True, slots=True)
class Assign:
    """Tell the listener what it owns; `Told` follows."""

    assigned: Assigned


@dataclass(frozen=True, slots=True)
class Revoke:
    """Have the listener stop parts; `Told` follows."""

    parts: Parts


@dataclass(frozen=True, slots=True)
class Lose:
    """Have the listener stop everything, because the session is over; `Told` follows."""

    parts: Parts


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing to do before `until_s` of the monotonic clock, or before the next event."""

    until_s: float


@dataclass(frozen=True, slots=True)
class Done:
    """The member has left and does nothing any more."""


Request = Join | Sync | Heartbeat | Leave
Notice = Assign | Revoke | Lose
Action = Request | Notice | Abort | Wait | Done


@dataclass(frozen=True, slots=True)
class JoinAnswer:
    """The broker's answer to `Join`."""

    response: JoinResponse


@dataclass(frozen=True, slots=True)
class SyncAnswer:
    """The broker's answer to `Sync`."""

    error: int
    assignment: bytes


@dataclass(frozen=True, slots=True)
class HeartbeatAnswer:
    """The broker's answer to `Heartbeat`."""

    error: int


@dataclass(frozen=True, slots=True)
class LeaveAnswer:
    """`Leave` is over, whatever came of it."""


@dataclass(frozen=True, slots=True)
class Unreachable:
    """The call in flight failed: no coordinator answered."""


@dataclass(frozen=True, slots=True)
class Told:
    """The listener has returned from the last notice."""


@dataclass(frozen=True, slots=True)
class Rejoin:
    """Someone wants a new assignment."""


@dataclass(frozen=True, slots=True)
class Stop:
    """The worker ends."""


Event = JoinAnswer | SyncAnswer | HeartbeatAnswer | LeaveAnswer | Unreachable | Told | Rejoin | Stop
