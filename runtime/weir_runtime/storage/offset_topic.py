"""The offset store on a log; `memory.offset_store` gives its twin without a broker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from weir_runtime.kafka.ports import Log, LogRecord
from weir_runtime.storage.offset_index import OffsetIndex
from weir_runtime.storage.ports import OffsetPair


class KafkaOffsetStore:
    """`ports.OffsetStore` on a log.

    Args:
        log: of the offsets topic.
        timeout_s: for a read to the end, and for a write with its read-back.
    """

    def __init__(self, log: Log, *, timeout_s: float = 30.0) -> None:
        self._log = log
        self._timeout_s = timeout_s
        self._index = OffsetIndex()

    async def start(self) -> None:
        """Read what is there and follow."""
        await self._log.start(self._apply)

    async def stop(self) -> None:
        """Let go of the log."""
        await self._log.stop()

    async def read(
        self, connector: str, partitions: Sequence[Mapping[str, Any]]
    ) -> list[Mapping[str, Any] | None]:
        """Return the offsets of `partitions`, as of the end now."""
        await self._log.read_to_end(self._timeout_s)
        return [self._index.get(connector, partition) for partition in partitions]

    async def list(self, connector: str) -> list[OffsetPair]:
        """Return every partition with an offset, as of the end now."""
        await self._log.read_to_end(self._timeout_s)
        return self._index.pairs(connector)

    async def write(self, connector: str, offsets: Sequence[OffsetPair]) -> None:
        """Write offsets; None deletes."""
        entries = self._index.entries_for(connector, offsets)
        await self._log.append(entries, timeout_s=self._timeout_s)

    def key_for(self, connector: str, partition: Mapping[str, Any]) -> bytes:
        """Return the record key for a partition."""
        return self._index.key_for(connector, partition)

    def _apply(self, records: Sequence[LogRecord]) -> None:
        for record in records:
            self._index.apply(record.key, record.value, record.timestamp_ms)
