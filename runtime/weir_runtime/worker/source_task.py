"""Runs a source task: take a batch, convert, produce, commit what is acknowledged.

Source: org.apache.kafka.connect.runtime.AbstractWorkerSourceTask and WorkerSourceTask.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import time
from collections.abc import Callable
from typing import Any

from weir_runtime.aio.backoff import Backoff
from weir_runtime.api.batch import RecordBatch
from weir_runtime.api.connector import SourceTask
from weir_runtime.api.errors import ConnectError, RetriableError
from weir_runtime.kafka.data.producer import Producer
from weir_runtime.model.state import State
from weir_runtime.worker import meter as meters
from weir_runtime.worker import protocol, task_context
from weir_runtime.worker.border import Border
from weir_runtime.worker.control import Control
from weir_runtime.worker.conversion import Conversion
from weir_runtime.worker.feed import Feed, feed
from weir_runtime.worker.meter import Meter
from weir_runtime.worker.offset_commit import OffsetCommit
from weir_runtime.worker.protocol import StartTask
from weir_runtime.worker.submission import Submissions

logger = logging.getLogger(__name__)

_RATES = ("source-record-poll", "source-record-write")
_ACTIVE = "source-record-active-count"
_POLL_TIME = "poll-batch-{}-time-ms"
_STATS = (_POLL_TIME, f"{_ACTIVE}-{{}}", meters.BATCH, meters.COMMIT_TIME)

MAX_ROWS_IN_FLIGHT = 50_000
"""Above this the source waits; librdkafka's `buffer.memory` bounds the bytes."""

TOPIC_TIMEOUT_S = 60.0
POLL_S = 0.05
IDLE_S = 0.01
ENDED_S = 0.5


class SourceRunner:
    """One run of a source task, in a thread of its own.

    `pulse` may come from another thread at any time.
    """

    def __init__(
        self,
        order: StartTask,
        task: SourceTask[Any],
        *,
        border: Border,
        control: Control,
        meter: Meter,
        clock: Callable[[], float] = time.monotonic,
        connect: Callable[[dict[str, str]], Producer] = Producer,
    ) -> None:
        self._order = order
        self._task = task
        self._border = border
        self._control = control
        self._meter = meter
        self._clock = clock
        self._connect = connect
        self._conversion = Conversion(order)
        meter.declare(_ACTIVE, meters.WAITING, rates=_RATES, stats=_STATS)
        self._sent = Submissions()
        self._topics: set[str] = set()
        self._settled = False
        self._backoff = Backoff(0.3, 30.0)
        self._producer: Producer | None = None
        self._commit: OffsetCommit | None = None
        self._waiting_since: float | None = None
        self._stored = 0

    def run(self) -> None:
        """Run until asked to stop.

        Raises:
            ConnectError: records cannot be converted or delivered.
            Exception: whatever the task raises.
        """
        if self._control.checkpoint():
            return
        producer = self._producer = self._connect(self._order.producer)
        self._commit = OffsetCommit(
            self._order,
            self._border,
            producer,
            take=self._sent.take_committable,
            meter=self._meter,
        )
        self._task.context = task_context.SourceContext(self._order, self._control, self._border)
        try:
            self._task.start()
            self._control.show(State.RUNNING)
            while not self._control.stopping:
                self._once()
            self._settle(self._control.remaining_s(self._order.flush_timeout_ms / 1000) - 0.2)
            self._settled = True
        except BaseException as error:
            # shown at once: letting go may take its time
            self._control.fail(error)
            raise
        finally:
            self._close(producer)

    def pulse(self, now: float) -> None:
        """Serve delivery reports and commits while the task's thread is busy elsewhere.

        Raises:
            ConnectError: a record will not arrive.
        """
        producer, commit = self._producer, self._commit
        if producer is None or commit is None:
            return
        if producer.poll_nowait():
            commit.advance(now)
        self._measure(commit, now)
        self._check()

    def _measure(self, commit: OffsetCommit, now: float) -> None:
        """Show what is under way, and for how long offsets have been waiting."""
        rows = self._sent.rows
        self._meter.set(_ACTIVE, rows)
        self._meter.measure(f"{_ACTIVE}-{{}}", rows)
        self._meter.reach("source-record-write", self._sent.arrived)
        if not (commit.pending or self._sent.uncommitted):
            self._waiting_since = None
        elif self._waiting_since is None or self._stored != commit.count:
            self._waiting_since = now
        self._stored = commit.count
        since = self._waiting_since
        self._meter.set(meters.WAITING, 0 if since is None else (now - since) * 1000)

    def _once(self) -> None:
        """Take batches from one generator until it ends."""
        batches = feed(self._task.batches(), self._control)
        try:
            with contextlib.suppress(StopIteration):
                while not self._control.checkpoint():
                    self._step(batches)
        except RetriableError as error:
            delay_s = self._backoff.next_s()
            logger.warning("The source is tried again in %.1f s: %s", delay_s, error)
            # what the next generator reads as its offset should be where this one came to
            self._settle(self._order.flush_timeout_ms / 1000)
            self._control.wait(delay_s)
            return
        finally:
            batches.close()
        # a source that has ended keeps its place, as in Java, until it is stopped
        while not self._control.wait(ENDED_S):
            self._look_after()

    def _step(self, batches: Feed) -> None:
        began = self._clock()
        batch = batches.next()
        took_s = self._clock() - began
        if batch is not None and len(batch):
            self._meter.measure(_POLL_TIME, took_s * 1000)
            self._send(batch)
            self._backoff.reset()
        elif took_s < IDLE_S:
            # a source that has nothing and does not wait itself must not spin
            self._control.wait(IDLE_S)
        self._look_after()

    def _send(self, batch: RecordBatch) -> None:
        rows = len(batch)
        self._meter.count("source-record-poll", rows)
        self._meter.measure(meters.BATCH, rows)
        converted = self._converted(batch)
        if batch.topic not in self._topics:
            self._use_topic(batch.topic)
        producer = self._producer
        if producer is None or not self._has_room(producer):
            return
        delivery = self._sent.submit(converted)
        if not producer.produce(converted, delivery, waiting=self._may_wait):
            self._sent.abandon(delivery)

    def _converted(self, batch: RecordBatch) -> RecordBatch:
        try:
            return self._conversion.to_kafka(batch)
        except ConnectError:
            self._meter.failed(time.time_ns() // 1_000_000)
            raise

    def _has_room(self, producer: Producer) -> bool:
        """Wait until enough is acknowledged; False when asked to stop meanwhile."""
        while self._sent.rows > MAX_ROWS_IN_FLIGHT:
            producer.poll(POLL_S)
            self._check()
            if self._control.stopping:
                return False
        return True

    def _may_wait(self) -> bool:
        self._check()
        return not self._control.stopping

    def _use_topic(self, topic: str) -> None:
        order = self._order
        if order.topic_creation:
            self._border.ask(
                lambda call: protocol.EnsureTopic(
                    call=call, connector=order.connector, topic=topic
                ),
                TOPIC_TIMEOUT_S,
            )
        self._topics.add(topic)
        if order.topic_tracking:
            self._border.post(
                protocol.TopicUsed(connector=order.connector, task=order.task, topic=topic)
            )

    def _look_after(self) -> None:
        """Serve reports and commits, and tell the task what has been stored."""
        if self._producer is not None and self._commit is not None:
            self._producer.poll(0)
            self._meter.reach("source-record-write", self._sent.arrived)
            self._commit.advance(self._clock())
            self._tell_task(self._commit)
        self._check()

    def _tell_task(self, commit: OffsetCommit) -> None:
        while True:
            try:
                item = commit.stored.get_nowait()
            except queue.Empty:
                return
            self._task.acknowledged(item.partition, item.offset)

    def _check(self) -> None:
        if self._sent.error is not None:
            raise ConnectError(
                "Unrecoverable exception from producer send callback"
            ) from self._sent.error

    def _settle(self, timeout_s: float) -> None:
        """Wait for what is in flight, then commit, both within `timeout_s`."""
        producer, commit = self._producer, self._commit
        if producer is None or commit is None:
            return
        deadline = self._clock() + timeout_s
        while self._sent.rows and self._sent.error is None and self._clock() < deadline:
            producer.poll(POLL_S)
        # one commit may be under way; what was acknowledged since needs another
        for _ in range(2):
            commit.advance(self._clock(), at_once=True)
            while commit.busy and self._clock() < deadline:
                producer.poll(0.01)
                commit.advance(self._clock())
        self._tell_task(commit)

    def _close(self, producer: Producer) -> None:
        """Let go, also after a failure: what is acknowledged is still committed."""
        try:
            if not self._settled:
                self._settle(self._control.remaining_s(self._order.flush_timeout_ms / 1000))
        except Exception:
            logger.exception("The last commit failed")
        finally:
            self._commit = None
            self._producer = None
            try:
                self._task.stop()
            finally:
                producer.close()
