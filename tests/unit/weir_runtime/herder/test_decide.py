from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import hypothesis
import pytest
from hypothesis import strategies

from weir_runtime.herder import action, event, report
from weir_runtime.herder.state import Ownership, Phase
from weir_runtime.model.cluster import RestartRequest
from weir_runtime.model.ids import TaskId
from weir_runtime.model.state import State, TargetState
from weir_runtime.storage import ports

Names = Callable[[tuple[action.Action, ...]], list[str]]


def test_a_new_connector_is_started_and_asked_for_tasks(world: Any, names_of: Names) -> None:
    assert names_of(world.put("c")) == ["StartConnector"]
    assert names_of(world.report("c", State.RUNNING)) == ["MakeTaskConfigs"]
    assert world.history == [("c", State.UNASSIGNED), ("c", State.RUNNING)]


def test_the_first_tasks_start_without_waiting_for_a_window(world: Any, names_of: Names) -> None:
    world.put("c")
    world.report("c", State.RUNNING)
    assert names_of(world.commit("c", {"a": "1"}, {"a": "2"})) == ["StartTask", "StartTask"]


def test_made_task_configs_are_published_when_they_differ(world: Any, names_of: Names) -> None:
    world.put("c")
    world.report("c", State.RUNNING)
    epoch = world.state.parts["c"].epoch
    made = event.TaskConfigsMade("c", epoch, [{"a": "1"}])
    assert names_of(world.send(made)) == ["PublishTasks"]
    world.commit("c", {"a": "1"})
    assert world.send(made) == ()


def test_equal_tasks_of_another_connector_config_are_published(world: Any, names_of: Names) -> None:
    world.running("c")
    world.put("c", {"name": "c", "value.converter": "X"})
    world.stopped("c")
    world.report("c", State.RUNNING)
    epoch = world.state.parts["c"].epoch
    made = event.TaskConfigsMade("c", epoch, [{"task": "0"}])
    assert names_of(world.send(made)) == ["PublishTasks"]


def test_a_changed_task_set_restarts_all_tasks_of_the_connector(
    world: Any, names_of: Names
) -> None:
    world.running("c", 2)
    assert names_of(world.commit("c", {"task": "0"})) == ["After"]
    assert names_of(world.close_window()) == ["StopPart", "StopPart"]
    assert names_of(world.stopped(TaskId("c", 0))) == ["StartTask"]
    assert names_of(world.stopped(TaskId("c", 1))) == []
    assert world.statuses[TaskId("c", 1)] is State.DESTROYED


def test_changes_within_a_window_share_it(world: Any, names_of: Names) -> None:
    world.running("a")
    world.running("b")
    world.commit("a", {"x": "1"})
    first = world.state.window
    world.commit("b", {"x": "1"})
    assert world.send(event.WindowClosed(first)) == ()
    assert names_of(world.close_window()) == ["StopPart", "StopPart"]


def test_a_window_is_not_put_off_for_ever(world: Any) -> None:
    world.running("c")
    for number in range(50):
        world.commit("c", {"x": str(number)})
    assert len([item for item in world.done if isinstance(item, action.After)]) < 10
    assert world.close_window()


def test_an_equal_config_restarts_nothing(world: Any) -> None:
    world.running("c")
    assert world.put("c") == ()


def test_a_config_written_again_revives_a_failed_connector(world: Any, names_of: Names) -> None:
    world.running("c")
    world.report("c", State.FAILED, trace="no")
    assert names_of(world.put("c")) == ["StopPart"]
    assert names_of(world.stopped("c")) == ["StartConnector"]


def test_pause_and_resume_reach_connector_and_tasks(world: Any, names_of: Names) -> None:
    world.running("c")
    assert names_of(world.target("c", TargetState.PAUSED)) == ["SetTarget", "SetTarget"]
    world.report("c", State.PAUSED)
    world.report(TaskId("c", 0), State.PAUSED)
    assert names_of(world.target("c", TargetState.STARTED)) == ["SetTarget", "SetTarget"]
    assert names_of(world.report("c", State.RUNNING)) == ["MakeTaskConfigs"]


@pytest.mark.parametrize("target", [TargetState.PAUSED, TargetState.STARTED])
def test_pause_and_resume_do_not_revive_a_failed_connector(world: Any, target: TargetState) -> None:
    world.put("c")
    world.report("c", State.FAILED)
    world.target("c", TargetState.PAUSED)
    assert world.target("c", target) == ()
    assert world.statuses["c"] is State.FAILED


def test_stop_revives_a_failed_connector_as_stopped(world: Any, names_of: Names) -> None:
    world.put("c")
    world.report("c", State.FAILED)
    assert names_of(world.target("c", TargetState.STOPPED))[0] == "StopPart"
    (start,) = [item for item in world.stopped("c") if isinstance(item, action.StartConnector)]
    assert start.target is TargetState.STOPPED


def test_a_stopped_connector_shows_stopped_before_its_tasks_vanish(
    world: Any, names_of: Names
) -> None:
    world.running("c")
    task = TaskId("c", 0)
    assert names_of(world.commit("c")) == ["After"]
    assert names_of(world.target("c", TargetState.STOPPED)) == ["SetTarget", "After"]
    world.report("c", State.STOPPED)
    assert (world.statuses["c"], world.statuses[task]) == (State.STOPPED, State.RUNNING)
    assert names_of(world.close_window()) == ["StopPart"]
    world.stopped(task)
    assert world.statuses[task] is State.DESTROYED


def test_deleting_stops_everything_and_buries_the_statuses(world: Any, names_of: Names) -> None:
    world.running("c")
    assert names_of(world.remove("c")) == ["StopPart", "StopPart", "ForgetTopics"]
    world.stopped("c")
    world.stopped(TaskId("c", 0))
    assert set(world.statuses.values()) == {State.DESTROYED}
    assert world.state.parts == {}


def test_a_connector_made_again_while_the_old_one_stops_is_started_after_it(
    world: Any, names_of: Names
) -> None:
    world.running("c")
    world.remove("c")
    assert names_of(world.put("c")) == []
    assert names_of(world.stopped("c")) == ["StartConnector"]


def test_reports_of_an_epoch_that_is_over_change_nothing(world: Any) -> None:
    world.running("c")
    old = world.state.parts["c"].epoch
    world.put("c", {"name": "c", "x": "1"})
    assert world.report("c", State.FAILED, epoch=old) == ()
    world.stopped("c")
    before = dict(world.statuses)
    assert world.report("c", State.RUNNING, epoch=old) == ()
    assert world.send(event.PartStopped("c", old)) == ()
    assert world.statuses == before


def test_failing_task_configs_are_tried_again_with_a_growing_delay(world: Any) -> None:
    world.put("c")
    world.report("c", State.RUNNING)
    epoch = world.state.parts["c"].epoch
    delays = []
    for _ in range(12):
        (after,) = world.send(event.TaskConfigsFailed("c", epoch))
        delays.append(after.delay_s)
    assert delays[:4] == [0.25, 0.5, 1.0, 2.0]
    assert delays[-1] == report.RETRY_MAXIMUM_S
    assert world.statuses["c"] is State.RUNNING


def test_a_restart_of_both_shows_unassigned_restarting_running_in_order(
    world: Any, names_of: Names
) -> None:
    world.running("c")
    task = TaskId("c", 0)
    world.send(event.PartsRestarted(("c", task), shown=True))
    assert names_of(world.stopped(task)) == []  # it waits for its connector
    assert names_of(world.stopped("c")) == ["StartConnector"]
    assert "StartTask" in names_of(world.report("c", State.RUNNING))
    world.report(task, State.RUNNING)
    for part in ("c", task):
        seen = [state for key, state in world.history if key == part]
        assert seen == [State.UNASSIGNED, State.RESTARTING, State.RUNNING]


def test_a_plain_restart_shows_unassigned_then_running(world: Any) -> None:
    world.running("c")
    world.send(event.PartsRestarted(("c",)))
    world.stopped("c")
    world.report("c", State.RUNNING)
    assert world.history == [("c", State.UNASSIGNED), ("c", State.RUNNING)]


def test_a_restart_request_read_from_the_topic_is_planned(world: Any) -> None:
    request = RestartRequest("c", only_failed=True, include_tasks=True)
    assert world.read(ports.RestartRequested(request)) == (action.PlanRestart(request),)


def test_parts_of_others_are_left_alone(world: Any) -> None:
    world.state = replace(
        world.state, ownership=Ownership(3, False, connectors=frozenset({"mine"}))
    )
    assert world.put("theirs") == ()
    assert world.put("mine")
    assert world.send(event.PartsRestarted(("theirs",))) == ()


def test_what_is_revoked_is_stopped_and_shown_unassigned(world: Any) -> None:
    world.running("c")
    world.send(event.OwnershipChanged(Ownership(2, False), world.config))
    world.stopped("c")
    world.stopped(TaskId("c", 0))
    assert set(world.statuses.values()) == {State.UNASSIGNED}
    assert world.state.parts == {}


def test_a_healthy_part_that_must_move_is_started_again(world: Any, names_of: Names) -> None:
    world.running("c")
    task = TaskId("c", 0)
    moved = event.PartMoved(task, world.state.parts[task].epoch)
    assert names_of(world.send(moved)) == ["StopPart"]
    assert names_of(world.stopped(task)) == ["StartTask"]


KINDS = [
    "put",
    "change",
    "remove",
    "commit0",
    "commit1",
    "commit2",
    "pause",
    "stop",
    "resume",
    "restart",
    "fail",
    "window",
    "progress",
]
OPERATIONS = strategies.lists(
    strategies.tuples(
        strategies.sampled_from(KINDS),
        strategies.sampled_from(["a", "b"]),
        strategies.integers(0, 5),
    ),
    max_size=40,
)


def play(world: Any, operation: str, name: str, number: int) -> None:
    known = name in world.config.connectors
    if operation == "put":
        world.put(name, dict(world.config.connectors.get(name, {"name": name})))
    elif operation == "change":
        world.put(name, {"name": name, "x": str(number)})
    elif operation == "window":
        world.close_window()
    elif operation == "progress":
        progress(world)
    elif known and operation == "remove":
        world.remove(name)
    elif known and operation.startswith("commit"):
        world.commit(name, *({"n": str(number)} for _ in range(int(operation[-1]))))
    elif known and operation in ("pause", "stop", "resume"):
        targets = {
            "pause": TargetState.PAUSED, "stop": TargetState.STOPPED, "resume": TargetState.STARTED
        }  # fmt: skip
        world.target(name, targets[operation])
    elif operation == "restart":
        world.send(event.PartsRestarted((name, TaskId(name, 0)), shown=bool(number % 2)))
    elif operation == "fail" and name in world.state.parts:
        world.report(name, State.FAILED, trace="x")


def progress(world: Any) -> None:
    """Let every executor do what it was last told."""
    for key in list(world.state.parts):
        part = world.state.parts.get(key)
        if part is None:
            continue
        if part.phase is Phase.STOPPING:
            world.stopped(key)
        elif part.phase is Phase.STARTING:
            reached = {
                TargetState.STARTED: State.RUNNING, TargetState.PAUSED: State.PAUSED,
                TargetState.STOPPED: State.STOPPED,
            }[part.target]  # fmt: skip
            world.report(key, reached)


@hypothesis.given(OPERATIONS)
@hypothesis.settings(deadline=None, max_examples=150)
def test_whatever_happens_what_runs_in_the_end_is_what_the_topic_says(
    new_world: Callable[[], Any], operations: Any
) -> None:
    world = new_world()
    for operation, name, number in operations:
        play(world, operation, name, number)
    for _ in range(4):
        world.close_window()
        progress(world)
    wanted = {
        *world.config.connectors,
        *(
            task
            for name in world.config.connectors
            for task in world.config.task_ids(name)
            if world.config.target_state(name) is not TargetState.STOPPED
        ),
    }
    assert set(world.state.parts) == wanted
    for key, part in world.state.parts.items():
        assert part.phase is Phase.ACTIVE
        if isinstance(key, str):
            assert dict(part.made_from) == dict(world.config.connectors[key])
        elif part.state is not State.FAILED:
            assert dict(part.made_from) == dict(world.config.tasks[key.connector][key.task])
    before = world.state
    assert world.send(event.OwnershipChanged(world.state.ownership, world.config)) == ()
    assert world.state.parts == before.parts
