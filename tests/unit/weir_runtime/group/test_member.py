"""Members against a model of the broker's coordinator, in virtual time, without asyncio."""

import dataclasses
import math
import random
from collections import Counter
from collections.abc import Iterable
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weir_runtime.aio.backoff import Backoff
from weir_runtime.api.errors import ConfigError
from weir_runtime.group import action as act
from weir_runtime.group import wire
from weir_runtime.group.member import Member
from weir_runtime.group.part import NONE, Parts
from weir_runtime.group.ports import Assigned
from weir_runtime.group.settings import GroupSettings
from weir_runtime.kafka.ports import JoinRequest, JoinResponse
from weir_runtime.model.cluster import ClusterConfig
from weir_runtime.model.ids import TaskId

SESSION_S = 6.0
REBALANCE_S = 60.0
SETTINGS = GroupSettings(group_id="g", url="http://a:8083/")


def cluster(offset: int, **tasks: int) -> ClusterConfig:
    """A config with so many tasks for each connector."""
    return ClusterConfig(
        offset=offset,
        connectors={name: {} for name in tasks},
        tasks={name: tuple({} for _ in range(count)) for name, count in tasks.items()},
    )


def parts(**tasks: int) -> Parts:
    return Parts.configured(cluster(0, **tasks))


@dataclasses.dataclass
class Seat:
    """A member as the coordinator knows it."""

    request: JoinRequest
    heard_at: float
    joining: bool = False
    syncing: bool = False


class Coordinator:
    """The broker's side of one group: answers are put into `answers` when they are due."""

    def __init__(self) -> None:
        self.generation = 0
        self.seats: dict[str, Seat] = {}
        self.rebalance_since: float | None = None
        self.assignments: dict[str, bytes] | None = None
        self.leader = ""
        self.answers: list[tuple[str, act.Event]] = []
        self._ids = 0

    def join(self, request: JoinRequest, now: float) -> str:
        member = request.member_id
        if not member:
            self._ids += 1
            member = f"m{self._ids}"
            self.answers.append((member, act.JoinAnswer(JoinResponse(79, member_id=member))))
            self.seats[member] = Seat(request, now)
            self.begin(now)
        elif member not in self.seats:
            self.answers.append((member, act.JoinAnswer(JoinResponse(25))))
        else:
            self.seats[member] = Seat(request, now, joining=True)
            self.begin(now)
        return member

    def begin(self, now: float) -> None:
        if self.rebalance_since is not None:
            return
        self.rebalance_since, self.assignments = now, None
        for member, seat in self.seats.items():
            if seat.syncing:
                seat.syncing = False
                self.answers.append((member, act.SyncAnswer(27, b"")))

    def sync(self, call: act.Sync, now: float) -> None:
        seat = self.seats.get(call.member_id)
        if seat is None:
            self.answers.append((call.member_id, act.SyncAnswer(25, b"")))
        elif call.generation != self.generation:
            self.answers.append((call.member_id, act.SyncAnswer(22, b"")))
        elif self.rebalance_since is not None:
            self.answers.append((call.member_id, act.SyncAnswer(27, b"")))
        else:
            seat.syncing, seat.heard_at = True, now
            if call.member_id == self.leader:
                self.assignments = dict(call.assignments)
            self._answer_syncs(now)

    def _answer_syncs(self, now: float) -> None:
        if self.assignments is None:
            return
        for member, seat in self.seats.items():
            if seat.syncing:
                seat.syncing, seat.heard_at = False, now
                answer = act.SyncAnswer(0, self.assignments.get(member, b""))
                self.answers.append((member, answer))

    def heartbeat(self, call: act.Heartbeat, now: float) -> int:
        seat = self.seats.get(call.member_id)
        if seat is None:
            return 25
        if call.generation != self.generation:
            return 22
        seat.heard_at = now
        return 0 if self.rebalance_since is None else 27

    def leave(self, member: str, now: float) -> None:
        if self.seats.pop(member, None):
            self.begin(now)

    def tick(self, now: float) -> None:
        for member, seat in list(self.seats.items()):
            waits = seat.joining or seat.syncing
            if not waits and now - seat.heard_at >= SESSION_S:
                self.leave(member, now)
        since = self.rebalance_since
        if since is None:
            return
        if since + REBALANCE_S <= now:
            self.seats = {m: s for m, s in self.seats.items() if s.joining}
        if self.seats and all(seat.joining for seat in self.seats.values()):
            self._complete(now)

    def _complete(self, now: float) -> None:
        self.generation += 1
        self.rebalance_since = None
        if self.leader not in self.seats:
            self.leader = min(self.seats)
        members = [(m, seat.request.protocols[0][1]) for m, seat in self.seats.items()]
        for member, seat in self.seats.items():
            seat.joining, seat.heard_at = False, now
            response = JoinResponse(
                0,
                self.generation,
                seat.request.protocols[0][0],
                self.leader,
                member,
                members if member == self.leader else (),
            )
            self.answers.append((member, act.JoinAnswer(response)))


class Worker:
    """A member with what it runs."""

    def __init__(self, config: ClusterConfig, settings: GroupSettings = SETTINGS) -> None:
        self.config = config
        self.member = Member(
            settings, lambda: self.config, Backoff(0.05, 2.0, random=random.Random(1))
        )
        self.running = NONE
        self.assigned: Assigned | None = None
        self.losses = 0
        self.stop_s = 0.0
        self.told_at: list[float] = []
        self.id = ""
        self.cut = False
        self.done = False
        self.dead = False

    def hear(self, notice: act.Notice, now: float) -> None:
        match notice:
            case act.Assign(assigned):
                self.assigned, self.running = assigned, assigned.parts
            case act.Revoke(given_up):
                self.running -= given_up
                self.told_at.append(now + self.stop_s)
                return
            case act.Lose():
                self.running, self.losses = NONE, self.losses + 1
        self.told_at.append(now)


class World:
    """Workers and one coordinator; calls take no time unless a worker is cut off."""

    def __init__(self, *workers: Worker) -> None:
        self.now = 0.0
        self.coordinator = Coordinator()
        self.workers = list(workers)
        self.frozen: list[tuple[Worker, act.Request, float]] = []

    def run(self, seconds: float, step_s: float = 0.1) -> None:
        end = self.now + seconds
        while self.now < end:
            self.settle()
            self.now += step_s
        self.settle()

    def settle(self) -> None:
        for _ in range(1000):
            busy = [self._step(worker) for worker in self.workers if not worker.dead]
            self.coordinator.tick(self.now)
            self.deliver()
            self._check()
            if not any(busy) and not self.coordinator.answers:
                return
        raise AssertionError("the group does not come to rest")

    def _step(self, worker: Worker) -> bool:
        for due in [at for at in worker.told_at if at <= self.now]:
            worker.told_at.remove(due)
            worker.member.receive(act.Told(), self.now)
        self._time_out(worker)
        action = worker.member.next(self.now)
        match action:
            case act.Wait(until_s):
                assert until_s > self.now
                return False
            case act.Done():
                worker.done = True
                return False
            case act.Abort():
                self.frozen = [call for call in self.frozen if call[0] is not worker]
            case act.Assign() | act.Revoke() | act.Lose():
                worker.hear(action, self.now)
            case _ if worker.cut:
                self.frozen.append((worker, action, self.now))
            case _:
                self._call(worker, action)
        return True

    def _time_out(self, worker: Worker) -> None:
        for call in [c for c in self.frozen if c[0] is worker and c[2] + 5 <= self.now]:
            self.frozen.remove(call)
            worker.member.receive(act.Unreachable(), self.now)

    def _call(self, worker: Worker, call: act.Request) -> None:
        match call:
            case act.Join(request):
                worker.id = self.coordinator.join(request, self.now)
            case act.Sync():
                self.coordinator.sync(call, self.now)
            case act.Heartbeat():
                error = self.coordinator.heartbeat(call, self.now)
                worker.member.receive(act.HeartbeatAnswer(error), self.now)
            case act.Leave(member):
                self.coordinator.leave(member, self.now)
                worker.member.receive(act.LeaveAnswer(), self.now)

    def deliver(self) -> None:
        answers, self.coordinator.answers = self.coordinator.answers, []
        for member, answer in answers:
            for worker in self.workers:
                if worker.id != member or worker.dead:
                    continue
                if worker.cut:
                    # the channel gives a held-back answer up after the rebalance time
                    self.frozen.append((worker, act.Leave(member), self.now + REBALANCE_S))
                else:
                    worker.member.receive(answer, self.now)

    def _check(self) -> None:
        running = [worker.running for worker in self.workers if not worker.dead]
        for kind in ("connectors", "tasks"):
            counts = Counter(chain.from_iterable(getattr(p, kind) for p in running))
            twice = [part for part, count in counts.items() if count > 1]
            assert not twice, f"{twice} run twice at {self.now}"


def union(workers: Iterable[Worker]) -> Parts:
    total = NONE
    for worker in workers:
        total |= worker.running
    return total


def alone(**tasks: int) -> tuple[World, Worker]:
    worker = Worker(cluster(5, **tasks))
    world = World(worker)
    world.run(0.2)
    return world, worker


def test_a_lone_member_owns_everything_and_leads() -> None:
    _, worker = alone(x=2, y=1)
    assert worker.assigned == Assigned(
        generation=1,
        member_id="m1",
        leader_id="m1",
        leader_url="http://a:8083/",
        is_leader=True,
        lone=True,
        config_offset=5,
        parts=parts(x=2, y=1),
    )
    assert worker.member.lone
    assert worker.member.is_leader
    assert worker.member.leader_url == "http://a:8083/"


def test_all_subprotocols_are_offered_in_one_join_best_first() -> None:
    first = Worker(cluster(7)).member.next(0.0)
    assert isinstance(first, act.Join)
    assert [name for name, _ in first.request.protocols] == ["sessioned", "compatible", "default"]
    assert first.request.protocol_type == "connect"
    versions = [wire.decode_metadata(data).version for _, data in first.request.protocols]
    assert versions == [2, 1, 0]


@pytest.mark.parametrize(
    ("protocol", "offered"), [("compatible", ["compatible", "default"]), ("eager", ["default"])]
)
def test_other_modes_offer_less(protocol: str, offered: list[str]) -> None:
    settings = dataclasses.replace(SETTINGS, protocol=protocol)
    first = Worker(cluster(7), settings).member.next(0.0)
    assert isinstance(first, act.Join)
    assert [name for name, _ in first.request.protocols] == offered


def test_a_lone_member_applies_a_new_config_without_a_round() -> None:
    world, worker = alone(x=1)
    assigned = worker.member.reassign(cluster(9, x=1, y=2))
    assert assigned is not None
    assert assigned.parts == parts(x=1, y=2)
    assert (assigned.generation, assigned.config_offset) == (1, 9)
    world.run(5)
    assert world.coordinator.generation == 1


def test_what_a_lone_member_took_for_itself_stays_its_own_when_another_joins() -> None:
    world, worker = alone(x=1)
    worker.config = cluster(9, x=1, y=3)
    assigned = worker.member.reassign(worker.config)
    assert assigned is not None
    worker.running = assigned.parts
    world.workers.append(Worker(worker.config))
    world.run(5)
    assert union(world.workers) == parts(x=1, y=3)
    assert [len(w.running.tasks) for w in world.workers] == [2, 2]


def test_with_another_member_or_in_a_round_nothing_is_reassigned_locally() -> None:
    world, worker = alone(x=1)
    worker.member.receive(act.Rejoin(), world.now)
    assert worker.member.reassign(cluster(9, y=1)) is None
    world.workers.append(Worker(worker.config))
    world.run(3)
    assert not worker.member.lone
    assert worker.member.reassign(cluster(9, y=1)) is None


def test_a_wish_to_rejoin_during_a_round_is_served_after_it() -> None:
    worker = Worker(cluster(1, x=1))
    world = World(worker)
    for _ in range(2):  # the broker first gives an id
        join = worker.member.next(0.0)
        assert isinstance(join, act.Join)
        worker.id = world.coordinator.join(join.request, 0.0)
        if worker.member.member_id:
            worker.member.receive(act.Rejoin(), 0.0)
        else:
            world.deliver()
    world.run(0.2)
    assert world.coordinator.generation == 2


def test_heartbeats_keep_the_member_for_hours() -> None:
    world, worker = alone(x=1)
    world.run(3600, step_s=0.5)
    assert world.coordinator.generation == 1
    assert worker.losses == 0


def test_a_second_worker_gets_its_share_after_the_first_gave_it_up() -> None:
    first, second = Worker(cluster(5, x=4)), Worker(cluster(5, x=4))
    first.stop_s = 2.0
    world = World(first)
    world.run(1)
    world.workers.append(second)
    world.run(2)
    assert not second.running.tasks
    world.run(3)
    assert [len(w.running.tasks) for w in world.workers] == [2, 2]
    assert union(world.workers) == parts(x=4)
    assert [w.assigned.lone for w in world.workers if w.assigned] == [False, False]


def test_a_worker_that_leaves_hands_over_within_a_heartbeat() -> None:
    workers = [Worker(cluster(5, x=4)) for _ in range(2)]
    world = World(*workers)
    world.run(5)
    workers[1].running = NONE
    workers[1].member.receive(act.Stop(), world.now)
    world.run(1.2)
    assert workers[1].done
    assert workers[0].running == parts(x=4)
    assert workers[0].member.lone


def test_the_work_of_a_dead_worker_runs_elsewhere_after_its_session() -> None:
    workers = [Worker(cluster(5, x=4)) for _ in range(2)]
    world = World(*workers)
    world.run(5)
    workers[1].dead = True
    world.run(SESSION_S + 1.2)
    assert workers[0].running == parts(x=4)


def test_a_member_without_an_answer_stops_everything_when_its_session_is_over() -> None:
    world, worker = alone(x=2)
    worker.cut = True
    world.run(SESSION_S - 1.2)
    assert worker.losses == 0
    world.run(1.3)
    assert worker.losses == 1
    assert worker.member.generation == -1
    assert worker.member.leader_url is None
    assert not worker.member.is_leader


def test_a_member_that_comes_back_joins_and_gets_its_work_again() -> None:
    world, worker = alone(x=2)
    worker.cut = True
    world.run(SESSION_S * 2)
    worker.cut = False
    world.run(8)
    assert worker.running == parts(x=2)
    assert worker.member.generation == 2


def test_a_short_silence_costs_nothing() -> None:
    world, worker = alone(x=2)
    worker.cut = True
    world.run(3)
    worker.cut = False
    world.run(10)
    assert worker.losses == 0
    assert world.coordinator.generation == 1


def test_losing_the_session_does_not_wait_for_a_slow_revocation() -> None:
    first, second = Worker(cluster(5, x=4)), Worker(cluster(5, x=4))
    first.stop_s = 30.0
    world = World(first)
    world.run(1)
    world.workers.append(second)
    world.run(2)
    first.cut = True
    world.run(SESSION_S + 0.2)
    assert first.losses == 1


def test_a_member_the_broker_does_not_know_stops_and_joins_with_a_fresh_id() -> None:
    world, worker = alone(x=2)
    world.coordinator.seats.clear()
    world.run(1.5)
    assert worker.losses == 1
    assert worker.member.member_id == "m2"
    assert worker.running == parts(x=2)


def test_an_illegal_generation_is_no_loss_and_keeps_the_id() -> None:
    world, worker = alone(x=2)
    world.coordinator.generation = 7
    world.run(1.5)
    assert worker.losses == 0
    assert (worker.member.member_id, worker.member.generation) == ("m1", 8)


def test_a_leader_that_is_behind_gives_nothing_out_until_it_has_caught_up() -> None:
    behind, ahead = Worker(cluster(5)), Worker(cluster(9, x=2))
    world = World(behind, ahead)
    world.run(3)
    leads, follows = sorted(world.workers, key=lambda w: not w.member.is_leader)
    assert leads is behind
    assert all(w.assigned and w.assigned.config_mismatch for w in (leads, follows))
    assert leads.assigned is not None
    assert leads.assigned.config_offset == 9
    behind.config = ahead.config
    behind.member.receive(act.Rejoin(), world.now)
    world.run(3)
    assert union(world.workers) == parts(x=2)
    assert not any(w.assigned and w.assigned.config_mismatch for w in world.workers)


def test_the_eager_protocol_stops_everything_before_each_round() -> None:
    settings = dataclasses.replace(SETTINGS, protocol="eager")
    workers = [Worker(cluster(5, x=4), settings)]
    world = World(*workers)
    world.run(1)
    assert workers[0].running == parts(x=4)
    workers.append(Worker(cluster(5, x=4), settings))
    world.workers = workers
    world.run(3)
    assert [len(w.running.tasks) for w in workers] == [2, 2]
    assert world.coordinator.generation == 2


def test_a_member_with_broken_metadata_gets_no_work_and_harms_nobody() -> None:
    world, worker = alone(x=2)
    worker.member.receive(act.Rejoin(), world.now)
    broken = JoinRequest("g", "bad", 6000, 60000, [("sessioned", b"\xff\xff")])
    world.coordinator.seats["bad"] = Seat(broken, world.now, joining=True)
    world.run(2)
    assert worker.running == parts(x=2)


@pytest.mark.parametrize("error", [23, 24, 26, 30, 81])
def test_a_group_that_can_never_be_joined_is_a_config_error(error: int) -> None:
    member = Worker(cluster(1)).member
    member.next(0.0)
    with pytest.raises(ConfigError, match=r"Worker group 'g' cannot be joined: "):
        member.receive(act.JoinAnswer(JoinResponse(error)), 0.0)


def test_failed_calls_are_repeated_more_and_more_slowly() -> None:
    member = Worker(cluster(1)).member
    now, waits = 0.0, []
    for _ in range(9):
        assert isinstance(member.next(now), act.Join)
        member.receive(act.Unreachable(), now)
        wait = member.next(now)
        assert isinstance(wait, act.Wait)
        waits.append(wait.until_s - now)
        now = wait.until_s
    assert waits[0] <= 0.05
    assert 1.6 <= waits[-1] <= 2.0


def test_a_leader_of_java_may_ask_for_a_later_round() -> None:
    worker = Worker(cluster(1, x=1))
    member = worker.member
    member.next(0.0)
    joined = JoinResponse(0, 3, "compatible", "java", "me")
    member.receive(act.JoinAnswer(joined), 0.0)
    assert member.next(0.0) == act.Sync(3, "me", {})
    data = wire.encode_assignment(
        wire.Assignment(1, "java", "http://j/", 1, parts=parts(x=1), delay_ms=500)
    )
    member.receive(act.SyncAnswer(0, data), 0.0)
    assert isinstance(member.next(0.0), act.Assign)
    member.receive(act.Told(), 0.0)
    assert member.next(0.0) == act.Wait(0.5)
    assert isinstance(member.next(0.5), act.Join)


def test_stopping_before_the_first_join_leaves_nothing_behind() -> None:
    member = Worker(cluster(1)).member
    member.receive(act.Stop(), 0.0)
    assert member.next(0.0) == act.Done()


def test_stopping_gives_up_a_call_and_waits_only_so_long_for_the_broker() -> None:
    _, worker = alone(x=1)
    member = worker.member
    member.receive(act.Rejoin(), 1.0)
    assert isinstance(member.next(1.0), act.Join)
    member.receive(act.Stop(), 1.0)
    assert member.next(1.0) == act.Abort()
    assert member.next(1.0) == act.Leave("m1")
    assert member.next(1.0) == act.Wait(1.0 + SETTINGS.leave_timeout_s)
    assert member.next(1.0 + SETTINGS.leave_timeout_s) == act.Abort()
    assert member.next(5.0) == act.Done()


steps = st.lists(
    st.tuples(
        st.sampled_from(["join", "stop", "kill", "cut", "heal", "config", "slow", "pass"]),
        st.integers(0, 3),
        st.sampled_from([0.1, 0.7, 2.5, 7.0]),
    ),
    max_size=14,
)


@settings(max_examples=60, deadline=None)
@given(steps)
def test_no_part_ever_runs_twice_and_all_run_in_the_end(
    script: list[tuple[str, int, float]],
) -> None:
    worlds = World(Worker(cluster(1, x=2)))
    offset = 1
    for what, which, seconds in script:
        alive = [w for w in worlds.workers if not (w.dead or w.done)]
        worker = alive[which % len(alive)] if alive else None
        if what == "join" and len(alive) < 4:
            newest = max(worlds.workers, key=lambda w: w.config.offset).config
            worlds.workers.append(Worker(newest))
        elif what == "config":
            offset += 1
            for each in alive:
                each.config = cluster(offset, x=2, y=which, z=1)
                each.member.receive(act.Rejoin(), worlds.now)
        elif worker is not None:
            act_on(worker, what, worlds)
        worlds.run(seconds)
    for worker in worlds.workers:
        worker.cut = False
    worlds.run(2 * (REBALANCE_S + 2 * SESSION_S), step_s=0.25)
    alive = [w for w in worlds.workers if not (w.dead or w.done)]
    if alive:
        assert union(alive) == Parts.configured(alive[0].config)
        counts = [len(w.running.tasks) for w in alive]
        assert max(counts) - min(counts) <= 1


def act_on(worker: Worker, what: str, world: World) -> None:
    match what:
        case "stop":
            # the herder stops its parts before it has the group left
            worker.running = NONE
            worker.member.receive(act.Stop(), world.now)
        case "kill":
            worker.running, worker.dead = NONE, True
        case "cut":
            worker.cut = True
        case "heal":
            worker.cut = False
        case "slow":
            worker.stop_s = 3.0


def test_waits_are_never_in_the_past_nor_endless_once_joined() -> None:
    world, worker = alone(x=1)
    wait = worker.member.next(world.now)
    assert isinstance(wait, act.Wait)
    assert world.now < wait.until_s < math.inf
    assert TaskId("x", 0) in worker.running.tasks
