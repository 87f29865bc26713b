"""Sends batches, one producer a source task.

Rows are queued in librdkafka in their order, and each is heard of again: by a delivery report,
or at once where it cannot be queued. Nothing here counts on the order of reports.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import confluent_kafka
from confluent_kafka import KafkaError, KafkaException

from weir_runtime.api.batch import RecordBatch
from weir_runtime.api.errors import ConnectError
from weir_runtime.kafka.data import client
from weir_runtime.kafka.data import error as errors

FULL_WAIT_S = 0.1
"""Longest poll while the queue is full; `waiting` is asked between them."""


class Owner(Protocol):
    """Who hears how a batch ended; called with the producer's lock held, so it must be short."""

    def done(self, delivery: Delivery) -> None:
        """Hear that nothing of the batch is outstanding."""
        ...

    def failed(self, delivery: Delivery, error: ConnectError) -> None:
        """Hear of the first row that will not arrive."""
        ...


class Delivery:
    """Counts what of a batch is outstanding; its one `on_delivery`.

    Attributes:
        outstanding: rows that are neither acknowledged nor failed.
        error: of the first row that failed.
    """

    __slots__ = ("_owner", "error", "outstanding", "topic")

    def __init__(self, topic: str, rows: int, owner: Owner) -> None:
        self.topic = topic
        self.outstanding = rows
        self.error: ConnectError | None = None
        self._owner = owner

    def __call__(self, error: Any, _message: Any) -> None:
        """Take one delivery report."""
        if error is not None:
            self.fail(error)
        self.outstanding -= 1
        if not self.outstanding:
            self._owner.done(self)

    def fail(self, error: Any) -> None:
        """Keep the first error."""
        if self.error is None:
            self.error = errors.mapped(error, f"A record for topic {self.topic} was not accepted")
            self._owner.failed(self, self.error)


class Producer:
    """A librdkafka producer behind batches."""

    def __init__(self, config: Mapping[str, str]) -> None:
        self._health = client.Health()
        # one thread at a time serves reports, and none while rows are being queued: room that
        # appears in the middle of a batch would let its later rows pass earlier ones
        self._serving = threading.Lock()
        self._closed = False
        try:
            self._producer: Any = confluent_kafka.Producer(
                client.settings("producer", config, self._health)
            )
        except KafkaException as error:
            raise errors.mapped(error.args[0], "The producer's settings are refused") from error

    def produce(
        self, batch: RecordBatch, delivery: Delivery, *, waiting: Callable[[], bool]
    ) -> bool:
        """Queue every row, waiting while the queue is full.

        `waiting` is asked after each wait; False gives up. Then, and where a row is refused at
        once, `delivery` never becomes done without an error.

        Returns:
            False when given up.

        Raises:
            ConnectError: the client can do nothing any more.
        """
        queue = self._queue_batch if batch.headers is None else self._queue_single
        rest: Sequence[Any] = _messages(batch)
        while True:
            with self._serving:
                rest = queue(batch, rest, delivery)
            if not rest:
                return True
            self.poll(FULL_WAIT_S)
            if not waiting():
                return False

    def poll(self, timeout_s: float) -> None:
        """Serve delivery reports, waiting for the first one.

        Raises:
            ConnectError: the client can do nothing any more.
        """
        with self._serving:
            self._producer.poll(timeout_s)
        self._health.check()

    def poll_nowait(self) -> bool:
        """Serve what is there from a second thread; False where another thread is at it.

        Raises:
            ConnectError: the client can do nothing any more.
        """
        if not self._serving.acquire(blocking=False):
            return False
        try:
            if self._closed:
                return False
            self._producer.poll(0)
        finally:
            self._serving.release()
        self._health.check()
        return True

    def close(self) -> None:
        """Drop what is queued, which is reported as failed, and let go."""
        with self._serving:
            self._closed = True
            self._producer.purge()
            self._producer.poll(0)
            self._producer.close()

    def _queue_batch(
        self, batch: RecordBatch, messages: Sequence[Any], delivery: Delivery
    ) -> Sequence[Any]:
        """Queue by one call; return the rows that found no room, in order."""
        partition = -1 if batch.partition is None else batch.partition
        try:
            queued = self._producer.produce_batch(
                batch.topic, messages, partition=partition, on_delivery=delivery
            )
        except KafkaException as error:
            raise errors.mapped(error.args[0], "A batch could not be queued") from error
        if queued == len(messages):
            return ()
        full = []
        for message in messages:
            refusal = message.pop("_error", None)
            if refusal is None:
                continue
            if refusal.code() == KafkaError._QUEUE_FULL:
                full.append(message)
            else:
                # no report follows for a row that was never queued
                delivery(refusal, None)
        return full

    def _queue_single(
        self, batch: RecordBatch, messages: Sequence[Any], delivery: Delivery
    ) -> Sequence[Any]:
        """Queue one by one, as headers demand; return the rows that found no room."""
        partition = -1 if batch.partition is None else batch.partition
        produce = self._producer.produce
        for row, message in enumerate(messages):
            try:
                produce(batch.topic, partition=partition, on_delivery=delivery, **message)
            except BufferError:
                return messages[row:]
            except KafkaException as error:
                delivery(error.args[0], None)
        return ()


def _messages(batch: RecordBatch) -> list[dict[str, Any]]:
    values = batch.value.bytes_view()
    keys = None if batch.key is None else batch.key.bytes_view()
    messages: list[dict[str, Any]]
    if keys is None:
        messages = [{"value": value} for value in values]
    else:
        messages = [{"value": value, "key": key} for value, key in zip(values, keys, strict=True)]
    _add(messages, "headers", batch.headers)
    times = batch.timestamps
    _add(messages, "timestamp", [times] * len(messages) if isinstance(times, int) else times)
    return messages


def _add(messages: list[dict[str, Any]], name: str, column: Sequence[Any] | None) -> None:
    if column is None:
        return
    for message, value in zip(messages, column, strict=True):
        if value is not None:
            message[name] = value
