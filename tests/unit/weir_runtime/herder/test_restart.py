from __future__ import annotations

from itertools import permutations

import pytest

from weir_runtime.herder import restart
from weir_runtime.model.cluster import RestartRequest
from weir_runtime.model.entities import ConnectorStatus, PartStatus, TaskStatus
from weir_runtime.model.ids import TaskId
from weir_runtime.model.state import State, Status

RUNNING, FAILED = TaskId("c", 0), TaskId("c", 1)
TASKS = [Status(RUNNING, State.RUNNING, "w", 1), Status(FAILED, State.FAILED, "w", 1)]


@pytest.mark.parametrize(
    ("include_tasks", "only_failed", "state", "parts"),
    [
        (True, True, State.RUNNING, (FAILED,)),
        (True, False, State.RUNNING, ("c", RUNNING, FAILED)),
        (False, True, State.FAILED, ("c",)),
        (False, True, State.RUNNING, ()),
        (True, False, State.STOPPED, ("c", RUNNING, FAILED)),
    ],
)
def test_flags_and_states_decide_on_the_parts(
    include_tasks: bool, only_failed: bool, state: State, parts: tuple[object, ...]
) -> None:
    wish = RestartRequest("c", only_failed, include_tasks)
    assert restart.plan(wish, Status("c", state, "w", 1), TASKS).parts == parts


def test_the_strongest_of_several_requests_is_done() -> None:
    requests = [RestartRequest("c", failed, tasks) for failed in (0, 1) for tasks in (0, 1)]  # type: ignore[arg-type]
    for order in permutations(requests):
        assert restart.strongest(order) == RestartRequest("c", False, True)


def test_the_reply_shows_the_planned_parts_restarting() -> None:
    status = ConnectorStatus(
        "c",
        PartStatus("RUNNING", "w", "1"),
        [TaskStatus(0, "RUNNING", "w", "1"), TaskStatus(1, "FAILED", "w", "1", "trace")],
        "source",
    )
    shown = restart.planned(status, restart.RestartPlan(None, (FAILED,)))
    assert shown.connector.state == "RUNNING"
    assert [task.state for task in shown.tasks] == ["RUNNING", "RESTARTING"]
    assert shown.tasks[1].trace == "trace"
