"""The in-memory twin of a compacted topic: no wire, no threads, no compaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from weir_runtime.aio.clock import Clock, SystemClock
from weir_runtime.codec.murmur2 import partition_for
from weir_runtime.kafka.ports import Entry, LogRecord

Apply = Callable[[Sequence[LogRecord]], None]


class MemoryTopic:
    """Records that outlive the logs that read and write them."""

    def __init__(self, partitions: int = 1, clock: Clock | None = None) -> None:
        self.partitions = partitions
        self.records: list[LogRecord] = []
        self.followers: list[Apply] = []
        self._clock = clock or SystemClock()

    def append(self, entries: Sequence[Entry]) -> None:
        """Add entries and tell every follower."""
        ends = self.ends()
        added = []
        for key, value in entries:
            number = partition_for(key, self.partitions)
            added.append(LogRecord(number, ends[number], self._clock.now_ms(), key, value))
            ends[number] += 1
        self.records.extend(added)
        for apply in tuple(self.followers):
            apply(added)

    def ends(self) -> dict[int, int]:
        """Return the end of each partition."""
        ends = dict.fromkeys(range(self.partitions), 0)
        for record in self.records:
            ends[record.partition] = record.offset + 1
        return ends


class MemoryLog:
    """A `kafka.ports.Log` on a `MemoryTopic`; `append` returns with everything applied."""

    def __init__(self, topic: MemoryTopic | None = None) -> None:
        self.topic = topic or MemoryTopic()
        self._apply: Apply | None = None

    async def start(self, apply: Apply) -> None:
        """Replay what is there and follow."""
        self._apply = apply
        if self.topic.records:
            apply(tuple(self.topic.records))
        self.topic.followers.append(apply)

    async def stop(self) -> None:
        """Stop following."""
        if self._apply is not None:
            self.topic.followers.remove(self._apply)
            self._apply = None

    async def append(
        self, entries: Sequence[Entry], *, timeout_s: float, read_back: bool = True
    ) -> None:
        """Write; nothing can be late or refused here."""
        del timeout_s, read_back
        self.topic.append(entries)

    async def read_to_end(self, timeout_s: float) -> None:
        """Return: everything is applied as it is written."""
        del timeout_s

    def position(self) -> Mapping[int, int]:
        """Return the ends."""
        return self.topic.ends()
