"""A worker's end of the border, as far as executors need one, over real child processes."""

import contextlib
import itertools
import json
import os
import queue
import socket
import struct
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import confluent_kafka
import pytest

from weir_runtime.config.clients import layer
from weir_runtime.worker import frame, protocol
from weir_runtime.worker.protocol import Configured, PluginRef, ToChild, ToParent

M = TypeVar("M", bound=protocol.Message)

PLUGINS = Path(__file__).parent / "plugins"
BYTES = Configured(
    PluginRef("bytes", "weir_runtime.converters.bytearray:ByteArrayConverter", "1"), {}
)
TEXT = Configured(PluginRef("text", "weir_runtime.converters.string:StringConverter", "1"), {})
HEADER = Configured(
    PluginRef("header", "weir_runtime.converters.bytearray:ByteArrayConverter", "1"), {}
)


def probe(name: str) -> PluginRef:
    return PluginRef(name, f"probe_plugins:{name}", "1.0", (str(PLUGINS),))


class Child:
    """One executor process and what it has said."""

    def __init__(self, bootstrap: str, offsets_topic: str | None) -> None:
        self.bootstrap = bootstrap
        self.offsets_topic = offsets_topic
        self.offsets: dict[str, Any] = {}
        self.said: list[ToParent] = []
        self.metrics: dict[str, dict[str, float]] = {}
        self._heard: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._calls = itertools.count(1000)
        self._socket, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "weir_runtime.worker.executor",
                    "--fd",
                    str(theirs.fileno()),
                ],
                pass_fds=[theirs.fileno()],
            )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def send(self, message: ToChild) -> None:
        self._socket.sendall(frame.encode(message))

    def ask(self, make: Callable[[int], ToChild], timeout_s: float = 20) -> protocol.Reply:
        number = next(self._calls)
        self.send(make(number))
        return self.wait(protocol.Reply, lambda reply: reply.call == number, timeout_s)

    def wait(
        self, kind: type[M], matches: Callable[[M], bool] = lambda _: True, timeout_s: float = 20
    ) -> M:
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            for message in list(self.said):
                if isinstance(message, kind) and matches(message):
                    return message
            try:
                self._heard.get(timeout=0.05)
            except queue.Empty:
                continue
        pytest.fail(f"no {kind.__name__} within {timeout_s} s; the child said {self.said[-10:]}")

    def wait_state(self, state: str, task: int = 0, timeout_s: float = 20) -> protocol.TaskState:
        return self.wait(
            protocol.TaskState, lambda it: it.state == state and it.task == task, timeout_s
        )

    def wait_metric(self, part: str, name: str, least: float, timeout_s: float = 30) -> None:
        deadline = time.monotonic() + timeout_s
        while self.metrics.get(part, {}).get(name, 0) < least:
            assert time.monotonic() < deadline, f"{name} stays at {self.metrics}; {self.said[-5:]}"
            assert self.process.poll() is None or least == 0, self.said[-5:]
            time.sleep(0.05)

    def start_source(self, connector: str, config: dict[str, str], **settings: str) -> None:
        producer = layer.producer_config({"bootstrap.servers": self.bootstrap}, connector, 0, {})
        producer |= {key.replace("_", "."): value for key, value in settings.items()}
        self._start(connector, probe("CountSource"), config, producer=producer)

    def start_sink(
        self, connector: str, config: dict[str, str], task: int = 0, **settings: str
    ) -> None:
        consumer = layer.consumer_config({"bootstrap.servers": self.bootstrap}, connector, task, {})
        consumer |= {key.replace("_", "."): value for key, value in settings.items()}
        self._start(connector, probe("CollectSink"), config, task=task, consumer=consumer)

    def _start(
        self,
        connector: str,
        plugin: PluginRef,
        config: dict[str, str],
        *,
        task: int = 0,
        producer: dict[str, str] | None = None,
        consumer: dict[str, str] | None = None,
    ) -> None:
        self.send(
            protocol.StartTask(
                connector=connector, task=task, epoch=1, plugin=plugin, config=config,
                connector_config=config, state="STARTED", key_converter=TEXT,
                value_converter=BYTES, header_converter=HEADER, producer=producer or {},
                consumer=consumer or {}, offsets_topic=self.offsets_topic, flush_interval_ms=200,
                flush_timeout_ms=5000, topic_creation=False, topic_tracking=True,
            )
        )  # fmt: skip

    def stop_task(self, connector: str, task: int = 0, timeout_s: float = 5) -> protocol.Reply:
        return self.ask(
            lambda call: protocol.StopTask(
                call=call, connector=connector, task=task, epoch=1, timeout_s=timeout_s
            )
        )

    def close(self) -> int:
        """Cut the line, as a worker that dies, and return the exit code."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._reader.join(5)
        self._socket.close()
        return self.process.wait(10)

    def _read(self) -> None:
        with self._socket.makefile("rb") as stream:
            while len(prefix := stream.read(4)) == 4:
                body = stream.read(struct.unpack(">I", prefix)[0])
                self._take(frame.decode_to_parent(body))

    def _take(self, message: ToParent) -> None:
        match message:
            case protocol.ReadOffsets(call=call, partitions=partitions):
                found = [self.offsets.get(json.dumps(part)) for part in partitions]
                self.send(protocol.Reply(call=call, result=found))
            case protocol.OffsetKeys(call=call, connector=connector, partitions=partitions):
                keys = [
                    json.dumps([connector, part], separators=(",", ":")).encode()
                    for part in partitions
                ]
                self.send(protocol.Reply(call=call, result=keys))
            case protocol.WriteOffsets(call=call, offsets=offsets):
                self.offsets |= {json.dumps(part): offset for part, offset in offsets}
                self.send(protocol.Reply(call=call, result=True))
            case protocol.EnsureTopic(call=call):
                self.send(protocol.Reply(call=call, result=False))
            case protocol.Metrics(tasks=tasks):
                for task in tasks:
                    self.metrics.setdefault(f"{task.connector}-{task.task}", {}).update(task.values)
            case _:
                self.said.append(message)
                self._heard.put(None)


class Topic:
    """A topic and what is in it."""

    def __init__(self, bootstrap: str, name: str) -> None:
        self.bootstrap = bootstrap
        self.name = name

    def read(self) -> list[Any]:
        """Return every message up to the present end."""
        consumer = confluent_kafka.Consumer(
            {
                "bootstrap.servers": self.bootstrap,
                "group.id": uuid.uuid4().hex,
                "enable.auto.commit": False,
                "auto.offset.reset": "earliest",
                "fetch.message.max.bytes": 8_000_000,
            }
        )
        found = []
        try:
            metadata = consumer.list_topics(self.name, timeout=10).topics[self.name]
            for number in metadata.partitions:
                part = confluent_kafka.TopicPartition(self.name, number, 0)
                _, high = consumer.get_watermark_offsets(part, timeout=10)
                consumer.assign([part])
                rows: list[Any] = []
                while (not rows and high) or (rows and rows[-1].offset() < high - 1):
                    rows += [each for each in consumer.consume(10_000, 0.2) if not each.error()]
                found += rows
        finally:
            consumer.close()
        return found

    def values(self) -> list[bytes]:
        return [message.value() for message in self.read()]

    def send(self, values: list[bytes]) -> None:
        # without stickiness, which would put all of a quick batch into one partition
        producer = confluent_kafka.Producer(
            {"bootstrap.servers": self.bootstrap, "sticky.partitioning.linger.ms": 0}
        )
        for start in range(0, len(values), 10_000):
            rows = [{"value": value} for value in values[start : start + 10_000]]
            assert producer.produce_batch(self.name, rows) == len(rows)
            producer.flush(30)


def make_topic(bootstrap: str, name: str, partitions: int = 1) -> Topic:
    from confluent_kafka.admin import AdminClient, NewTopic

    admin = AdminClient({"bootstrap.servers": bootstrap})
    for future in admin.create_topics([NewTopic(name, partitions, 1)]).values():
        future.result(20)
    return Topic(bootstrap, name)


class Rig:
    """What a test needs: topics of its own and executors, on one broker."""

    def __init__(self, bootstrap: str) -> None:
        self.bootstrap = bootstrap
        self.children: list[Child] = []

    def topic(self, partitions: int = 1, prefix: str = "t") -> Topic:
        return make_topic(self.bootstrap, f"{prefix}-{uuid.uuid4().hex}", partitions)

    def child(self, offsets_topic: str | None = None) -> Child:
        self.children.append(Child(self.bootstrap, offsets_topic))
        return self.children[-1]


@pytest.fixture
def rig(kafka_broker: Any) -> Iterator[Rig]:
    """Give a rig on the session's broker; executors left over are killed."""
    made = Rig(kafka_broker.bootstrap)
    yield made
    for child in made.children:
        if child.process.poll() is None:
            os.kill(child.process.pid, 9)
        child.process.wait(10)
        child.close()
