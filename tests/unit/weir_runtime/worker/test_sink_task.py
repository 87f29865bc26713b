"""The loop of a sink task, on a consumer in memory."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from weir_runtime.api.batch import RecordBatch
from weir_runtime.api.connector import SinkTask
from weir_runtime.api.errors import ConnectError, RetriableError
from weir_runtime.worker import protocol
from weir_runtime.worker.border import Border
from weir_runtime.worker.control import Control
from weir_runtime.worker.meter import Meter
from weir_runtime.worker.sink_task import SinkRunner

A, B = ("t", 0), ("t", 1)


class Task(SinkTask[Any]):
    """Keeps what it is given, unless the test says otherwise."""

    def __init__(self) -> None:
        self.got: list[tuple[int, int]] = []
        self.calls: list[Any] = []
        self.on_put: Callable[[RecordBatch], None] = lambda _: None
        self.on_commit: Callable[[Any], Any] = lambda offsets: offsets
        self.on_start: Callable[[], None] = lambda: None

    def start(self) -> None:
        self.calls.append("start")
        self.on_start()

    def open(self, partitions: Sequence[Any]) -> None:
        self.calls.append(("open", list(partitions)))

    def put(self, batch: RecordBatch) -> None:
        self.on_put(batch)
        assert batch.partition is not None
        self.got += [(batch.partition, offset) for offset in batch.offsets or ()]

    def pre_commit(self, offsets: Mapping[Any, int]) -> Mapping[Any, int]:
        found: Mapping[Any, int] = self.on_commit(dict(offsets))
        return found

    def close(self, partitions: Sequence[Any]) -> None:
        self.calls.append(("close", list(partitions)))

    def stop(self) -> None:
        self.calls.append("stop")


class Run:
    """A runner in a thread."""

    def __init__(self, order: Any, channel: Any, consumer: Any) -> None:
        self.states: list[tuple[str, str | None]] = []
        self.error: BaseException | None = None
        self.task, self.channel, self.consumer = Task(), channel, consumer
        self.control = Control(lambda state, trace: self.states.append((state, trace)))
        self.meter = Meter()
        self.runner = SinkRunner(
            order, self.task, border=Border(channel), control=self.control, meter=self.meter,
            connect=consumer,
        )  # fmt: skip
        self.runner._backoff.initial_s = 0.005
        self.thread = threading.Thread(target=self._main, daemon=True)

    def start(self) -> Run:
        self.thread.start()
        return self

    def _main(self) -> None:
        try:
            self.runner.run()
        except BaseException as error:  # noqa: BLE001 - the test looks at it
            self.error = error

    def wait(self, ready: Callable[[], object]) -> None:
        deadline = time.monotonic() + 5
        while not ready():
            assert time.monotonic() < deadline, (self.states, self.error, self.task.got)
            time.sleep(0.001)

    def wait_rows(self, count: int) -> None:
        self.wait(lambda: len(self.task.got) >= count)

    def stop(self) -> None:
        self.control.stop(2)
        self.thread.join(5)
        assert not self.thread.is_alive()


@pytest.fixture
def run(order: Callable[..., Any], channel: Any, consumer: Any) -> Callable[..., Run]:
    """Give the function that makes a run; events are put into its consumer."""
    return lambda **changes: Run(order(**changes), channel, consumer)


def test_rows_are_put_in_order_and_committed_when_partitions_go(
    run: Callable[..., Run], kafka_rows: Callable[..., RecordBatch]
) -> None:
    running = run()
    running.consumer.events += [
        ("on_assigned", [A, B]),
        kafka_rows("t", 0, 0, 3),
        kafka_rows("t", 1, 10, 12),
    ]
    running.start().wait_rows(5)
    running.stop()
    assert running.error is None
    assert running.task.got == [(0, 0), (0, 1), (0, 2), (1, 10), (1, 11)]
    assert running.consumer.committed == [{A: 3, B: 12}]
    assert running.task.calls == ["start", ("open", [A, B]), ("close", [A, B]), "stop"]
    assert running.consumer.closed
    assert running.consumer.subscribed == ["t"]
    assert [each.topic for each in running.channel.of(protocol.TopicUsed)] == ["t"]


def test_offsets_are_committed_each_interval_and_not_twice(
    run: Callable[..., Run], kafka_rows: Callable[..., RecordBatch]
) -> None:
    running = run(flush_interval_ms=5)
    running.consumer.events += [("on_assigned", [A]), kafka_rows("t", 0, 0, 3)]
    running.start().wait(lambda: running.consumer.committed)
    running.wait(lambda: running.meter.snapshot().get("offset-commit-skip-total", 0) > 2)
    running.stop()
    assert running.consumer.committed == [{A: 3}]


def test_a_batch_put_again_is_not_committed_before_it_is_taken(
    run: Callable[..., Run], kafka_rows: Callable[..., RecordBatch]
) -> None:
    running = run(flush_interval_ms=2)
    refusals = [5]

    def refuse(batch: RecordBatch) -> None:
        if batch.offsets and batch.offsets[0] == 3 and refusals[0]:
            refusals[0] -= 1
            assert all(commit[A] <= 3 for commit in running.consumer.committed)
            raise RetriableError("not now")

    running.task.on_put = refuse
    running.consumer.events += [
        ("on_assigned", [A]),
        kafka_rows("t", 0, 0, 3),
        kafka_rows("t", 0, 3, 6),
    ]
    running.start().wait_rows(6)
    running.wait(lambda: not running.consumer.paused)
    running.stop()
    assert [offset for _, offset in running.task.got] == list(range(6))
    assert running.consumer.committed[-1] == {A: 6}


def test_partitions_are_paused_while_a_batch_waits(
    run: Callable[..., Run], kafka_rows: Callable[..., RecordBatch]
) -> None:
    running = run()
    running.runner._backoff.initial_s = 60
    running.runner._backoff.maximum_s = 60

    def refuse(_: RecordBatch) -> None:
        raise RetriableError("not now")

    running.task.on_put = refuse
    running.consumer.events += [("on_assigned", [A, B]), kafka_rows("t", 0, 0, 3)]
    running.start().wait(lambda: running.consumer.paused == {A, B})
    running.consumer.events.append(("on_assigned", [("t", 2)]))
    running.wait(lambda: len(running.consumer.paused) == 3)
    running.stop()
    assert running.consumer.committed == []


def test_a_revoked_partition_takes_its_waiting_batch_with_it(
    run: Callable[..., Run], kafka_rows: Callable[..., RecordBatch]
) -> None:
    running = run()
    running.runner._backoff.initial_s = running.runner._backoff.maximum_s = 60

    def refuse(batch: RecordBatch) -> None:
        if batch.partition == 0:
            raise RetriableError("not now")

    running.task.on_put = refuse
    running.consumer.events += [("on_assigned", [A, B]), kafka_rows("t", 0, 0, 3)]
    running.start().wait(lambda: running.consumer.paused)
    running.consumer.events += [("on_revoked", [A]), kafka_rows("t", 1, 0, 2)]
    running.wait_rows(2)
    running.stop()
    assert running.task.got == [(1, 0), (1, 1)]
    assert running.consumer.committed == [{B: 2}]


def test_lost_partitions_are_closed_without_a_commit(
    run: Callable[..., Run], kafka_rows: Callable[..., RecordBatch]
) -> None:
    running = run()
    running.consumer.events += [
        ("on_assigned", [A]),
        kafka_rows("t", 0, 0, 3),
        ("on_lost", [A]),
    ]
    running.start().wait(lambda: ("close", [A]) in running.task.calls)
    running.stop()
    assert running.task.got == [(0, 0), (0, 1), (0, 2)]
    assert running.consumer.committed == []


def test_an_error_of_put_fails_the_task_as_java_words_it_and_commits_what_was_put(
    run: Callable[..., Run], kafka_rows: Callable[..., RecordBatch]
) -> None:
    running = run()

    def fail(batch: RecordBatch) -> None:
        if batch.offsets and batch.offsets[0] == 3:
            raise ValueError("a bug")

    running.task.on_put = fail
    running.consumer.events += [
        ("on_assigned", [A]),
        kafka_rows("t", 0, 0, 3),
        kafka_rows("t", 0, 3, 6),
    ]
    running.start().thread.join(5)
    assert str(running.error) == "Exiting WorkerSinkTask due to unrecoverable exception."
    state, trace = running.states[-1]
    assert state == "FAILED"
    assert "\nCaused by: ValueError: a bug\n" in (trace or "")
    assert running.consumer.committed == [{A: 3}]
    assert running.task.calls[-2:] == [("close", [A]), "stop"]


def test_an_error_of_pre_commit_goes_back_to_what_is_committed(
    run: Callable[..., Run], kafka_rows: Callable[..., RecordBatch]
) -> None:
    running = run(flush_interval_ms=1000)
    failures = [True]

    def commit(offsets: Any) -> Any:
        if failures.pop() if failures else False:
            raise ConnectError("the disk is full")
        return offsets

    running.task.on_commit = commit
    running.consumer.events += [("on_assigned", [A]), kafka_rows("t", 0, 5, 8)]
    running.start().wait_rows(3)
    running.task.context.request_commit()
    running.wait(lambda: running.consumer.sought)
    running.stop()
    assert running.consumer.sought == [{A: 5}]
    assert running.error is None
    assert all(commit.get(A, 5) == 5 for commit in running.consumer.committed)


def test_a_pre_commit_may_hold_back_but_not_run_ahead(
    run: Callable[..., Run], kafka_rows: Callable[..., RecordBatch]
) -> None:
    running = run()
    running.task.on_commit = lambda offsets: {A: offsets[A] - 1, B: 99, ("x", 0): 1}
    running.consumer.events += [("on_assigned", [A, B]), kafka_rows("t", 0, 0, 3)]
    running.start().wait_rows(3)
    running.stop()
    assert running.consumer.committed == [{A: 2}]


def test_the_task_may_seek_pause_resume_and_ask_for_a_commit(
    run: Callable[..., Run], kafka_rows: Callable[..., RecordBatch]
) -> None:
    running = run(flush_interval_ms=60_000)

    def wish(batch: RecordBatch) -> None:
        context = running.task.context
        assert context.assignment() == frozenset({A, B})
        if batch.partition == 0:
            context.seek({A: 1, ("x", 0): 4})
            context.pause([B])
            context.request_commit()
        else:
            context.resume([B])

    running.task.on_put = wish
    running.consumer.events += [("on_assigned", [A, B]), kafka_rows("t", 0, 0, 3)]
    running.start().wait(lambda: running.consumer.paused == {B})
    running.wait(lambda: running.consumer.committed)
    running.stop()
    assert running.consumer.sought == [{A: 1}]
    assert running.consumer.committed == [{A: 1}]


def test_a_paused_sink_takes_no_rows_commits_and_goes_on(
    run: Callable[..., Run], kafka_rows: Callable[..., RecordBatch]
) -> None:
    running = run(flush_interval_ms=10)
    running.consumer.events += [("on_assigned", [A]), kafka_rows("t", 0, 0, 3)]
    running.start().wait_rows(3)
    running.control.set_target("PAUSED")
    running.wait(lambda: running.consumer.paused == {A})
    running.consumer.events.append(kafka_rows("t", 0, 3, 4))
    running.wait(lambda: running.consumer.committed == [{A: 3}])
    assert len(running.task.got) == 3
    running.control.set_target("STARTED")
    running.wait_rows(4)
    running.stop()
    assert [state for state, _ in running.states] == ["RUNNING", "PAUSED", "RUNNING"]


def test_a_failed_commit_is_tried_again_at_the_next_interval(
    run: Callable[..., Run], kafka_rows: Callable[..., RecordBatch]
) -> None:
    running = run(flush_interval_ms=5)
    running.consumer.commit_error = RetriableError("coordinator is loading")
    running.consumer.events += [("on_assigned", [A]), kafka_rows("t", 0, 0, 3)]
    running.start().wait(lambda: len(running.consumer.committed) > 1)
    running.consumer.commit_error = None
    running.wait(lambda: running.meter.snapshot().get("offset-commit-completion-total"))
    running.stop()
    assert all(commit == {A: 3} for commit in running.consumer.committed)


def test_open_that_raises_fails_the_task(run: Callable[..., Run]) -> None:
    running = run()

    def raises(_: Any) -> None:
        raise ValueError("no such table")

    running.task.open = raises  # type: ignore[assignment,method-assign]
    running.consumer.events.append(("on_assigned", [A]))
    running.start().thread.join(5)
    assert running.states[-1][0] == "FAILED"
    assert "no such table" in (running.states[-1][1] or "")


def test_an_error_of_start_is_the_first_line_of_the_trace_as_it_is_in_java(
    run: Callable[..., Run],
) -> None:
    running = run()

    def fail() -> None:
        raise ConnectError("Couldn't find or create file")

    running.task.on_start = fail
    running.start().thread.join(5)
    state, trace = running.states[-1]
    assert state == "FAILED"
    assert (trace or "").startswith("weir_runtime.api.errors.ConnectError: Couldn't find or create")
