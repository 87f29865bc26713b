"""How many records a sink is behind, by partition.

The ends are what the client learned with its last fetch, so that a look costs no request. Where
nothing was delivered since a partition was taken, the group's committed offset is the position.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Protocol

from weir_runtime.api.batch import RecordBatch
from weir_runtime.api.errors import ConnectError
from weir_runtime.worker.sink_offset import SinkOffsets, TopicPartition

PERIOD_S = 1.0
LOCATE_TIMEOUT_S = 0.5

logger = logging.getLogger(__name__)


class Consumer(Protocol):
    """What is asked of the consumer, which is the task's thread's alone."""

    def ends(self, partitions: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        """Return the ends of partitions as far as they are known here."""
        ...

    def committed_offsets(
        self, partitions: Iterable[TopicPartition], timeout_s: float
    ) -> dict[TopicPartition, int]:
        """Return what the group has committed of partitions, where it has."""
        ...


class SinkLag:
    """Lags of one task.

    Attributes:
        found: records behind, by partition, as of the last look.
    """

    def __init__(self, offsets: SinkOffsets) -> None:
        self.found: Mapping[TopicPartition, int] = {}
        self._offsets = offsets
        self._began: dict[TopicPartition, int] = {}
        self._due = 0.0

    def look(self, now: float, consumer: Consumer) -> bool:
        """Look at the ends when it is time; False where it is not yet."""
        if now < self._due:
            return False
        self._due = now + PERIOD_S
        ends = consumer.ends(self._offsets.held)
        lost = {part: end for part, end in ends.items() if self._position(part) is None}
        if lost:
            self._locate(lost, consumer)
        positions = {part: self._position(part) for part in ends}
        self.found = {
            part: max(0, ends[part] - position)
            for part, position in positions.items()
            if position is not None
        }
        return True

    def read(self, batch: RecordBatch) -> None:
        """Note where reading of a partition began."""
        if batch.partition is not None and batch.offsets:
            self._began.setdefault((batch.topic, batch.partition), batch.offsets[0])

    def revoked(self, partitions: Iterable[TopicPartition]) -> None:
        """Forget partitions."""
        for part in partitions:
            self._began.pop(part, None)

    def _locate(self, lost: Mapping[TopicPartition, int], consumer: Consumer) -> None:
        """Find out where partitions stand that have delivered nothing yet.

        One without a committed offset and without records stands at its end.
        """
        try:
            committed = consumer.committed_offsets(lost, LOCATE_TIMEOUT_S)
        except ConnectError as error:
            logger.debug("Lag is not known yet: %s", error)
            return
        for part, end in lost.items():
            self._began.setdefault(part, committed.get(part, end))

    def _position(self, part: TopicPartition) -> int | None:
        position = self._offsets.position(part)
        return self._began.get(part) if position is None else position
