from __future__ import annotations

from typing import Any

import pytest

from weir_runtime.api.errors import ConnectError, DataError
from weir_runtime.model.ids import TaskId
from weir_runtime.model.state import State
from weir_runtime.worker import protocol
from weir_runtime.worker.protocol import Reply
from weir_runtime.worker.remote import remote_error

pytestmark = pytest.mark.anyio

A, B, C = TaskId("c", 0), TaskId("c", 1), TaskId("c", 2)


async def test_a_started_part_is_reported_with_its_epoch(bench: Any) -> None:
    bench.start_connector("c", epoch=7)
    await bench.until(lambda: bench.heard.states)
    assert bench.heard.states == [("c", 7, State.RUNNING, None)]


async def test_tasks_spread_over_as_many_executors_as_allowed(bench: Any) -> None:
    for task in (A, B, C):
        bench.start_task(task)
    await bench.until(lambda: len(bench.heard.states) == 3)
    assert sorted(bench.script.where(protocol.StartTask)) in ([0, 0, 1], [0, 1, 1])


async def test_isolated_connectors_have_executors_of_their_own(isolated: Any) -> None:
    for connector in ("a", "b", "c"):
        isolated.start_connector(connector)
        isolated.start_task(TaskId(connector, 0))
    await isolated.until(lambda: len(isolated.heard.states) == 6)
    assert len(isolated.script.channels) == 3
    for number in range(3):
        parts = {
            message.connector
            for where, message in isolated.script.received
            if where == number and hasattr(message, "connector")
        }
        assert len(parts) == 1


async def test_an_instance_and_its_first_task_share_an_executor(bench: Any) -> None:
    bench.start_connector("c")
    bench.start_task(A)
    await bench.until(lambda: len(bench.heard.states) == 2)
    assert len(bench.script.channels) == 1


async def test_an_executor_that_ends_fails_all_its_parts_with_the_cause(bench: Any) -> None:
    bench.start_connector("c")
    bench.start_task(A)
    await bench.until(lambda: len(bench.heard.states) == 2)
    bench.script.channels[0].close()
    await bench.until(lambda: len(bench.heard.states) == 4)
    assert {part for part, _, state, _ in bench.heard.states if state is State.FAILED} == {"c", A}
    assert all("executor" in trace for *_, trace in bench.heard.states[2:])


async def test_a_failed_task_can_be_stopped_and_started_on_a_fresh_executor(bench: Any) -> None:
    bench.start_task(A)
    await bench.until(lambda: bench.heard.states)
    bench.script.channels[0].close()
    await bench.until(lambda: len(bench.heard.states) == 2)
    await bench.worker.stop_part(A, 1)
    bench.start_task(A, epoch=2)
    await bench.until(lambda: len(bench.heard.states) == 3)
    assert bench.heard.states[-1][:3] == (A, 2, State.RUNNING)


async def test_a_part_that_does_not_start_fails_and_healthy_ones_are_moved(bench: Any) -> None:
    bench.start_task(A)
    bench.start_task(B)
    await bench.until(lambda: len(bench.heard.states) == 2)
    bench.script.hangs.add("StartConnector")
    bench.start_connector("hangs")
    await bench.until(lambda: bench.heard.of("hangs") == [State.FAILED])
    assert "did not start within" in bench.heard.states[-1][3]
    assert len(bench.heard.moves) == 1
    moved, epoch = bench.heard.moves[0]
    bench.script.hangs.clear()
    await bench.worker.stop_part(moved, epoch)
    bench.start_task(moved, epoch=2)
    await bench.until(lambda: len(bench.heard.of(moved)) == 2)
    started = bench.script.where(protocol.StartTask)
    assert started[-1] not in bench.script.where(protocol.StartConnector)


async def test_a_part_that_does_not_stop_is_given_up(bench: Any) -> None:
    bench.start_task(A)
    await bench.until(lambda: bench.heard.states)
    bench.script.hangs.add("StopTask")
    await bench.worker.stop_part(A, 1)
    await bench.until(lambda: not list(bench.worker.pool.remotes()))


async def test_a_stop_that_arrives_before_the_executor_is_up_is_kept_in_order(bench: Any) -> None:
    bench.start_task(A)
    await bench.worker.stop_part(A, 1)
    kinds = [type(message).__name__ for _, message in bench.script.received]
    assert kinds == ["StartTask", "StopTask"]


async def test_reports_of_another_epoch_are_dropped(bench: Any) -> None:
    bench.start_task(A)
    await bench.until(lambda: bench.heard.states)
    bench.script.channels[0].send(
        protocol.TaskState(connector="c", task=0, epoch=9, state="FAILED")
    )
    bench.script.channels[0].send(
        protocol.TaskState(connector="c", task=0, epoch=1, state="PAUSED")
    )
    await bench.until(lambda: len(bench.heard.states) == 2)
    assert bench.heard.of(A) == [State.RUNNING, State.PAUSED]


async def test_a_connector_that_hangs_in_task_configs_is_failed(bench: Any) -> None:
    bench.start_connector("c")
    await bench.until(lambda: bench.heard.states)
    bench.script.hangs.add("TaskConfigs")
    with pytest.raises(ConnectError, match="did not return"):
        await bench.worker.task_configs("c", 1, 1)
    assert bench.heard.of("c") == [State.RUNNING, State.FAILED]


async def test_requests_of_an_executor_are_answered(bench: Any) -> None:
    bench.start_task(A)
    await bench.until(lambda: bench.heard.states)
    bench.script.channels[0].send(
        protocol.ReadOffsets(call=5, connector="c", partitions=[{"p": 1}])
    )
    await bench.until(lambda: bench.script.where(Reply))
    (reply,) = [message for _, message in bench.script.received if isinstance(message, Reply)]
    assert (reply.call, reply.result) == (5, [{"connector": "c"}])


def test_an_error_of_an_executor_keeps_its_kind_and_trace() -> None:
    error = remote_error(Reply(call=1, error="bad row", error_type="DataError", trace="at x"))
    assert type(error) is DataError
    assert error.__notes__ == ["at x"]
    assert type(remote_error(Reply(call=1, error="x", error_type="Unheard"))) is ConnectError
