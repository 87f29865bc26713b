import asyncio
from collections.abc import Mapping

import pytest

from weir_runtime.aio.scope import Scope
from weir_runtime.api.errors import ConfigError, RetriableError
from weir_runtime.group.membership import Membership
from weir_runtime.group.part import NONE, Parts
from weir_runtime.group.ports import Assigned
from weir_runtime.group.settings import GroupSettings
from weir_runtime.kafka.ports import JoinRequest, JoinResponse
from weir_runtime.model.cluster import ClusterConfig

CONFIG = ClusterConfig(offset=3, connectors={"c": {}}, tasks={"c": ({}, {})})
SETTINGS = GroupSettings(group_id="g", url="http://a:8083/")


class DrivenClock:
    """Time that moves when the test says so."""

    def __init__(self) -> None:
        self.now = 100.0
        self.sleepers: list[tuple[float, asyncio.Future[None]]] = []

    def monotonic(self) -> float:
        return self.now

    def now_ms(self) -> int:
        return int(self.now * 1000)

    async def sleep(self, duration_s: float) -> None:
        until: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.sleepers.append((self.now + duration_s, until))
        await until

    async def advance(self, seconds: float, step_s: float = 0.5) -> None:
        end = self.now + seconds
        while self.now < end:
            self.now = min(self.now + step_s, end)
            for at, sleeper in self.sleepers:
                if at <= self.now and not sleeper.done():
                    sleeper.set_result(None)
            await settle()


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


class OneSeatBroker:
    """A coordinator for one member, as a `GroupChannel`."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.generation = 0
        self.silent = False
        self.reachable = True
        self.left = False
        self.join_error = 0
        self.members: list[tuple[str, bytes]] = []

    async def _pass(self, call: str) -> None:
        self.calls.append(call)
        if not self.reachable:
            raise RetriableError("The broker cannot be reached")
        if self.silent:
            await asyncio.Event().wait()

    async def join(self, request: JoinRequest) -> JoinResponse:
        await self._pass("join")
        if self.join_error:
            return JoinResponse(self.join_error)
        if not request.member_id:
            return JoinResponse(79, member_id="m1")
        self.generation += 1
        data = request.protocols[0][1]
        return JoinResponse(0, self.generation, "sessioned", "m1", "m1", [("m1", data)])

    async def sync(
        self, group_id: str, generation: int, member_id: str, assignments: Mapping[str, bytes]
    ) -> tuple[int, bytes]:
        await self._pass("sync")
        return 0, assignments[member_id]

    async def heartbeat(self, group_id: str, generation: int, member_id: str) -> int:
        await self._pass("heartbeat")
        return 0

    async def leave(self, group_id: str, member_id: str) -> int:
        await self._pass("leave")
        self.left = True
        return 0


class Notes:
    """A listener that writes down what it hears."""

    def __init__(self) -> None:
        self.config = CONFIG
        self.assigned: list[Assigned] = []
        self.revoked: list[Parts] = []
        self.lost: list[Parts] = []

    def snapshot(self) -> ClusterConfig:
        return self.config

    async def on_assigned(self, assigned: Assigned) -> None:
        self.assigned.append(assigned)

    async def on_revoked(self, parts: Parts) -> None:
        self.revoked.append(parts)

    async def on_coordinator_lost(self, parts: Parts) -> None:
        self.lost.append(parts)


async def joined(
    scope: Scope, broker: OneSeatBroker, notes: Notes, clock: DrivenClock
) -> Membership:
    membership = Membership(broker, SETTINGS, clock=clock, scope=scope)
    await membership.start(notes)
    await settle()
    return membership


async def test_a_lone_worker_is_given_everything() -> None:
    broker, notes = OneSeatBroker(), Notes()
    async with Scope() as scope:
        group = await joined(scope, broker, notes, DrivenClock())
        assert notes.assigned[0].parts == Parts.configured(CONFIG)
        assert (group.generation, group.member_id) == (1, "m1")
        assert (group.is_leader, group.leader_url) == (True, "http://a:8083/")
        assert group.lone
    assert broker.calls == ["join", "join", "sync"]


async def test_heartbeats_are_sent_each_interval() -> None:
    broker, clock = OneSeatBroker(), DrivenClock()
    async with Scope() as scope:
        await joined(scope, broker, Notes(), clock)
        await clock.advance(10)
    assert broker.calls.count("heartbeat") in range(9, 12)


async def test_a_stop_leaves_the_group() -> None:
    broker = OneSeatBroker()
    async with Scope() as scope:
        group = await joined(scope, broker, Notes(), DrivenClock())
        await group.stop()
        assert broker.left
        assert group.generation == -1
        assert not group.is_leader


async def test_a_stop_before_the_start_does_nothing() -> None:
    async with Scope() as scope:
        await Membership(OneSeatBroker(), SETTINGS, clock=DrivenClock(), scope=scope).stop()


async def test_a_stop_does_not_wait_long_for_a_broker_that_is_silent() -> None:
    broker, clock = OneSeatBroker(), DrivenClock()
    async with Scope() as scope:
        group = await joined(scope, broker, Notes(), clock)
        broker.silent = True
        stopping = scope.start(group.stop(), name="stop")
        await clock.advance(SETTINGS.leave_timeout_s + 0.5)
        assert stopping.done()
    assert not broker.left


async def test_a_rejoin_gives_a_new_generation() -> None:
    broker, notes = OneSeatBroker(), Notes()
    async with Scope() as scope:
        group = await joined(scope, broker, notes, DrivenClock())
        notes.config = ClusterConfig(offset=4, connectors={"c": {}, "d": {}}, tasks={"c": ({},)})
        group.request_rejoin()
        await settle()
    assert notes.assigned[-1].generation == 2
    assert notes.assigned[-1].parts == Parts.configured(notes.config)
    # the second task of c is gone from the config
    assert notes.revoked == [Parts.configured(CONFIG) - Parts.configured(notes.config)]


async def test_a_lone_worker_reassigns_without_the_broker() -> None:
    broker = OneSeatBroker()
    async with Scope() as scope:
        group = await joined(scope, broker, Notes(), DrivenClock())
        assigned = group.reassign(ClusterConfig(offset=4, connectors={"d": {}}))
        assert assigned is not None
        assert assigned.parts == Parts.of(["d"])
    assert broker.calls.count("join") == 2


async def test_a_silent_broker_ends_the_session_and_its_return_brings_all_back() -> None:
    broker, notes, clock = OneSeatBroker(), Notes(), DrivenClock()
    async with Scope() as scope:
        group = await joined(scope, broker, notes, clock)
        broker.silent = True
        await clock.advance(5)
        assert notes.lost == []
        await clock.advance(2)
        assert notes.lost == [Parts.configured(CONFIG)]
        assert group.generation == -1
        assert group.leader_url is None
        broker_calls = len(broker.calls)
        await clock.advance(20)
        assert len(broker.calls) > broker_calls
        broker.silent, broker.reachable = False, False
        await clock.advance(10)
        broker_calls = len(broker.calls)
        await clock.advance(70)
        assert broker_calls < len(broker.calls) < broker_calls + 60
        broker.reachable = True
        await clock.advance(3)
        assert notes.assigned[-1].parts == Parts.configured(CONFIG)
        assert group.generation == 2


async def test_an_unreachable_broker_is_asked_again_until_it_answers() -> None:
    broker, notes, clock = OneSeatBroker(), Notes(), DrivenClock()
    broker.reachable = False
    async with Scope() as scope:
        await joined(scope, broker, notes, clock)
        await clock.advance(5)
        assert notes.assigned == []
        broker.reachable = True
        await clock.advance(3)
        assert notes.assigned[0].parts != NONE


async def test_a_group_that_refuses_the_worker_ends_the_scope_with_a_sentence() -> None:
    broker = OneSeatBroker()
    broker.join_error = 23

    async def run() -> None:
        async with Scope() as scope:
            await joined(scope, broker, Notes(), DrivenClock())
            await asyncio.Event().wait()

    with pytest.raises(ExceptionGroup) as raised:
        await run()
    assert raised.group_contains(ConfigError, match="is 'group.id' the id of a consumer group?")
