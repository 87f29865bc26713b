"""How far a sink task has come in each partition that it holds."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping

from weir_runtime.api.batch import RecordBatch

TopicPartition = tuple[str, int]

logger = logging.getLogger(__name__)


class SinkOffsets:
    """Delivered and committed positions; a position is the offset of the next row.

    Attributes:
        held: the partitions that the task holds.
    """

    def __init__(self) -> None:
        self.held: set[TopicPartition] = set()
        self._first: dict[TopicPartition, int] = {}
        self._reached: dict[TopicPartition, int] = {}
        self._stored: dict[TopicPartition, int] = {}

    def assigned(self, partitions: Iterable[TopicPartition]) -> None:
        """Take partitions, with nothing delivered of them."""
        self.held.update(partitions)

    def revoked(self, partitions: Iterable[TopicPartition]) -> None:
        """Forget partitions."""
        for part in partitions:
            self.held.discard(part)
            for positions in (self._first, self._reached, self._stored):
                positions.pop(part, None)

    def delivered(self, batch: RecordBatch) -> None:
        """Note that the task has taken a batch."""
        if batch.partition is None or not batch.offsets:
            return
        part = (batch.topic, batch.partition)
        if part in self.held:
            self._first.setdefault(part, batch.offsets[0])
            self._reached[part] = batch.offsets[-1] + 1

    def moved(self, positions: Mapping[TopicPartition, int]) -> None:
        """Note that reading goes on from these positions."""
        for part, position in positions.items():
            self._reached[part] = position
            self._first.setdefault(part, position)

    def stored(self, positions: Mapping[TopicPartition, int]) -> None:
        """Note what has been committed."""
        for part, position in positions.items():
            if part in self.held:
                self._stored[part] = position

    def changed(self) -> bool:
        """Return whether anything was delivered that is not committed."""
        return any(self._stored.get(part) != at for part, at in self._reached.items())

    def position(self, part: TopicPartition) -> int | None:
        """Return the delivered position of a partition; None where nothing was delivered."""
        return self._reached.get(part)

    def reached(self, partitions: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        """Return the delivered positions of these partitions, where there are any."""
        return {part: self._reached[part] for part in partitions if part in self._reached}

    def last_committed(self) -> dict[TopicPartition, int]:
        """Return where to go back to: what is committed, else where reading began."""
        return {part: self._stored.get(part, first) for part, first in self._first.items()}

    def committable(
        self, wanted: Mapping[TopicPartition, int], reached: Mapping[TopicPartition, int]
    ) -> dict[TopicPartition, int]:
        """Return what of a task's answer may be committed and is not yet."""
        found = {}
        for part, position in wanted.items():
            if part not in reached or not 0 <= position <= reached[part]:
                # Invariant 2: never beyond what was put, never for what is not held
                logger.warning(
                    "Ignored the offset %s of %s-%s: nothing put up to there", position, *part
                )
            elif self._stored.get(part) != position:
                found[part] = position
        return found
