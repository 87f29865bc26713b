"""Runs a sink task: read, convert, put, commit what is put.

Source: org.apache.kafka.connect.runtime.WorkerSinkTask.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from weir_runtime.aio.backoff import Backoff
from weir_runtime.api.batch import MAX_BATCH_ROWS, RecordBatch
from weir_runtime.api.connector import SinkTask
from weir_runtime.api.errors import ConnectError, RetriableError
from weir_runtime.kafka.data.consumer import Committed, Consumer, TopicPartition
from weir_runtime.model.state import State
from weir_runtime.worker import meter as meters
from weir_runtime.worker import protocol
from weir_runtime.worker.border import Border
from weir_runtime.worker.control import Control
from weir_runtime.worker.conversion import Conversion
from weir_runtime.worker.meter import Meter
from weir_runtime.worker.protocol import StartTask
from weir_runtime.worker.sink_lag import SinkLag
from weir_runtime.worker.sink_offset import SinkOffsets
from weir_runtime.worker.task_context import Context
from weir_runtime.worker.topic_choice import DEFAULT_AGE_MS, TopicChoice

logger = logging.getLogger(__name__)

_ACTIVE = "sink-record-active-count"
_LAG_MAX = "sink-record-lag-max"
_PUT_TIME = "put-batch-{}-time-ms"
_VALUES = (_ACTIVE, "partition-count", "offset-commit-seq-no")
_RATES = (
    "sink-record-read",
    "sink-record-send",
    "offset-commit-completion",
    "offset-commit-skip",
)
_STATS = (_PUT_TIME, f"{_ACTIVE}-{{}}", meters.BATCH, meters.COMMIT_TIME)

DEFAULT_POLL_ROWS = 5_000
POLL_S = 0.25
LIST_TIMEOUT_S = 5.0


class SinkContext(Context):
    """`api.connector.SinkTaskContext` of one task; wishes are carried out after the call."""

    def __init__(self, order: StartTask, control: Control, offsets: SinkOffsets) -> None:
        super().__init__(order, control)
        self._offsets = offsets
        self.paused: set[TopicPartition] = set()
        self.seeks: dict[TopicPartition, int] = {}
        self.commit_requested = False

    def assignment(self) -> frozenset[TopicPartition]:
        """Return the partitions this task holds now."""
        return frozenset(self._offsets.held)

    def seek(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Read on from these offsets after the present call returns."""
        self.seeks.update(offsets)

    def pause(self, partitions: Iterable[TopicPartition]) -> None:
        """Deliver nothing of these partitions until they are resumed."""
        self.paused.update(partitions)

    def resume(self, partitions: Iterable[TopicPartition]) -> None:
        """Deliver these partitions again."""
        self.paused.difference_update(partitions)

    def request_commit(self) -> None:
        """Commit offsets soon instead of after the flush interval."""
        self.commit_requested = True


class SinkRunner:
    """One run of a sink task, in a thread of its own; also the consumer's rebalance listener."""

    def __init__(
        self,
        order: StartTask,
        task: SinkTask[Any],
        *,
        border: Border,
        control: Control,
        meter: Meter,
        clock: Callable[[], float] = time.monotonic,
        connect: Callable[..., Consumer] = Consumer,
    ) -> None:
        self._order = order
        self._task = task
        self._border = border
        self._control = control
        self._meter = meter
        self._clock = clock
        self._connect = connect
        self._conversion = Conversion(order)
        meter.declare(*_VALUES, rates=_RATES, stats=_STATS)
        self._offsets = SinkOffsets()
        self._context = SinkContext(order, control, self._offsets)
        age_ms = int(order.consumer.get("metadata.max.age.ms", DEFAULT_AGE_MS))
        self._choice = TopicChoice(order.config, age_ms)
        wanted = int(order.consumer.get("max.poll.records", DEFAULT_POLL_ROWS))
        self._max_rows = max(1, min(MAX_BATCH_ROWS, wanted))
        self._pending: deque[RecordBatch] = deque()
        self._backoff = Backoff(0.3, 10.0)
        self._retry_at: float | None = None
        self._commit_at = 0.0
        self._commit_deadline: float | None = None
        self._paused: set[TopicPartition] = set()
        self._topics: set[str] = set()
        self._consumer: Consumer | None = None
        self._lag = SinkLag(self._offsets)
        self._commit_began = 0.0

    def run(self) -> None:
        """Run until asked to stop.

        Raises:
            ConnectError: records cannot be read or converted, or `put` has failed.
            Exception: whatever else the task raises.
        """
        if self._control.checkpoint():
            return
        consumer = self._connect(self._order.consumer, self, self._committed)
        self._consumer = consumer
        self._task.context = self._context
        self._commit_at = self._clock() + self._order.flush_interval_ms / 1000
        try:
            self._task.start()
            self._control.show(State.RUNNING)
            while not self._control.stopping:
                self._step(consumer)
        except Exception as error:
            # shown at once: letting go may take its time
            self._control.fail(error)
            raise
        finally:
            self._close(consumer)

    def pulse(self, _now: float) -> None:
        """Show what is held; nothing else of a sink is done by another thread."""
        active = sum(map(len, tuple(self._pending)))
        self._meter.set("partition-count", len(self._offsets.held))
        self._meter.set(_ACTIVE, active)
        self._meter.measure(f"{_ACTIVE}-{{}}", active)

    def _step(self, consumer: Consumer) -> None:
        now = self._clock()
        wanted = self._choice.change(now, lambda: consumer.topics(LIST_TIMEOUT_S))
        if wanted is not None:
            consumer.subscribe(wanted)
        self._show_state()
        # before a commit: a task that went back does not want what it had reached committed
        self._apply_wishes(consumer)
        if now >= self._commit_at or self._context.commit_requested:
            self._commit(consumer)
        if self._lag.look(now, consumer):
            self._meter.show_lags(_LAG_MAX, self._lag.found)
        for batch in consumer.poll(self._poll_s(now), self._max_rows):
            self._take(batch)
        self._apply_wishes(consumer)
        self._deliver()

    def _poll_s(self, now: float) -> float:
        limit = POLL_S
        if self._pending and self._retry_at is None and not self._control.paused:
            return 0.0
        if self._retry_at is not None:
            limit = min(limit, self._retry_at - now)
        return max(0.0, min(limit, self._commit_at - now))

    def _show_state(self) -> None:
        self._control.show(State.PAUSED if self._control.paused else State.RUNNING)

    def _take(self, batch: RecordBatch) -> None:
        rows = len(batch)
        self._lag.read(batch)
        self._meter.count("sink-record-read", rows)
        self._meter.measure(meters.BATCH, rows)
        if batch.topic not in self._topics:
            self._topics.add(batch.topic)
            self._report_topic(batch.topic)
        self._pending.extend(self._converted(batch))

    def _converted(self, batch: RecordBatch) -> list[RecordBatch]:
        try:
            return self._conversion.from_kafka(batch)
        except ConnectError:
            self._meter.failed(time.time_ns() // 1_000_000)
            raise

    def _report_topic(self, topic: str) -> None:
        order = self._order
        if order.topic_tracking:
            self._border.post(
                protocol.TopicUsed(connector=order.connector, task=order.task, topic=topic)
            )

    def _deliver(self) -> None:
        """Put what is pending, oldest first, until the task asks for time."""
        if self._retry_at is not None and self._clock() < self._retry_at:
            return
        while self._pending and not self._control.paused and not self._control.stopping:
            batch = self._pending[0]
            began = self._clock()
            try:
                self._task.put(batch)
            except RetriableError as error:
                delay_s = self._backoff.next_s()
                self._retry_at = self._clock() + delay_s
                logger.warning("The same batch is put again in %.1f s: %s", delay_s, error)
                return
            except Exception as error:
                # in Java's words, which hold for put alone: other errors are shown as they are
                raise ConnectError(
                    "Exiting WorkerSinkTask due to unrecoverable exception."
                ) from error
            self._count(batch, self._clock() - began)
            # Invariant 2: only now may what the batch holds be committed
            self._offsets.delivered(batch)
            self._pending.popleft()
            if self._context.seeks:
                break
        self._retry_at = None
        self._backoff.reset()

    def _count(self, batch: RecordBatch, took_s: float) -> None:
        """Count a batch that the task has taken."""
        self._meter.measure(_PUT_TIME, took_s * 1000)
        self._meter.count("sink-record-send", len(batch))
        oldest = batch.timestamps
        if oldest is not None and not isinstance(oldest, int):
            oldest = oldest[0]
        if oldest is not None:
            self._meter.measure(meters.LATENCY, max(0.0, time.time() * 1000 - oldest))

    def _apply_wishes(self, consumer: Consumer) -> None:
        """Carry out seeks and bring the consumer's pauses to what is wanted."""
        seeks = {
            part: offset
            for part, offset in self._context.seeks.items()
            if part in self._offsets.held
        }
        self._context.seeks.clear()
        if seeks:
            self._drop(seeks)
            consumer.seek(seeks)
            self._offsets.moved(seeks)
        held = self._offsets.held
        everything = self._control.paused or self._retry_at is not None
        wanted = set(held) if everything else self._context.paused & held
        self._paused &= held
        if wanted - self._paused:
            consumer.pause(wanted - self._paused)
        if self._paused - wanted:
            consumer.resume(self._paused - wanted)
        self._paused = wanted

    def _drop(self, partitions: Iterable[TopicPartition]) -> None:
        """Forget what was read of partitions and not put."""
        gone = set(partitions)
        head = self._pending[0] if self._pending else None
        self._pending = deque(
            batch for batch in self._pending if (batch.topic, batch.partition) not in gone
        )
        if head is not None and (not self._pending or self._pending[0] is not head):
            # the batch that was to be put again is gone, and with it the reason to wait
            self._retry_at = None

    # commits

    def _commit(self, consumer: Consumer) -> None:
        now = self._clock()
        self._commit_at = now + self._order.flush_interval_ms / 1000
        self._context.commit_requested = False
        if self._commit_deadline is not None:
            if now < self._commit_deadline:
                return
            self._commit_failed(ConnectError("it took longer than the flush timeout"))
        if not self._offsets.changed():
            self._meter.count("offset-commit-skip")
            return
        try:
            wanted = self._ready(self._offsets.held)
        except Exception as error:
            logger.exception("Offset commit failed, rewinding to last committed offsets")
            self._commit_failed(error)
            self._rewind(consumer)
            return
        if wanted:
            self._commit_began = now
            self._commit_deadline = now + self._order.flush_timeout_ms / 1000
            consumer.commit_nowait(wanted)

    def _ready(self, partitions: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        """Ask the task what of these partitions may be committed."""
        reached = self._offsets.reached(partitions)
        return self._offsets.committable(self._task.pre_commit(reached), reached)

    def _rewind(self, consumer: Consumer) -> None:
        last = self._offsets.last_committed()
        self._drop(self._offsets.held)
        consumer.seek(last)
        self._offsets.moved(last)

    def _committed(self, outcome: Committed) -> None:
        self._commit_deadline = None
        if outcome.error is not None:
            self._commit_failed(outcome.error)
            return
        self._stored(outcome.offsets)

    def _stored(self, offsets: Mapping[TopicPartition, int]) -> None:
        self._offsets.stored(offsets)
        self._meter.count("offset-commit-completion")
        self._meter.committed((self._clock() - self._commit_began) * 1000, success=True)
        self._meter.add("offset-commit-seq-no")

    def _commit_failed(self, error: Exception) -> None:
        self._commit_deadline = None
        self._meter.committed((self._clock() - self._commit_began) * 1000, success=False)
        logger.error("Offsets were not committed, the next commit tries again: %s", error)

    # rebalances

    def on_assigned(self, partitions: Sequence[TopicPartition]) -> None:
        """Take partitions."""
        self._offsets.assigned(partitions)
        self._task.open(partitions)

    def on_revoked(self, partitions: Sequence[TopicPartition]) -> None:
        """Commit what was put of partitions and give them up."""
        try:
            wanted = self._ready(partitions)
            if wanted and self._consumer is not None:
                self._commit_began = self._clock()
                self._consumer.commit(wanted)
                self._stored(wanted)
        except Exception:
            logger.exception("The commit of revoked partitions failed")
        self._let_go(partitions)

    def on_lost(self, partitions: Sequence[TopicPartition]) -> None:
        """Give partitions up without a commit: another member may have them."""
        self._let_go(partitions)

    def _let_go(self, partitions: Sequence[TopicPartition]) -> None:
        self._drop(partitions)
        self._offsets.revoked(partitions)
        self._lag.revoked(partitions)
        self._context.paused.difference_update(partitions)
        self._task.close(partitions)

    def _close(self, consumer: Consumer) -> None:
        try:
            # reports what is held as revoked, and so commits and closes it
            consumer.close()
        except Exception:
            logger.exception("The last commit or the closing of partitions failed")
        finally:
            self._task.stop()
