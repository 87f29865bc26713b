"""The controller from resource to Connect and back, every REST call counted."""

from dataclasses import replace
from typing import Any

import pytest

from weir_operator.client import error
from weir_operator.client.memory import Stored
from weir_operator.controller.clock import pause
from weir_operator.plan import decision
from weir_operator.plan.model import (
    AdoptPolicy,
    AutoRestart,
    DeletionPolicy,
    Desired,
    DriftPolicy,
    ManagementPolicy,
    Nonces,
    Placement,
    TargetState,
)

REFUSED = error.UnavailableError("connection refused")
LOST = error.UnavailableError("no whole answer within the time limit", outcome_unknown=True)
REBALANCE = error.RebalanceError("a rebalance is expected", status=409)


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (TargetState.RUNNING, "Running"),
        (TargetState.PAUSED, "Paused"),
        (TargetState.STOPPED, "Stopped"),
    ],
)
async def test_a_new_resource_is_created_directly_in_its_state(
    world: Any, start: Any, state: TargetState, reason: str
) -> None:
    world.source.put(world.desired(state=state))
    await start()
    connect = world.cluster()
    assert connect.writes() == [("create", "a", state.value)]
    assert connect.count("validate") == 1
    assert world.condition("Ready") == ("True", reason)
    assert world.condition("Reconciling")[0] == "False"
    assert world.condition("Validated") == ("True", "Valid")
    assert world.condition("Synced") == ("True", "InSync")
    status = world.report.statuses["a"]
    assert status["placement"] == {"url": "http://connect:8083", "name": "a"}
    assert status["observedGeneration"] == 1
    assert status["tasksSummary"] == ("0/0" if reason == "Stopped" else status["tasksSummary"])


async def test_tasks_that_follow_their_connector_are_seen_without_waiting_for_a_regular_read(
    world: Any, start: Any
) -> None:
    world.cluster().task_lag_s = 1.5
    world.source.put(world.desired())
    await start(1.2)
    assert world.condition("Ready") == ("False", "TasksPending")
    await world.clock.advance(2.5)
    assert world.condition("Ready") == ("True", "Running")
    assert world.cluster().count("read") <= 8


async def test_the_finalizer_and_the_placement_are_durable_before_the_first_post(
    world: Any, start: Any
) -> None:
    world.cluster().faults["create"] = [error.ConnectApiError("no", status=500)]
    world.source.put(world.desired())
    await start(0.9)
    kinds = [kind for _, kind in world.report.writes]
    assert kinds.index("add_finalizer") < len(kinds)
    assert world.report.statuses["a"]["placement"]["name"] == "a"
    assert world.cluster().stored == {}


async def test_nothing_is_written_while_the_resource_cannot_be_written(
    world: Any, start: Any
) -> None:
    world.report.failing = "the API server is away"
    world.source.put(world.desired())
    await start(20)
    assert world.cluster().writes() == []
    world.report.failing = ""
    await world.clock.advance(60)
    assert world.cluster().writes() == [("create", "a", "running")]


async def test_at_rest_only_one_read_in_ten_seconds_and_no_write_at_all(
    world: Any, start: Any
) -> None:
    for name in "abcde":
        world.source.put(world.desired(name))
    await start(30)
    connect = world.cluster()
    calls, writes = len(connect.calls), len(world.report.writes)
    await world.clock.advance(300)
    reads = connect.calls[calls:]
    assert {call[0] for call in reads} == {"read"}
    assert 24 <= len(reads) <= 38
    assert len(world.report.writes) == writes


async def test_a_new_process_over_what_is_in_order_writes_nothing(world: Any, start: Any) -> None:
    world.put(world.desired())
    await start(20)
    world.edit(bump=0)
    writes, calls = len(world.report.writes), len(world.cluster().writes())
    await start(40)
    assert len(world.cluster().writes()) == calls
    assert len(world.report.writes) == writes


async def test_a_changed_config_is_one_put_and_validated_first(world: Any, start: Any) -> None:
    world.put(world.desired())
    await start()
    world.cluster().calls.clear()
    world.edit(config={"topic": "u"})
    await world.clock.advance(3)
    connect = world.cluster()
    assert connect.writes() == [("put_config", "a")]
    assert [call[0] for call in connect.calls if call[0] != "read"] == ["validate", "put_config"]
    assert connect.stored["a"].config["topic"] == "u"
    assert world.report.statuses["a"]["observedGeneration"] == 2
    assert world.condition("Ready") == ("True", "Running")
    assert ("a", "Updated", "changed topic") in world.report.events


async def test_config_and_state_changed_together_are_one_put_and_one_state_call(
    world: Any, start: Any
) -> None:
    world.put(world.desired())
    await start()
    world.cluster().calls.clear()
    world.cluster().lag_s = 1.1
    world.edit(config={"topic": "u"}, state=TargetState.PAUSED)
    await world.clock.advance(15)
    assert world.cluster().writes() == [("put_config", "a"), ("set_state", "a", "paused")]
    assert world.condition("Ready") == ("True", "Paused")


async def test_a_stale_status_after_a_write_is_pending_and_no_drift(world: Any, start: Any) -> None:
    world.cluster().lag_s = 1.1
    world.put(world.desired())
    await start(15)
    world.edit(state=TargetState.STOPPED)
    await world.clock.advance(15)
    world.edit(state=TargetState.RUNNING)
    await world.clock.advance(15)
    assert world.cluster().writes() == [
        ("create", "a", "running"),
        ("set_state", "a", "stopped"),
        ("set_state", "a", "running"),
    ]
    assert "DriftCorrected" not in world.event_reasons()
    assert world.condition("Ready") == ("True", "Running")


async def test_the_fast_path_is_shared_and_at_most_two_reads_a_second(
    world: Any, start: Any
) -> None:
    for number in range(20):
        world.put(world.desired(f"c{number}"))
    world.cluster().lag_s = 1.1
    await start(0.1)
    connect = world.cluster()
    await world.clock.advance(5)
    assert connect.count("create") == 20
    assert connect.count("read") <= 7
    assert all(world.condition("Ready", f"c{n}") == ("True", "Running") for n in range(20))


async def test_drift_is_put_right_within_one_read(world: Any, start: Any) -> None:
    world.put(world.desired())
    await start(20)
    stored = world.cluster().stored["a"]
    stored.config["topic"] = "elsewhere"
    stored.state = "paused"
    await world.clock.advance(13)
    assert stored.config["topic"] == "t"
    assert stored.state == "running"
    assert world.event_reasons().count("DriftCorrected") == 1
    del world.cluster().stored["a"]
    await world.clock.advance(13)
    assert "a" in world.cluster().stored


async def test_drift_that_comes_back_three_times_is_contested(world: Any, start: Any) -> None:
    world.put(world.desired())
    await start(20)
    for _ in range(6):
        world.cluster().stored["a"].config["topic"] = "theirs"
        await world.clock.advance(20)
    assert world.cluster().count("put_config") == 3
    assert world.condition("Stalled") == ("True", "DriftContested")
    assert world.condition("Reconciling")[0] == "False"
    world.edit(config={"topic": "new"})
    await world.clock.advance(5)
    assert world.condition("Ready") == ("True", "Running")


@pytest.mark.parametrize(
    ("policy", "synced"),
    [(DriftPolicy.WARN, ("False", "Drifted")), (DriftPolicy.IGNORE, ("True", "InSync"))],
)
async def test_drift_is_left_alone_by_policy(
    world: Any, start: Any, policy: DriftPolicy, synced: tuple[str, str]
) -> None:
    world.put(world.desired(drift_policy=policy))
    await start(20)
    world.cluster().stored["a"].config["topic"] = "theirs"
    await world.clock.advance(30)
    assert world.cluster().count("put_config") == 0
    assert world.condition("Synced") == synced
    assert world.condition("Ready") == ("True", "Running")
    if policy is DriftPolicy.WARN:
        assert "topic" in world.message("Synced")


async def test_an_emergency_pause_survives_with_warn(world: Any, start: Any) -> None:
    world.put(world.desired(drift_policy=DriftPolicy.WARN))
    await start(20)
    world.cluster().stored["a"].state = "paused"
    await world.clock.advance(30)
    assert world.cluster().count("set_state") == 0
    assert world.condition("Ready") == ("False", "Drifted")
    assert world.condition("Stalled") == ("True", "Drifted")


async def test_an_invalid_config_is_told_word_for_word_and_never_sent(
    world: Any, start: Any
) -> None:
    world.put(world.desired())
    await start()
    sentence = "Invalid value x for configuration bad: Value must be at least 1"
    world.cluster().invalid["bad"] = sentence
    world.edit(config={"bad": "x"})
    await world.clock.advance(5)
    assert world.cluster().count("put_config") == 0
    assert world.condition("Validated") == ("False", "InvalidConfig")
    assert world.message("Validated") == f"bad: {sentence}"
    assert world.condition("Stalled") == ("True", "InvalidConfig")
    assert world.report.statuses["a"]["observedGeneration"] == 2
    assert world.report.statuses["a"]["connector"]["state"] == "RUNNING"
    validations = world.cluster().count("validate")
    await world.clock.advance(120)
    assert world.cluster().count("validate") == validations


async def test_an_unknown_class_is_looked_up_once_for_all(world: Any, start: Any) -> None:
    for name in "abc":
        desired = world.desired(
            name, connector_class="NoSuch", config={"connector.class": "NoSuch"}
        )
        world.source.put(desired)
    await start(5)
    connect = world.cluster()
    assert connect.count("plugins") == 1
    assert world.condition("Stalled") == ("True", "UnknownClass")
    assert "FileStreamSinkConnector" in world.message()
    assert connect.writes() == []


async def test_a_rebalance_is_retried_and_never_shown_as_not_ready(world: Any, start: Any) -> None:
    world.put(world.desired())
    await start()
    world.cluster().faults["put_config"] = [REBALANCE] * 3
    world.edit(config={"topic": "u"})
    await world.clock.advance(0.9)
    assert world.condition("Reconciling") == ("True", "Rebalancing")
    assert world.condition("Ready")[0] == "True"
    await world.clock.advance(10)
    assert world.cluster().count("put_config") == 4
    assert world.condition("Ready") == ("True", "Running")


async def test_already_exists_means_look_again(world: Any, start: Any) -> None:
    world.cluster().faults["create"] = [
        error.AlreadyExistsError("Connector a already exists", status=409)
    ]
    world.put(world.desired())
    await start(15)
    assert world.cluster().count("create") == 2
    assert world.condition("Ready") == ("True", "Running")


@pytest.mark.parametrize("call", ["create", "put_config", "set_state", "delete"])
async def test_a_lost_answer_is_read_back_and_nothing_is_sent_twice(
    world: Any, start: Any, call: str
) -> None:
    connect = world.cluster()
    connect.lost_answers[call] = [LOST]
    world.put(world.desired())
    await start(10)
    world.edit(config={"topic": "u"})
    await world.clock.advance(10)
    world.edit(state=TargetState.PAUSED)
    await world.clock.advance(10)
    world.edit(deleting=True)
    await world.clock.advance(10)
    assert connect.count(call) == 1
    assert connect.stored == {}
    assert world.source.desires == {}


async def test_unreachable_is_told_on_all_within_thirty_seconds_by_few_probes(
    world: Any, start: Any
) -> None:
    for number in range(10):
        world.put(world.desired(f"c{number}"))
    await start(20)
    connect = world.cluster()
    reads = connect.count("read")
    connect.down = REFUSED
    await world.clock.advance(29)
    assert connect.count("read") - reads <= 6
    for number in range(10):
        assert world.condition("Ready", f"c{number}") == ("Unknown", "ConnectUnreachable")
        assert world.report.statuses[f"c{number}"]["connector"]["state"] == "RUNNING"
        assert world.report.statuses[f"c{number}"]["lastContact"]
    writes = len(world.report.writes)
    await world.clock.advance(120)
    assert len(world.report.writes) == writes
    connect.down = None
    sent = len(connect.writes())
    await world.clock.advance(15)
    assert world.condition("Ready", "c3") == ("True", "Running")
    assert len(connect.writes()) == sent


async def test_a_dead_cluster_delays_no_other(world: Any, start: Any) -> None:
    world.cluster("http://dead:8083").down = REFUSED
    for number in range(30):
        world.put(world.desired(f"d{number}", "http://dead:8083"))
    world.put(world.desired("alive"))
    await start(2)
    assert world.condition("Ready", "alive") == ("True", "Running")


@pytest.mark.parametrize(
    ("policy", "left"),
    [
        (DeletionPolicy.DELETE, None),
        (DeletionPolicy.ORPHAN, "running"),
        (DeletionPolicy.STOP, "stopped"),
    ],
)
async def test_a_deleted_resource_leaves_what_its_policy_says(
    world: Any, start: Any, policy: DeletionPolicy, left: str | None
) -> None:
    world.put(world.desired(deletion_policy=policy))
    await start()
    world.edit(deleting=True)
    await world.clock.advance(5)
    assert world.source.desires == {}
    stored = world.cluster().stored.get("a")
    assert (stored.state if stored else None) == left


async def test_a_deletion_waits_for_connect_and_has_a_way_out(world: Any, start: Any) -> None:
    world.put(world.desired("a"))
    world.put(world.desired("b"))
    await start(20)
    world.cluster().down = REFUSED
    await world.clock.advance(30)
    world.edit("a", deleting=True)
    world.edit("b", deleting=True)
    await world.clock.advance(60)
    assert set(world.source.desires) == {"uid-a", "uid-b"}
    assert "weir.dev/release" in world.message("Ready", "a")
    world.edit("b", release=True)
    await world.clock.advance(1)
    assert set(world.source.desires) == {"uid-a"}
    world.cluster().down = None
    await world.clock.advance(20)
    assert world.source.desires == {}
    assert set(world.cluster().stored) == {"b"}


async def test_the_first_by_creation_owns_a_name_and_the_next_takes_over(
    world: Any, start: Any
) -> None:
    world.source.put(
        world.desired("a-young", connector="c", created=2.0, config={"topic": "young"})
    )
    world.source.put(world.desired("b-old", connector="c", created=1.0, config={"topic": "old"}))
    await start(20)
    assert world.condition("Ready", "b-old") == ("True", "Running")
    assert world.condition("Stalled", "a-young") == ("True", "NameConflict")
    assert "shop/b-old" in world.message("Ready", "a-young")
    assert "connector" not in world.report.statuses["a-young"]
    assert world.cluster().writes() == [("create", "c", "running")]
    world.edit("b-old", deleting=True)
    await world.clock.advance(10)
    assert world.condition("Ready", "a-young") == ("True", "Running")
    assert world.cluster().stored["c"].config["topic"] == "young"


async def test_who_is_placed_keeps_a_name_from_an_older_newcomer(world: Any, start: Any) -> None:
    world.source.put(world.desired("old", created=1.0))
    world.source.put(world.desired("young", connector="c", created=2.0))
    await start(5)
    before = world.source.desires["uid-old"]
    world.put(replace(before, connector="c", config={**before.config, "name": "c"}, generation=2))
    await world.clock.advance(30)
    assert world.condition("Stalled", "old") == ("True", "NameConflict")
    assert world.condition("Ready", "young") == ("True", "Running")
    assert set(world.cluster().stored) == {"old", "c"}


async def test_of_two_made_at_once_the_first_uid_owns_the_name(world: Any, start: Any) -> None:
    world.source.put(world.desired("z", connector="c", created=1.0))
    world.source.put(world.desired("y", connector="c", created=1.0))
    await start(5)
    assert world.condition("Ready", "y") == ("True", "Running")
    assert world.condition("Stalled", "z") == ("True", "NameConflict")


async def test_a_connector_without_a_status_is_not_taken_for_gone(world: Any, start: Any) -> None:
    world.cluster().lag_s = 10_000
    world.put(world.desired())
    await start(30)
    assert await world.cluster().read() == {}
    world.edit(deleting=True)
    await world.clock.advance(5)
    assert world.cluster().stored == {}
    assert world.cluster().count("delete") == 1
    assert world.source.desires == {}


async def test_the_loser_of_a_name_can_be_deleted_and_touches_nothing(
    world: Any, start: Any
) -> None:
    world.source.put(world.desired("old", connector="c", created=1.0))
    world.source.put(world.desired("young", connector="c", created=2.0, finalizer=True))
    await start(5)
    world.edit("young", deleting=True)
    await world.clock.advance(5)
    assert set(world.source.desires) == {"uid-old"}
    assert "c" in world.cluster().stored


@pytest.mark.parametrize("policy", list(AdoptPolicy))
async def test_a_connector_that_was_there_before_is_adopted_or_not(
    world: Any, start: Any, policy: AdoptPolicy
) -> None:
    await world.cluster().create("a", {"name": "a", "topic": "theirs"}, "running")
    world.put(world.desired(adopt=policy))
    await start(5)
    topic = world.cluster().stored["a"].config["topic"]
    if policy is AdoptPolicy.NEVER:
        assert topic == "theirs"
        assert world.condition("Stalled") == ("True", "NotAdopted")
    else:
        assert topic == "t"
        assert world.condition("Ready") == ("True", "Running")


async def test_observe_reports_differences_and_writes_nothing(world: Any, start: Any) -> None:
    await world.cluster().create("a", {**world.desired().config, "topic": "theirs"}, "running")
    world.put(world.desired(management_policy=ManagementPolicy.OBSERVE))
    await start(30)
    assert world.cluster().writes() == [("create", "a", "running")]
    assert world.condition("Synced")[0] == "False"
    assert "topic" in world.message("Synced")
    assert world.condition("Ready") == ("True", "Running")


async def test_annotations_at_creation_count_as_handled(world: Any, start: Any) -> None:
    world.put(world.desired(requests=Nonces(restart="1")))
    await start(20)
    assert world.cluster().count("restart") == 0
    assert world.report.statuses["a"]["handled"] == {"restart": "1"}


async def test_a_restart_annotation_is_marked_before_the_call_and_done_once(
    world: Any, start: Any
) -> None:
    world.put(world.desired())
    await start(20)
    world.edit(bump=0, requests=Nonces(restart="n1", restart_failed="f1", restart_task="0@x"))
    await world.clock.advance(20)
    writes = world.cluster().writes()
    assert ("restart", "a", "true/false") in writes
    assert ("restart", "a", "true/true") in writes
    assert ("restart_task", "a", "0") in writes
    told = [message for _, reason, message in world.report.events if reason == "Restarted"]
    assert sorted(told) == [
        "restarted task 0",
        "restarted the connector and all its tasks",
        "restarted the failed parts",
    ]
    assert world.report.statuses["a"]["handled"] == {
        "restart": "n1",
        "restartFailed": "f1",
        "restartTask": "0@x",
    }
    world.edit(bump=0, handled=Nonces(restart="n1", restart_failed="f1", restart_task="0@x"))
    await start(40)
    assert len(world.cluster().writes()) == len(writes)


async def test_a_restart_whose_answer_is_lost_is_an_event_and_no_second_restart(
    world: Any, start: Any
) -> None:
    world.put(world.desired())
    await start(20)
    world.cluster().lost_answers["restart"] = [LOST]
    world.edit(bump=0, requests=Nonces(restart="n1"))
    await world.clock.advance(90)
    assert world.cluster().count("restart") == 1
    assert "RestartFailed" in world.event_reasons()


async def test_a_restart_during_a_rebalance_is_made_good(world: Any, start: Any) -> None:
    world.put(world.desired())
    await start(20)
    world.cluster().faults["restart"] = [REBALANCE, REBALANCE]
    world.edit(bump=0, requests=Nonces(restart="n1"))
    await world.clock.advance(30)
    assert world.cluster().count("restart") == 3
    assert world.condition("Ready") == ("True", "Running")


async def test_a_restart_is_not_done_when_it_cannot_be_marked(world: Any, start: Any) -> None:
    world.put(world.desired())
    await start(20)
    world.report.failing = "the API server is away"
    world.edit(bump=0, requests=Nonces(restart="n1"))
    await world.clock.advance(30)
    assert world.cluster().count("restart") == 0


async def test_a_restart_annotation_without_a_task_is_told_and_kept_as_handled(
    world: Any, start: Any
) -> None:
    world.put(world.desired())
    await start(20)
    world.edit(bump=0, requests=Nonces(restart_task="first"))
    await world.clock.advance(20)
    assert world.cluster().count("restart_task") == 0
    assert "NotRestarted" in world.event_reasons()


async def test_a_failed_task_without_automatic_restart_needs_a_person(
    world: Any, start: Any
) -> None:
    world.put(world.desired())
    await start(20)
    world.cluster().fail("a", 0)
    await world.clock.advance(60)
    assert world.condition("Stalled") == ("True", "TaskFailed")
    assert world.condition("TasksHealthy") == ("False", "TaskFailed")
    assert "RuntimeException: no" in world.message()
    assert world.report.statuses["a"]["tasks"][0]["trace"].startswith("java.lang")
    assert world.cluster().count("restart") == 0


async def test_automatic_restarts_grow_and_end_at_their_cap(world: Any, start: Any) -> None:
    policy = AutoRestart(enabled=True, max_restarts=3, initial_delay_s=10, max_delay_s=1000)
    world.put(world.desired(auto_restart=policy, config={"tasks.max": "2"}))
    await start(20)
    times: list[float] = []
    for _ in range(250):
        world.cluster().fail("a", 1)
        before = world.cluster().count("restart") + world.cluster().count("restart_task")
        await world.clock.advance(1)
        after = world.cluster().count("restart") + world.cluster().count("restart_task")
        times += [world.clock.now] * (after - before)
    assert len(times) == 3
    assert times[2] - times[1] > times[1] - times[0] > 10
    assert world.condition("Stalled") == ("True", "RestartsExhausted")
    assert world.report.statuses["a"]["tasks"][1]["restarts"] == 3
    assert world.report.statuses["a"]["tasks"][0]["restarts"] == 0


async def test_a_failed_connector_can_be_stopped(world: Any, start: Any) -> None:
    world.put(world.desired())
    await start(20)
    world.cluster().fail("a", -1)
    await world.clock.advance(12)
    assert world.condition("Stalled") == ("True", "ConnectorFailed")
    world.edit(state=TargetState.STOPPED)
    await world.clock.advance(5)
    assert world.condition("Ready") == ("True", "Stopped")


@pytest.mark.parametrize("rename", [False, True])
async def test_a_move_stops_and_deletes_before_it_creates(
    world: Any, start: Any, rename: bool
) -> None:
    world.put(world.desired())
    await start(20)
    there = world.cluster() if rename else world.cluster("http://other:8083")
    before = world.source.desires["uid-a"]
    new = world.desired("a", connector="b") if rename else world.desired("a", "http://other:8083")
    world.put(
        replace(
            before,
            target=new.target,
            connector=new.connector,
            config=new.config,
            generation=2,
        )
    )
    await world.clock.advance(30)
    calls = world.cluster().writes()
    assert calls[:3] == [("create", "a", "running"), ("set_state", "a", "stopped"), ("delete", "a")]
    assert set(there.stored) == {new.connector}
    assert world.condition("Ready") == ("True", "Running")
    assert world.report.statuses["a"]["placement"]["url"] == new.target.url


async def test_a_move_from_a_dead_cluster_creates_nothing_until_released(
    world: Any, start: Any
) -> None:
    world.put(world.desired())
    await start(20)
    world.cluster().down = REFUSED
    target = world.desired("a", "http://other:8083").target
    world.edit(target=target)
    await world.clock.advance(60)
    assert world.condition("Stalled") == ("True", "SourceUnreachable")
    assert world.cluster("http://other:8083").writes() == []
    world.edit(bump=0, release=True)
    await world.clock.advance(15)
    assert set(world.cluster("http://other:8083").stored) == {"a"}


async def test_a_resource_deleted_before_anything_was_created_goes_at_once(
    world: Any, start: Any
) -> None:
    world.put(world.desired(deleting=True, finalizer=True))
    await start(2)
    assert world.source.desires == {}
    assert world.cluster().writes() == []


async def test_wrong_credentials_need_a_person(world: Any, start: Any) -> None:
    world.cluster().down = error.UnauthorizedError("GET: HTTP 401", status=401)
    world.put(world.desired())
    await start(15)
    assert world.condition("Stalled") == ("True", "Unauthorized")
    world.cluster().down = None
    await world.clock.advance(15)
    assert world.condition("Ready") == ("True", "Running")


async def test_a_replica_that_does_not_lead_reads_and_writes_nothing(
    world: Any, start: Any
) -> None:
    world.put(world.desired())
    world.controller.gate(acting=False)
    await start(30)
    assert world.cluster().writes() == []
    assert world.report.writes == []
    assert world.cluster().count("read") >= 3
    world.controller.gate(acting=True)
    await world.clock.advance(1)
    assert world.condition("Ready") == ("True", "Running")


async def test_a_resource_that_went_unseen_leaves_no_work_behind(world: Any, start: Any) -> None:
    world.put(world.desired())
    await start(5)
    world.source.remove("uid-a")
    await world.clock.advance(1)
    reads = world.cluster().count("read")
    await world.clock.advance(60)
    assert world.cluster().count("read") == reads
    assert world.controller.health().resources == 0


async def test_credentials_that_may_not_write_need_a_person(world: Any, start: Any) -> None:
    world.cluster().faults["create"] = [error.UnauthorizedError("POST: HTTP 403", status=403)] * 3
    world.put(world.desired())
    await start(2)
    assert world.condition("Stalled") == ("True", "Unauthorized")
    await world.clock.advance(30)
    assert world.condition("Ready") == ("True", "Running")


async def test_connectors_that_hang_delay_no_other_for_long(world: Any, start: Any) -> None:
    connect = world.cluster()
    create = connect.create

    async def hanging(name: str, config: dict[str, str], state: str) -> None:
        if name.startswith("hang"):
            connect.calls.append(("create", name, state))
            await pause(world.clock, 20.0)
            raise LOST
        await create(name, config, state)

    connect.create = hanging
    for number in range(5):
        world.put(world.desired(f"hang{number}"))
    for number in range(20):
        world.put(world.desired(f"c{number}"))
    await start(3)
    assert all(world.condition("Ready", f"c{n}") == ("True", "Running") for n in range(20))
    await world.clock.advance(300)
    assert connect.count("create") <= 20 + 5 * 12


async def test_a_defect_in_one_pass_ends_no_other(
    world: Any, start: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = decision.plan

    def broken(desired: Desired, *rest: Any) -> Any:
        if desired.connector == "bad" and world.clock.now < 1020:
            raise RuntimeError("a defect")
        return plan(desired, *rest)

    monkeypatch.setattr(decision, "plan", broken)
    world.put(world.desired("bad"))
    world.put(world.desired("good"))
    await start(5)
    assert world.condition("Ready", "good") == ("True", "Running")
    assert world.condition("Ready", "bad") == ("", "")
    await world.clock.advance(60)
    assert world.condition("Ready", "bad") == ("True", "Running")


async def test_a_status_that_cannot_be_written_is_written_later(world: Any, start: Any) -> None:
    world.put(world.desired())
    await start(5)
    world.report.failing = "the API server is away"
    world.cluster().fail("a", 0)
    await world.clock.advance(30)
    world.report.failing = ""
    await world.clock.advance(60)
    assert world.condition("Stalled") == ("True", "TaskFailed")


async def test_two_sets_of_credentials_are_read_apart(world: Any, start: Any) -> None:
    target = world.desired().target
    world.put(world.desired("a", target=replace(target, username="u", password="1")))
    world.put(world.desired("b", target=replace(target, username="u", password="2")))
    await start(5)
    assert len(world.targets) == 2
    assert world.condition("Ready", "b") == ("True", "Running")


async def test_credentials_of_the_new_place_are_not_shown_to_the_former(
    world: Any, start: Any
) -> None:
    world.cluster("http://former:8083").stored["a"] = Stored({"name": "a"}, "running")
    target = replace(world.desired().target, username="u", password="p")
    world.put(
        world.desired(
            target=target,
            finalizer=True,
            placement=Placement("http://former:8083", "a"),
            status={"observedGeneration": 1},
        )
    )
    await start(15)
    former = [one for one in world.targets if one.url == "http://former:8083"]
    assert [one.password for one in former] == [None]
    assert world.cluster("http://former:8083").stored == {}
    assert world.condition("Ready") == ("True", "Running")


async def test_the_log_names_the_resource_its_place_and_another_name_in_connect(
    world: Any, start: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    world.source.put(world.desired())
    world.source.put(world.desired("b", connector="b-eu"))
    await start()
    place = "at http://connect:8083"
    assert f"shop/a {place}: created the connector a, running" in caplog.messages
    assert (
        f"shop/b (connector b-eu) {place}: created the connector b-eu, running" in caplog.messages
    )
    assert "Key(" not in caplog.text


async def test_the_log_tells_once_of_a_cluster_that_is_lost_and_once_that_it_is_back(
    world: Any, start: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    world.source.put(world.desired())
    await start()
    world.cluster().faults["read"] = [REFUSED] * 5
    await world.clock.advance(120)
    told = [line for line in caplog.messages if line.startswith("http://connect:8083: ")]
    assert told == [
        "http://connect:8083: no contact with Connect: connection refused",
        "http://connect:8083: Connect answers again",
    ]
