"""The loop of a source task, on a producer in memory."""

from __future__ import annotations

import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Any

import pytest
from confluent_kafka import KafkaError

from weir_runtime.api.batch import RecordBatch
from weir_runtime.api.column import BytesColumn, RowsColumn, TextColumn
from weir_runtime.api.connector import SourceTask
from weir_runtime.api.errors import ConnectError, RetriableError
from weir_runtime.worker import protocol
from weir_runtime.worker.border import Border
from weir_runtime.worker.control import Control
from weir_runtime.worker.meter import Meter
from weir_runtime.worker.source_task import MAX_ROWS_IN_FLIGHT, SourceRunner


def batch(start: int, stop: int, topic: str = "t") -> RecordBatch:
    return RecordBatch(
        topic,
        BytesColumn([b"%d" % number for number in range(start, stop)]),
        source_partition={"p": 1},
        source_offset={"next": stop},
    )


class Task(SourceTask[Any]):
    """Yields what the test gives it, then waits."""

    def __init__(self, steps: Callable[[Task], Iterator[Any]]) -> None:
        self.steps = steps
        self.heard: list[Mapping[str, Any]] = []
        self.calls: list[str] = []

    def start(self) -> None:
        self.calls.append("start")

    def batches(self) -> Iterator[RecordBatch | None]:
        yield from self.steps(self)
        while not self.context.wait(5):
            yield None

    def acknowledged(self, partition: Mapping[str, Any], offset: Mapping[str, Any]) -> None:
        assert partition == {"p": 1}
        self.heard.append(offset)

    def stop(self) -> None:
        self.calls.append("stop")


class Run:
    """A runner in a thread, with the border served."""

    def __init__(self, order: Any, task: Any, channel: Any, producer: Any) -> None:
        self.states: list[tuple[str, str | None]] = []
        self.error: BaseException | None = None
        self.task, self.channel, self.producer = task, channel, producer
        self.control = Control(lambda state, trace: self.states.append((state, trace)))
        self.meter = Meter()
        border = Border(channel)
        channel.replies_to(border)
        self.runner = SourceRunner(
            order, task, border=border, control=self.control, meter=self.meter, connect=producer
        )
        self.thread = threading.Thread(target=self._main, daemon=True)
        self.thread.start()

    def _main(self) -> None:
        try:
            self.runner.run()
        except BaseException as error:  # noqa: BLE001 - the test looks at it
            self.error = error

    def wait(self, ready: Callable[[], object]) -> None:
        deadline = time.monotonic() + 5
        while not ready():
            assert time.monotonic() < deadline, (self.states, self.error)
            time.sleep(0.001)

    def stop(self, timeout_s: float = 2) -> None:
        self.control.stop(timeout_s)
        self.thread.join(5)
        assert not self.thread.is_alive()


@pytest.fixture
def run(
    order: Callable[..., Any], channel: Any, producer: Any, answer: Callable[..., Any]
) -> Callable[..., Run]:
    """Give the function that starts a task on these steps."""
    channel.stored = {}
    channel.answers = answer(channel.stored)

    def start(steps: Callable[[Any], Iterator[Any]] | Any, **changes: Any) -> Run:
        task = steps if isinstance(steps, SourceTask) else Task(steps)
        return Run(order(**changes), task, channel, producer)

    return start


@pytest.fixture
def channel() -> Any:
    """Give a channel that hands replies straight to a border."""

    class Direct:
        def __init__(self) -> None:
            self.sent: list[Any] = []
            self.answers: Callable[[Any], Any] = lambda _: None
            self.border: Border | None = None

        def replies_to(self, border: Border) -> None:
            self.border = border

        def send(self, message: Any) -> None:
            self.sent.append(message)
            reply = self.answers(message)
            if reply is not None and self.border is not None:
                self.border.replied(reply)

        def receive(self) -> Any:
            return None

        def close(self) -> None:
            return None

        def of(self, kind: type) -> list[Any]:
            return [message for message in self.sent if isinstance(message, kind)]

    return Direct()


def test_batches_are_sent_in_order_stored_at_the_stop_and_the_task_hears_of_it(
    run: Callable[..., Run],
) -> None:
    running = run(lambda _: iter([batch(0, 3), None, batch(3, 5)]))
    running.wait(lambda: len(running.producer.sent) == 2)
    running.stop()
    assert running.error is None
    assert running.producer.values("t") == [b"0", b"1", b"2", b"3", b"4"]
    assert running.channel.stored == {"{'p': 1}": {"next": 5}}
    assert running.task.heard[-1] == {"next": 5}
    assert running.task.calls == ["start", "stop"]
    assert running.producer.closed
    assert [state for state, _ in running.states] == ["RUNNING"]
    assert running.meter.snapshot()["source-record-write-total"] == 5


def test_what_is_not_acknowledged_is_not_stored(run: Callable[..., Run], producer: Any) -> None:
    producer.automatic = False
    running = run(lambda _: iter([batch(0, 3), batch(3, 5)]))
    running.wait(lambda: len(running.producer.sent) == 2)
    running.producer.acknowledge(1)
    running.stop(0.3)
    assert running.channel.stored == {"{'p': 1}": {"next": 3}}


def test_a_row_that_will_not_arrive_fails_the_task_and_holds_its_offset_back(
    run: Callable[..., Run], producer: Any
) -> None:
    producer.automatic = False
    running = run(lambda _: iter([batch(0, 3), batch(3, 5), batch(5, 9)]))
    running.wait(lambda: len(running.producer.sent) == 3)
    running.producer.acknowledge(1)
    running.producer.acknowledge(1, KafkaError(KafkaError.MSG_SIZE_TOO_LARGE))
    running.producer.acknowledge(1)
    with pytest.raises(ConnectError):
        running.runner.pulse(time.monotonic())
    running.control.end()
    running.thread.join(5)
    assert running.channel.stored == {"{'p': 1}": {"next": 3}}
    assert running.producer.closed


def test_offsets_for_a_topic_go_there_by_the_same_producer_under_the_workers_key(
    run: Callable[..., Run],
) -> None:
    running = run(lambda _: iter([batch(0, 3)]), offsets_topic="offsets", flush_interval_ms=5)
    running.wait(lambda: running.producer.values("t"))
    running.runner.pulse(time.monotonic() + 1)
    running.stop()
    sent = [each for each, _ in running.producer.sent if each.topic == "offsets"]
    assert [each.value.bytes_view() for each in sent] == [[b'{"next":3}']]
    assert [each.key.bytes_view() for each in sent] == [[b"key of {'p': 1}"]]
    assert running.channel.of(protocol.WriteOffsets) == []
    assert running.task.heard == [{"next": 3}]


def test_too_much_in_flight_holds_the_source(run: Callable[..., Run], producer: Any) -> None:
    producer.automatic = False
    size = MAX_ROWS_IN_FLIGHT // 2 + 1
    running = run(lambda _: (batch(n * size, n * size + size) for n in range(4)))
    running.wait(lambda: len(running.producer.sent) == 2)
    time.sleep(0.02)
    assert len(running.producer.sent) == 2
    running.producer.acknowledge(1)
    running.wait(lambda: len(running.producer.sent) == 3)
    running.producer.automatic = True
    running.stop()


def test_a_stop_while_the_queue_is_full_ends_and_commits_nothing_of_it(
    run: Callable[..., Run], producer: Any
) -> None:
    producer.room = 3
    running = run(lambda _: iter([batch(0, 3), batch(3, 9), batch(9, 10)]))
    running.wait(lambda: len(running.producer.sent) == 1)
    running.stop()
    assert running.error is None
    assert running.channel.stored == {"{'p': 1}": {"next": 3}}


def test_after_a_retriable_error_a_new_generator_finds_what_was_sent_committed(
    run: Callable[..., Run],
) -> None:
    def steps(task: Any) -> Iterator[Any]:
        offset = task.context.offset({"p": 1})
        start = offset["next"] if offset else 0
        yield batch(start, start + 2)
        if start < 4:
            raise RetriableError("away")

    running = run(steps)
    running.runner._backoff.initial_s = 0.001
    running.wait(lambda: len(running.producer.sent) == 3)
    running.stop()
    assert running.producer.values("t") == [b"0", b"1", b"2", b"3", b"4", b"5"]


def test_another_error_fails_the_task_with_what_was_acknowledged_stored(
    run: Callable[..., Run],
) -> None:
    def steps(_: Any) -> Iterator[Any]:
        yield batch(0, 2)
        raise ValueError("a bug")

    running = run(steps)
    running.thread.join(5)
    assert isinstance(running.error, ValueError)
    assert running.states[-1][0] == "FAILED"
    assert (running.states[-1][1] or "").startswith("ValueError: a bug\n\tat ")
    assert running.channel.stored == {"{'p': 1}": {"next": 2}}
    assert running.task.calls == ["start", "stop"]


def test_a_row_that_cannot_be_converted_fails_the_task(run: Callable[..., Run]) -> None:
    bad = RecordBatch("t", RowsColumn([b"a", 7]))
    running = run(lambda _: iter([bad]))
    running.thread.join(5)
    assert str(running.error) == "Tolerance exceeded in error handler"
    assert running.error is not None
    assert running.error.__cause__ is not None
    assert running.producer.sent == []


def test_an_async_generator_is_cancelled_by_the_stop(run: Callable[..., Run]) -> None:
    import asyncio

    ended: list[str] = []

    class Async(Task):
        def batches(self) -> AsyncIterator[RecordBatch | None]:  # type: ignore[override]
            return self._batches()

        async def _batches(self) -> AsyncIterator[RecordBatch | None]:
            try:
                yield batch(0, 2)
                await asyncio.sleep(60)
            finally:
                ended.append("closed")

    running = run(Async(lambda _: iter(())))
    running.wait(lambda: running.producer.sent)
    running.stop()
    assert running.error is None
    assert ended == ["closed"]


def test_topics_are_asked_for_once_and_reported_once(run: Callable[..., Run]) -> None:
    running = run(lambda _: iter([batch(0, 1), batch(1, 2), batch(2, 3, "u")]), topic_creation=True)
    running.wait(lambda: len(running.producer.sent) == 3)
    running.stop()
    assert [each.topic for each in running.channel.of(protocol.EnsureTopic)] == ["t", "u"]
    assert [each.topic for each in running.channel.of(protocol.TopicUsed)] == ["t", "u"]


def test_a_task_that_starts_paused_is_not_touched_before_it_may_run(
    run: Callable[..., Run], order: Callable[..., Any], channel: Any, producer: Any
) -> None:
    task = Task(lambda _: iter([batch(0, 1)]))
    control = Control(lambda state, trace: None)
    control.set_target("PAUSED")
    border = Border(channel)
    channel.replies_to(border)
    runner = SourceRunner(
        order(), task, border=border, control=control, meter=Meter(), connect=producer
    )
    thread = threading.Thread(target=runner.run, daemon=True)
    thread.start()
    time.sleep(0.02)
    assert task.calls == []
    control.stop(1)
    thread.join(5)
    assert task.calls == []


def test_a_key_column_is_converted_too(run: Callable[..., Run]) -> None:
    keyed = batch(0, 2)
    keyed.key = TextColumn([b"a", None])
    running = run(lambda _: iter([keyed]))
    running.wait(lambda: running.producer.sent)
    running.stop()
    assert running.producer.sent[0][0].key.bytes_view() == [b"a", None]
