"""What a source task has sent and what of it may be committed.

Source: org.apache.kafka.connect.runtime.SubmittedRecords.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from weir_runtime.api.batch import RecordBatch
from weir_runtime.api.errors import ConnectError
from weir_runtime.codec import java_json
from weir_runtime.kafka.data.producer import Delivery


@dataclass(frozen=True, slots=True)
class SourceOffset:
    """Where a source stands."""

    partition: Mapping[str, Any]
    offset: Mapping[str, Any]


@dataclass(slots=True)
class _Sent:
    delivery: Delivery
    offset: Mapping[str, Any]


@dataclass(slots=True)
class _Line:
    """Batches of one source partition, oldest first."""

    partition: Mapping[str, Any]
    sent: deque[_Sent]


class Submissions:
    """Follows batches from `submit` until they are acknowledged.

    Attributes:
        rows: rows not heard of yet.
        arrived: rows that the broker has acknowledged, of batches that arrived whole.
        error: of the first row that will not arrive.
    """

    def __init__(self) -> None:
        self.rows = 0
        self.arrived = 0
        self.error: ConnectError | None = None
        self._lines: dict[bytes, _Line] = {}
        self._sizes: dict[Delivery, int] = {}
        self._lock = threading.Lock()

    def submit(self, batch: RecordBatch) -> Delivery:
        """Note a batch that is about to be produced; batches come in the source's order."""
        rows = len(batch)
        delivery = Delivery(batch.topic, rows, self)
        with self._lock:
            self.rows += rows
            self._sizes[delivery] = rows
            if batch.source_partition is not None and batch.source_offset is not None:
                self._line(batch.source_partition).sent.append(_Sent(delivery, batch.source_offset))
        return delivery

    def done(self, delivery: Delivery) -> None:
        """Hear that nothing of a batch is outstanding."""
        with self._lock:
            rows = self._sizes.pop(delivery, 0)
            self.rows -= rows
            if _acknowledged(delivery):
                self.arrived += rows

    @property
    def uncommitted(self) -> bool:
        """True while offsets are kept here that nobody has taken to be stored."""
        return bool(self._lines)

    def abandon(self, delivery: Delivery) -> None:
        """Forget a batch that was not queued whole; nothing after it is committable."""
        with self._lock:
            self.rows -= self._sizes.pop(delivery, 0)

    def failed(self, _delivery: Delivery, error: ConnectError) -> None:
        """Hear of the first row of a batch that will not arrive."""
        if self.error is None:
            self.error = error

    def take_committable(self) -> dict[bytes, SourceOffset]:
        """Return, by partition, the newest offset before which everything is acknowledged.

        What is returned is forgotten here; the caller keeps it until it is stored.
        """
        found: dict[bytes, SourceOffset] = {}
        with self._lock:
            for key, line in list(self._lines.items()):
                offset = None
                # Invariant 1: one batch that is outstanding or failed holds back all after it
                while line.sent and _acknowledged(line.sent[0].delivery):
                    offset = line.sent.popleft().offset
                if offset is not None:
                    found[key] = SourceOffset(line.partition, offset)
                if not line.sent:
                    del self._lines[key]
        return found

    def _line(self, partition: Mapping[str, Any]) -> _Line:
        key = java_json.canonical(partition)
        line = self._lines.get(key)
        if line is None:
            line = self._lines[key] = _Line(partition, deque())
        return line


def _acknowledged(delivery: Delivery) -> bool:
    return delivery.outstanding == 0 and delivery.error is None
