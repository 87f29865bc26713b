"""The state machine of one member: events in, actions out, no I/O and no clock.

The driver asks `next` what to do, does it, and reports with `receive`. At most one call to the
broker and one notice to the listener are open at a time (`Lose` alone waits for no other);
heartbeats go on while a notice is. A join waits until the listener has stopped what was revoked,
so that nothing is handed out while it still runs.

A member that has had no answer for a session takes itself for dead: it has everything stopped
before it joins again (invariant 5: a task runs on one worker per generation). The broker may hold
the answer to a join back for a minute, and a cut connection looks the same; so a member that owns
something gives a call up after a third of a session, asks with a heartbeat whether it is still
known, and calls again.

Source: AbstractCoordinator, WorkerCoordinator, KIP-415.
"""

from __future__ import annotations

import logging
import math
from collections import deque
from collections.abc import Callable
from enum import Enum
from typing import Final

from weir_runtime.aio.backoff import Backoff
from weir_runtime.api.errors import ConfigError, DataError
from weir_runtime.group import action as act
from weir_runtime.group import leader, wire
from weir_runtime.group.part import NONE, Parts
from weir_runtime.group.ports import Assigned
from weir_runtime.group.settings import GroupSettings
from weir_runtime.kafka.ports import JoinRequest, JoinResponse
from weir_runtime.model.cluster import ClusterConfig

_ILLEGAL_GENERATION: Final = 22
_UNKNOWN_MEMBER_ID: Final = 25
_REBALANCE_IN_PROGRESS: Final = 27
_MEMBER_ID_REQUIRED: Final = 79
_FENCED_INSTANCE_ID: Final = 82
_FATAL: Final = {
    23: "its members speak another protocol: is 'group.id' the id of a consumer group?",
    24: "the broker refuses its name",
    26: "the broker refuses 'session.timeout.ms': it is outside the broker's"
    " group.min.session.timeout.ms and group.max.session.timeout.ms",
    30: "this worker is not authorized to read the group",
    81: "it has as many members as the broker allows (group.max.size)",
}
logger = logging.getLogger(__name__)


class _Phase(Enum):
    UNJOINED = 0
    JOINED = 1
    STABLE = 2
    LEFT = 3


class Member:
    """One worker's membership.

    Attributes:
        generation: -1 while not a member.
        member_id: empty before the first join.
        owned: connectors and tasks that are this worker's.
    """

    def __init__(
        self, settings: GroupSettings, snapshot: Callable[[], ClusterConfig], backoff: Backoff
    ) -> None:
        self.generation = -1
        self.member_id = ""
        self.owned = NONE
        self._settings = settings
        self._snapshot = snapshot
        self._backoff = backoff
        self._session_s = settings.session_timeout_ms / 1000
        self._phase = _Phase.UNJOINED
        self._version = settings.offered[0][1]
        self._assignment: wire.Assignment | None = None
        self._members = 0
        self._computed: dict[str, bytes] = {}
        self._notices: deque[act.Notice] = deque()
        self._telling = 0
        self._rejoin = False
        self._stopping = False
        self._probe = False
        self._call: act.Request | None = None
        self._sent_at = -math.inf
        self._contact_at = -math.inf
        self._heartbeat_at = math.inf
        self._rejoin_at = math.inf
        self._retry_at = -math.inf

    @property
    def is_leader(self) -> bool:
        """Return whether this member leads its generation."""
        return self._leads() and self.generation >= 0

    @property
    def leader_url(self) -> str | None:
        """Return the leader's address, None outside a generation."""
        if self._assignment is None or self.generation < 0:
            return None
        return self._assignment.leader_url or None

    @property
    def lone(self) -> bool:
        """Return whether no round of the group is needed to change what is assigned."""
        settled = self._phase is _Phase.STABLE and not (self._rejoin or self._notices)
        return settled and self._members == 1 and not isinstance(self._call, act.Join)

    def reassign(self, config: ClusterConfig) -> Assigned | None:
        """Give a lone member everything that `config` wants; None where others have a say."""
        if not self.lone or self._assignment is None:
            return None
        self.owned = Parts.configured(config)
        return self._assigned(config.offset)

    def receive(self, event: act.Event, now: float) -> None:
        """Take in what happened.

        Raises:
            ConfigError: the broker will never let this member in.
        """
        match event:
            case act.Told():
                self._telling -= 1
            case act.Rejoin():
                self._rejoin = True
            case act.Stop():
                self._stopping = True
                self._notices.clear()
            case _:
                call, self._call = self._call, None
                self._answered(call, event, now)

    def next(self, now: float) -> act.Action:
        """Return what to do now."""
        if self._stopping:
            return self._next_of_stop(now)
        if self.generation >= 0 and now >= self._session_end():
            self._lose(now)
            if self._call is not None:
                self._call = None
                return act.Abort()
        if self._notices and (not self._telling or isinstance(self._notices[0], act.Lose)):
            self._telling += 1
            return self._notices.popleft()
        if self._call is not None:
            return self._await_call(now)
        return self._next_call(now)

    def _await_call(self, now: float) -> act.Action:
        joined = self.generation >= 0
        limit = self._sent_at + (self._session_s / 3 if joined else self._session_s)
        if now < limit:
            return act.Wait(min(limit, self._session_end()) if joined else limit)
        call, self._call = self._call, None
        # a member asks whether it is still known; who is none just joins again with its id
        self._probe = joined
        self._rejoin = self._rejoin or isinstance(call, act.Join)
        self._heartbeat_at = now
        return act.Abort()

    def _next_call(self, now: float) -> act.Action:
        if self._probe:
            return self._beat(now)
        if self._phase is _Phase.JOINED:
            return self._send(act.Sync(self.generation, self.member_id, self._computed), now)
        joins = self._rejoin or self._phase is _Phase.UNJOINED or now >= self._rejoin_at
        may_join = not self._telling and not self._notices
        if joins and may_join and now >= self._retry_at:
            return self._join(now)
        if self._phase is _Phase.STABLE and now >= self._heartbeat_at:
            return self._beat(now)
        wake = [self._heartbeat_at if self._phase is _Phase.STABLE else math.inf]
        if may_join:
            wake.append(self._retry_at if joins else self._rejoin_at)
        if self.generation >= 0:
            wake.append(self._session_end())
        return act.Wait(min(wake))

    def _beat(self, now: float) -> act.Action:
        if now < self._heartbeat_at:
            return act.Wait(min(self._heartbeat_at, self._session_end()))
        return self._send(act.Heartbeat(self.generation, self.member_id), now)

    def _next_of_stop(self, now: float) -> act.Action:
        if self._call is not None:
            if not isinstance(self._call, act.Leave):
                self._call = None
                return act.Abort()
            end = self._sent_at + self._settings.leave_timeout_s
            if now < end:
                return act.Wait(end)
            self._call, self._phase = None, _Phase.LEFT
            return act.Abort()
        if self.member_id and self._phase is not _Phase.LEFT:
            return self._send(act.Leave(self.member_id), now)
        self._phase = _Phase.LEFT
        self.generation = -1
        return act.Done()

    def _join(self, now: float) -> act.Action:
        if self._version == 0 and self.owned:
            # the eager protocol has everything stopped before each round
            self._notices.append(act.Revoke(self.owned))
            self.owned = NONE
            return self.next(now)
        self._rejoin, self._rejoin_at = False, math.inf
        config = self._snapshot()
        request = JoinRequest(
            group_id=self._settings.group_id,
            member_id=self.member_id,
            session_timeout_ms=self._settings.session_timeout_ms,
            rebalance_timeout_ms=self._settings.rebalance_timeout_ms,
            protocols=[
                (name, wire.encode_metadata(self._metadata(version, config.offset)))
                for name, version in self._settings.offered
            ],
        )
        return self._send(act.Join(request), now)

    def _metadata(self, version: int, offset: int) -> wire.Metadata:
        last = self._assignment
        current = last and wire.Assignment(
            version, last.leader_id, last.leader_url, last.offset, parts=self.owned
        )
        return wire.Metadata(version, self._settings.url, offset, current)

    def _send(self, call: act.Request, now: float) -> act.Request:
        self._call, self._sent_at = call, now
        return call

    def _session_end(self) -> float:
        return self._contact_at + self._session_s

    def _answered(self, call: act.Request | None, event: act.Event, now: float) -> None:
        match call, event:
            case act.Join(), act.JoinAnswer(response):
                self._joined(response, now)
            case act.Sync(), act.SyncAnswer(error, data):
                self._synced(error, data, now)
            case act.Heartbeat(), act.HeartbeatAnswer(error):
                self._beaten(error, now)
            case act.Leave(), _:
                self._phase = _Phase.LEFT
            case act.Heartbeat(), act.Unreachable():
                self._heartbeat_at = now + self._backoff.next_s()
            case _, act.Unreachable():
                self._unjoin(now + self._backoff.next_s())
            case _:
                pass

    def _joined(self, response: JoinResponse, now: float) -> None:
        if response.error == _MEMBER_ID_REQUIRED:
            self.member_id = response.member_id
        elif response.error:
            self._failed(response.error, now)
        else:
            self.generation, self.member_id = response.generation, response.member_id
            self._version = self._settings.version(response.protocol)
            self._members = len(response.members)
            self._contact_at = now
            self._computed = self._compute(response)
            self._phase = _Phase.JOINED

    def _compute(self, response: JoinResponse) -> dict[str, bytes]:
        if response.leader_id != response.member_id:
            return {}
        return leader.assignments(
            response.members, self._snapshot(), leader_id=self.member_id, version=self._version
        )

    def _synced(self, error: int, data: bytes, now: float) -> None:
        if error:
            self._failed(error, now)
            return
        try:
            assignment = wire.decode_assignment(data)
        except DataError:
            logger.exception("The leader's assignment cannot be read; joining again")
            self._unjoin(now + self._backoff.next_s())
            return
        self._backoff.reset()
        self._assignment = assignment
        self._phase = _Phase.STABLE
        self._contact_at, self._retry_at = now, -math.inf
        self._heartbeat_at = now + self._settings.heartbeat_interval_ms / 1000
        if assignment.delay_ms:
            self._rejoin_at = now + assignment.delay_ms / 1000
        self._apply(assignment)

    def _apply(self, assignment: wire.Assignment) -> None:
        mismatch = assignment.error != 0
        if not mismatch:
            eager = self._version == 0
            revoked = self.owned - assignment.parts if eager else assignment.revoked & self.owned
            self.owned = (self.owned - revoked) | assignment.parts
            if revoked:
                self._notices.append(act.Revoke(revoked))
                # what was given up is handed out in the next round; what was deleted is not
                wanted = revoked & Parts.configured(self._snapshot())
                self._rejoin = self._rejoin or (bool(wanted) and not eager)
        self._notices.append(act.Assign(self._assigned(assignment.offset, mismatch=mismatch)))

    def _assigned(self, offset: int, *, mismatch: bool = False) -> Assigned:
        last = self._assignment
        return Assigned(
            generation=self.generation,
            member_id=self.member_id,
            leader_id=last.leader_id if last else "",
            leader_url=last.leader_url if last else "",
            is_leader=self._leads(),
            lone=self._members == 1,
            config_offset=offset,
            parts=self.owned,
            config_mismatch=mismatch,
        )

    def _leads(self) -> bool:
        return self._assignment is not None and self._assignment.leader_id == self.member_id

    def _beaten(self, error: int, now: float) -> None:
        if error in (0, _REBALANCE_IN_PROGRESS):
            # the broker's clock started when it got the call, not when the answer came
            self._contact_at, self._probe = self._sent_at, False
            self._heartbeat_at = now + self._settings.heartbeat_interval_ms / 1000
            self._rejoin = self._rejoin or error != 0
            self._backoff.reset()
        elif error in (_UNKNOWN_MEMBER_ID, _FENCED_INSTANCE_ID, _ILLEGAL_GENERATION):
            self._failed(error, now)
        else:
            self._heartbeat_at = now + self._backoff.next_s()

    def _failed(self, error: int, now: float) -> None:
        if error in _FATAL:
            raise ConfigError(
                f"Worker group {self._settings.group_id!r} cannot be joined: {_FATAL[error]}"
            )
        if error in (_UNKNOWN_MEMBER_ID, _FENCED_INSTANCE_ID):
            # the group went on without this member: others may own its work by now
            self._lose(now)
            self.member_id = ""
        elif error in (_REBALANCE_IN_PROGRESS, _ILLEGAL_GENERATION):
            self._unjoin(now)
        else:
            logger.warning("Joining group %s: error %d", self._settings.group_id, error)
            self._unjoin(now + self._backoff.next_s())

    def _unjoin(self, retry_at: float) -> None:
        """Join again with the same id; what is owned stays until the session is over."""
        self._phase, self._retry_at = _Phase.UNJOINED, retry_at
        self._heartbeat_at, self._probe = math.inf, False

    def _lose(self, now: float) -> None:
        was_member = self.generation >= 0
        lost, self.owned = self.owned, NONE
        self.generation, self._members = -1, 0
        self._assignment = None
        # a notice that nobody has heard yet speaks of a generation that is gone
        waiting = [notice for notice in self._notices if isinstance(notice, act.Revoke)]
        for notice in waiting:
            lost |= notice.parts
        self._notices.clear()
        if was_member:
            self._notices.append(act.Lose(lost))
        self._unjoin(now)
