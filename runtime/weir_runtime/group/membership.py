"""Run a member on asyncio, against the broker."""

from __future__ import annotations

import asyncio
import logging

from weir_runtime.aio.backoff import Backoff
from weir_runtime.aio.clock import Clock
from weir_runtime.aio.scope import Scope
from weir_runtime.api.errors import RetriableError
from weir_runtime.group import action as act
from weir_runtime.group.member import Member
from weir_runtime.group.meter import GroupMeter
from weir_runtime.group.ports import Assigned, Listener
from weir_runtime.group.settings import GroupSettings
from weir_runtime.kafka.ports import GroupChannel
from weir_runtime.model.cluster import ClusterConfig
from weir_runtime.observe.window import Recency

# a wait without an end is cut into such pieces
_LONGEST_S = 3600.0
logger = logging.getLogger(__name__)


class Membership:
    """The worker's place in a real group: `group.ports.Group` over a `GroupChannel`.

    Its tasks run in `scope`. A group that can never be joined ends the scope with ConfigError.
    """

    def __init__(
        self,
        channel: GroupChannel,
        settings: GroupSettings,
        *,
        clock: Clock,
        scope: Scope,
        meter: GroupMeter | None = None,
    ) -> None:
        self._channel = channel
        self._settings = settings
        self._clock = clock
        self._scope = scope
        self._backoff = Backoff(settings.retry_initial_s, settings.retry_maximum_s)
        self._member = Member(settings, ClusterConfig, self._backoff)
        self._listener: Listener | None = None
        self._wake = asyncio.Event()
        self._runs: asyncio.Task[None] | None = None
        self._call: asyncio.Task[None] | None = None
        self._notices: set[asyncio.Task[None]] = set()
        self._reachable = True
        self._meter = meter or GroupMeter(Recency(), lambda: clock.monotonic() * 1000)

    @property
    def generation(self) -> int:
        """Return the group's generation, -1 while not a member."""
        return self._member.generation

    @property
    def member_id(self) -> str:
        """Return this worker's id in the group, empty before the first join."""
        return self._member.member_id

    @property
    def is_leader(self) -> bool:
        """Return whether this worker leads the group."""
        return self._member.is_leader

    @property
    def leader_url(self) -> str | None:
        """Return the REST address of the leader, None while there is none known."""
        return self._member.leader_url

    @property
    def lone(self) -> bool:
        """Return whether this worker is the group's only member."""
        return self._member.lone

    async def start(self, listener: Listener) -> None:
        """Begin to join; returns at once."""
        self._listener = listener
        self._member = Member(self._settings, listener.snapshot, self._backoff)
        self._runs = self._scope.start(self._run(listener), name="group")

    async def stop(self) -> None:
        """Leave the group; a broker that does not answer is not waited for long."""
        if self._runs is None:
            return
        for notice in self._notices:
            notice.cancel()
        self._receive(act.Stop())
        await asyncio.wait([self._runs])

    def request_rejoin(self) -> None:
        """Ask for a new assignment."""
        self._receive(act.Rejoin())

    def reassign(self, config: ClusterConfig) -> Assigned | None:
        """Return the assignment of a lone member for `config`, None where others have a say."""
        return self._member.reassign(config)

    def _receive(self, event: act.Event) -> None:
        self._member.receive(event, self._clock.monotonic())
        self._wake.set()

    async def _run(self, listener: Listener) -> None:
        while True:
            action = self._member.next(self._clock.monotonic())
            match action:
                case act.Done():
                    return
                case act.Wait(until_s):
                    await self._wait(until_s)
                case act.Abort():
                    await self._abort()
                case act.Assign() | act.Revoke() | act.Lose():
                    notice = self._scope.start(self._tell(listener, action), name="group-notice")
                    self._notices.add(notice)
                    notice.add_done_callback(self._notices.discard)
                case _:
                    self._call = self._scope.start(self._perform(action), name="group-call")

    async def _wait(self, until_s: float) -> None:
        delay_s = min(until_s - self._clock.monotonic(), _LONGEST_S)
        if delay_s > 0 and not self._wake.is_set():
            alarm = self._scope.start(self._ring(delay_s), name="group-alarm")
            try:
                await self._wake.wait()
            finally:
                alarm.cancel()
        self._wake.clear()

    async def _ring(self, delay_s: float) -> None:
        await self._clock.sleep(delay_s)
        self._wake.set()

    async def _abort(self) -> None:
        if self._call is not None:
            self._call.cancel()
            # its connection is closed before the next call goes out
            await asyncio.wait([self._call])

    async def _tell(self, listener: Listener, notice: act.Notice) -> None:
        match notice:
            case act.Assign(assigned):
                logger.info(
                    "Joined group %s at generation %d with %d connectors and tasks",
                    self._settings.group_id,
                    assigned.generation,
                    len(assigned.parts),
                )
                self._meter.assigned()
                await listener.on_assigned(assigned)
            case act.Revoke(parts):
                logger.info("Giving up %d connectors and tasks", len(parts))
                await listener.on_revoked(parts)
            case act.Lose(parts):
                logger.warning(
                    "Lost the place in group %s; stopping %d connectors and tasks",
                    self._settings.group_id,
                    len(parts),
                )
                await listener.on_coordinator_lost(parts)
        self._receive(act.Told())

    async def _perform(self, request: act.Request) -> None:
        try:
            answer = await self._answer(request)
        except RetriableError as error:
            if self._reachable:
                logger.warning("%s; trying again", error)
            self._reachable = False
            answer = act.Unreachable()
        else:
            self._reachable = True
        self._receive(answer)

    async def _answer(self, request: act.Request) -> act.Event:
        call = type(request).__name__.lower()
        asked_ms = self._meter.asked(call)
        answer = await self._sent(request)
        self._meter.answered(call, asked_ms)
        return answer

    async def _sent(self, request: act.Request) -> act.Event:
        group = self._settings.group_id
        match request:
            case act.Join(join):
                return act.JoinAnswer(await self._channel.join(join))
            case act.Sync(generation, member_id, assignments):
                return act.SyncAnswer(
                    *await self._channel.sync(group, generation, member_id, assignments)
                )
            case act.Heartbeat(generation, member_id):
                return act.HeartbeatAnswer(
                    await self._channel.heartbeat(group, generation, member_id)
                )
            case act.Leave(member_id):
                await self._channel.leave(group, member_id)
                return act.LeaveAnswer()
