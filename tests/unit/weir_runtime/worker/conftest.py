"""Orders, a parent's end in memory, and clients in memory."""

from __future__ import annotations

import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import pytest
from confluent_kafka import KafkaError

from weir_runtime.api.batch import RecordBatch
from weir_runtime.api.column import BytesColumn
from weir_runtime.api.errors import ConnectError
from weir_runtime.kafka.data.consumer import Committed
from weir_runtime.worker import frame, protocol
from weir_runtime.worker.protocol import Configured, PluginRef, StartTask

TEXT = Configured(PluginRef("text", "weir_runtime.converters.string:StringConverter", "1"), {})
BYTES = Configured(
    PluginRef("bytes", "weir_runtime.converters.bytearray:ByteArrayConverter", "1"), {}
)


def make_order(**changes: Any) -> StartTask:
    settings: dict[str, Any] = {
        "connector": "c",
        "task": 0,
        "epoch": 1,
        "plugin": PluginRef("p", "m:C", "1"),
        "config": {"topics": "t"},
        "connector_config": {},
        "state": "STARTED",
        "key_converter": TEXT,
        "value_converter": BYTES,
        "header_converter": BYTES,
        "producer": {},
        "consumer": {},
        "offsets_topic": None,
        "flush_interval_ms": 1000,
        "flush_timeout_ms": 500,
        "topic_creation": False,
        "topic_tracking": True,
    }
    return StartTask(**settings | changes)


class MemoryChannel:
    """A channel whose other end is the test; every message passes through its frame."""

    def __init__(self) -> None:
        self.sent: list[Any] = []
        self.answers: Callable[[Any], Any] = lambda _: None
        self._inbox: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._changed = threading.Condition()

    def send(self, message: Any) -> None:
        message = frame.decode_to_parent(frame.encode(message)[4:])
        with self._changed:
            self.sent.append(message)
            self._changed.notify_all()
        answer = self.answers(message)
        if answer is not None:
            self.put(answer)

    def put(self, message: Any) -> None:
        body = None if message is None else frame.encode(message)[4:]
        self._inbox.put(None if body is None else frame.decode_to_child(body))

    def receive(self) -> Any:
        return self._inbox.get()

    def close(self) -> None:
        self._inbox.put(None)

    def wait(self, matches: Callable[[Any], bool], timeout_s: float = 5) -> Any:
        def found() -> list[Any]:
            return [message for message in self.sent if matches(message)]

        with self._changed:
            assert self._changed.wait_for(found, timeout_s), self.sent
            return found()[0]

    def of(self, kind: type) -> list[Any]:
        return [message for message in self.sent if isinstance(message, kind)]


class MemoryProducer:
    """Holds rows until `acknowledge`, as a producer whose broker answers at will."""

    def __init__(self) -> None:
        self.sent: list[tuple[RecordBatch, Any]] = []
        self.waiting: deque[tuple[Any, int]] = deque()
        self.automatic = True
        self.room = 1 << 30
        self.closed = False

    def __call__(self, _config: Mapping[str, str]) -> MemoryProducer:
        return self

    def produce(self, batch: RecordBatch, delivery: Any, *, waiting: Callable[[], bool]) -> bool:
        while len(batch) > self.room:
            if not waiting():
                return False
        self.sent.append((batch, delivery))
        self.waiting.append((delivery, len(batch)))
        return True

    def acknowledge(self, count: int = 1, error: KafkaError | None = None) -> None:
        for _ in range(min(count, len(self.waiting))):
            delivery, rows = self.waiting.popleft()
            for _row in range(rows):
                delivery(error, None)

    def poll(self, timeout_s: float) -> None:
        if self.automatic:
            self.acknowledge(len(self.waiting))
        elif timeout_s:
            time.sleep(min(timeout_s, 0.001))

    def poll_nowait(self) -> bool:
        self.poll(0)
        return True

    def close(self) -> None:
        self.closed = True

    def values(self, topic: str) -> list[Any]:
        return [
            value for batch, _ in self.sent if batch.topic == topic
            for value in batch.value.bytes_view()
        ]  # fmt: skip


class MemoryConsumer:
    """Gives what the test has put into it; rebalances happen inside `poll`, as in the client."""

    def __init__(self) -> None:
        self.events: deque[Any] = deque()
        self.committed: list[dict[tuple[str, int], int]] = []
        self.sought: list[dict[tuple[str, int], int]] = []
        self.paused: set[tuple[str, int]] = set()
        self.held: set[tuple[str, int]] = set()
        self.end: dict[tuple[str, int], int] = {}
        self.subscribed: list[str] = []
        self.commit_error: ConnectError | None = None
        self.closed = False

    def __call__(self, _config: Any, listener: Any, on_commit: Any) -> MemoryConsumer:
        self.listener, self.on_commit = listener, on_commit
        return self

    def subscribe(self, topics: Sequence[str]) -> None:
        self.subscribed = list(topics)

    def poll(self, timeout_s: float, _rows: int) -> list[RecordBatch]:
        if not self.events:
            time.sleep(min(timeout_s, 0.002))
            return []
        if isinstance(self.events[0], RecordBatch):
            if (self.events[0].topic, self.events[0].partition) in self.paused:
                time.sleep(min(timeout_s, 0.002))
                return []
            return [self.events.popleft()]
        kind, partitions = self.events.popleft()
        self._rebalance(kind, partitions)
        return []

    def _rebalance(self, kind: str, partitions: list[tuple[str, int]]) -> None:
        getattr(self.listener, kind)(partitions)
        if kind == "on_assigned":
            self.held.update(partitions)
        else:
            self.held.difference_update(partitions)
            self.paused.difference_update(partitions)

    def ends(self, partitions: Iterable[tuple[str, int]]) -> dict[tuple[str, int], int]:
        return {part: self.end[part] for part in partitions if part in self.end}

    def committed_offsets(
        self, partitions: Iterable[tuple[str, int]], timeout_s: float
    ) -> dict[tuple[str, int], int]:
        del timeout_s
        found: dict[tuple[str, int], int] = {}
        for offsets in self.committed:
            found |= offsets
        return {part: found[part] for part in partitions if part in found}

    def commit_nowait(self, offsets: dict[tuple[str, int], int]) -> None:
        self.committed.append(dict(offsets))
        self.on_commit(Committed(offsets, self.commit_error))

    def commit(self, offsets: dict[tuple[str, int], int]) -> None:
        assert offsets.keys() <= self.held
        self.committed.append(dict(offsets))

    def seek(self, offsets: dict[tuple[str, int], int]) -> None:
        assert offsets.keys() <= self.held
        self.sought.append(dict(offsets))

    def pause(self, partitions: set[tuple[str, int]]) -> None:
        assert set(partitions) <= self.held
        self.paused.update(partitions)

    def resume(self, partitions: set[tuple[str, int]]) -> None:
        self.paused.difference_update(partitions)

    def close(self) -> None:
        if self.held:
            self._rebalance("on_revoked", sorted(self.held))
        self.closed = True


def rows(topic: str, partition: int, start: int, stop: int) -> RecordBatch:
    return RecordBatch(
        topic,
        BytesColumn([f"{number}".encode() for number in range(start, stop)]),
        partition=partition,
        offsets=range(start, stop),
    )


@pytest.fixture
def order() -> Callable[..., StartTask]:
    """Give the function that makes an order, with changes."""
    return make_order


@pytest.fixture
def kafka_rows() -> Callable[..., RecordBatch]:
    """Give the function that makes a batch as a consumer does."""
    return rows


@pytest.fixture
def channel() -> Iterator[MemoryChannel]:
    """Give a channel whose other end is the test."""
    made = MemoryChannel()
    yield made
    made.close()


@pytest.fixture
def producer() -> MemoryProducer:
    """Give a producer in memory."""
    return MemoryProducer()


@pytest.fixture
def consumer() -> MemoryConsumer:
    """Give a consumer in memory."""
    return MemoryConsumer()


@pytest.fixture
def answer() -> Callable[..., Any]:
    """Give the function that answers as a worker with an offset store does."""

    def make(stored: dict[str, Any]) -> Callable[[Any], Any]:
        def respond(message: Any) -> Any:
            match message:
                case protocol.ReadOffsets(call=call, partitions=parts):
                    found = [stored.get(str(part)) for part in parts]
                    return protocol.Reply(call=call, result=found)
                case protocol.WriteOffsets(call=call, offsets=offsets):
                    stored.update({str(part): offset for part, offset in offsets})
                    return protocol.Reply(call=call, result=True)
                case protocol.OffsetKeys(call=call, partitions=parts):
                    keys = [f"key of {part}".encode() for part in parts]
                    return protocol.Reply(call=call, result=keys)
                case protocol.EnsureTopic(call=call):
                    return protocol.Reply(call=call, result=True)
            return None

        return respond

    return make
