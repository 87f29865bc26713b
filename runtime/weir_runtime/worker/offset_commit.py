"""Stores the offsets of a source task, without ever waiting inside.

The task and a second thread both call `advance`; whoever comes first does the next step. So a
source that blocks in its own code still commits.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from weir_runtime.api.batch import RecordBatch
from weir_runtime.api.column import BytesColumn
from weir_runtime.api.errors import ConnectError
from weir_runtime.codec import java_json
from weir_runtime.kafka.data.producer import Delivery, Producer
from weir_runtime.worker import protocol
from weir_runtime.worker.border import Border
from weir_runtime.worker.meter import Meter
from weir_runtime.worker.protocol import StartTask
from weir_runtime.worker.submission import SourceOffset

logger = logging.getLogger(__name__)


class OffsetCommit:
    """The offsets of one task on their way to where they are kept.

    Attributes:
        stored: offsets that have become durable and that the task has not heard of.
        count: commits that have succeeded.
    """

    def __init__(
        self,
        order: StartTask,
        border: Border,
        producer: Producer,
        *,
        take: Callable[[], dict[bytes, SourceOffset]],
        meter: Meter,
    ) -> None:
        self.count = 0
        self.stored: queue.SimpleQueue[SourceOffset] = queue.SimpleQueue()
        self._order = order
        self._border = border
        self._producer = producer
        self._take = take
        self._meter = meter
        self._lock = threading.Lock()
        self._keys: dict[bytes, bytes] = {}
        self._waiting: dict[bytes, SourceOffset] = {}
        self._writing: dict[bytes, SourceOffset] = {}
        self._asked: Future[Any] | None = None
        self._delivery: Delivery | None = None
        self._due: float | None = None
        self._deadline = 0.0
        self._began = 0.0
        self._now = 0.0

    @property
    def busy(self) -> bool:
        """True while offsets are on their way."""
        return bool(self._writing)

    @property
    def pending(self) -> bool:
        """True while offsets are on their way, or were taken and could not be stored."""
        return bool(self._writing or self._waiting)

    def advance(self, now: float, *, at_once: bool = False) -> None:
        """Do what can be done now; begin a commit when it is due, or when none runs `at_once`."""
        if not self._lock.acquire(blocking=False):
            return
        try:
            self._now = now
            self._finish(now)
            period = self._order.flush_interval_ms / 1000
            if self._due is None:
                self._due = now + period
            if not self._writing and (at_once or now >= self._due):
                self._due = now + period
                self._begin(now)
        finally:
            self._lock.release()

    def _begin(self, now: float) -> None:
        self._waiting |= self._take()
        if not self._waiting:
            return
        self._writing, self._waiting = self._waiting, {}
        self._began = now
        self._deadline = now + self._order.flush_timeout_ms / 1000
        if self._order.offsets_topic is None:
            pairs = [(dict(item.partition), dict(item.offset)) for item in self._writing.values()]
            self._asked = self._border.call(
                lambda call: protocol.WriteOffsets(
                    call=call, connector=self._order.connector, offsets=list(pairs)
                )
            )
        else:
            self._ask_keys()

    def _ask_keys(self) -> None:
        unknown = [item for key, item in self._writing.items() if key not in self._keys]
        if not unknown:
            self._send()
            return
        self._asked = self._border.call(
            lambda call: protocol.OffsetKeys(
                call=call,
                connector=self._order.connector,
                partitions=[dict(item.partition) for item in unknown],
            )
        )

    def _finish(self, now: float) -> None:
        """Look at what was begun."""
        if not self._writing:
            return
        asked, delivery = self._asked, self._delivery
        if asked is not None and asked.done():
            self._asked = None
            self._answered(asked)
        elif delivery is not None and delivery.error is not None:
            self._give_up(str(delivery.error))
        elif delivery is not None and delivery.outstanding == 0:
            self._stored()
        elif now > self._deadline:
            left = "the worker" if delivery is None else f"{delivery.outstanding} records"
            self._give_up(f"timed out while waiting for {left}")

    def _answered(self, asked: Future[Any]) -> None:
        try:
            result = asked.result(0)
        except ConnectError as error:
            self._give_up(str(error))
            return
        if self._order.offsets_topic is None:
            self._stored()
            return
        unknown = [key for key in self._writing if key not in self._keys]
        self._keys.update(zip(unknown, result, strict=True))
        self._send()

    def _send(self) -> None:
        batch = RecordBatch(
            self._order.offsets_topic or "",
            BytesColumn([java_json.dumps(dict(item.offset)) for item in self._writing.values()]),
            key=BytesColumn([self._keys[key] for key in self._writing]),
        )
        delivery = Delivery(batch.topic, len(batch), _Nobody())
        try:
            room = self._producer.produce(batch, delivery, waiting=lambda: False)
        except ConnectError as error:
            self._give_up(str(error))
            return
        if room:
            self._delivery = delivery
        else:
            self._give_up("the producer's queue is full")

    def _stored(self) -> None:
        for item in self._writing.values():
            self.stored.put(item)
        self._writing, self._delivery = {}, None
        self.count += 1
        self._meter.committed((self._now - self._began) * 1000, success=True)

    def _give_up(self, why: str) -> None:
        logger.error("Failed to commit offsets, they are tried again: %s", why)
        self._meter.committed((self._now - self._began) * 1000, success=False)
        # what has been acknowledged since is newer
        self._waiting = self._writing | self._waiting
        self._writing, self._asked, self._delivery = {}, None, None


class _Nobody:
    """Owner of a delivery that is only looked at."""

    def done(self, delivery: Delivery) -> None:
        """Do nothing."""

    def failed(self, delivery: Delivery, error: ConnectError) -> None:
        """Do nothing."""
