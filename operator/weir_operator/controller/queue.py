"""The one queue of the controller: which connector is worked on next."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from dataclasses import dataclass, field

from weir_operator.controller.clock import Clock

PEOPLE = 0
"""Priority of deletions and of what somebody just changed."""
DIFFERENCE = 1
"""Priority of what a read of Connect brought up."""
RETRY = 2
"""Priority of another try after a pause."""


@dataclass(order=True, slots=True)
class _Item:
    priority: int
    serial: int
    key: str = field(compare=False)
    lane: str = field(compare=False)
    due: float = field(compare=False)
    added: float = field(compare=False)
    is_void: bool = field(default=False, compare=False)


class Queue:
    """Keys to work on, each at most once; a lane (a Connect cluster) has its own concurrency.

    A key that is added again keeps the better priority and the earlier time. One that is being
    worked on waits for `done`. A full lane holds back no other.
    """

    def __init__(self, clock: Clock, *, concurrency: int = 8) -> None:
        self._clock = clock
        self._concurrency = concurrency
        self._serial = itertools.count()
        self._items: dict[str, _Item] = {}
        self._running: dict[str, str] = {}
        self._again: dict[str, _Item] = {}
        self._ready: dict[str, list[_Item]] = {}
        self._delayed: list[tuple[float, int, _Item]] = []
        self._busy: dict[str, int] = {}
        self._wake = asyncio.Event()

    def __len__(self) -> int:
        return len(self._items) + len(self._again)

    def oldest_age_s(self) -> float:
        """Give for how long the oldest key that is due has been waiting."""
        now = self._clock.monotonic()
        return max(
            (now - max(i.added, i.due) for i in self._items.values() if i.due <= now), default=0.0
        )

    def add(self, key: str, lane: str, *, priority: int, at: float | None = None) -> None:
        """Ask for a key to be worked on, at once or at a monotonic time."""
        now = self._clock.monotonic()
        due = now if at is None else at
        book = self._again if key in self._running else self._items
        former = book.get(key)
        if former is not None:
            if former.priority <= priority and former.due <= due and former.lane == lane:
                return
            former.is_void = True
            priority, due = min(former.priority, priority), min(former.due, due)
        item = _Item(priority, next(self._serial), key, lane, due, now)
        book[key] = item
        if book is self._items:
            self._file(item, now)

    def _file(self, item: _Item, now: float) -> None:
        if item.due > now:
            heapq.heappush(self._delayed, (item.due, item.serial, item))
        else:
            heapq.heappush(self._ready.setdefault(item.lane, []), item)
        self._wake.set()

    def forget(self, key: str) -> None:
        """Take a key out; work that is under way is not touched."""
        for book in (self._items, self._again):
            item = book.pop(key, None)
            if item is not None:
                item.is_void = True

    def done(self, key: str) -> None:
        """Say that the work on a key ended; a key added meanwhile is filed now."""
        lane = self._running.pop(key)
        self._busy[lane] -= 1
        again = self._again.pop(key, None)
        if again is not None:
            self._items[key] = again
            self._file(again, self._clock.monotonic())
        self._wake.set()

    async def take(self) -> str:
        """Wait for the next key that may be worked on; the caller owes a `done`."""
        while True:
            self._wake.clear()
            item = self._next()
            if item is not None:
                del self._items[item.key]
                self._running[item.key] = item.lane
                self._busy[item.lane] = self._busy.get(item.lane, 0) + 1
                return item.key
            due = self._delayed[0][0] if self._delayed else None
            await self._clock.wait(self._wake, due)

    def _next(self) -> _Item | None:
        now = self._clock.monotonic()
        while self._delayed and self._delayed[0][0] <= now:
            item = heapq.heappop(self._delayed)[2]
            if not item.is_void:
                heapq.heappush(self._ready.setdefault(item.lane, []), item)
        best: _Item | None = None
        for lane, items in self._ready.items():
            while items and items[0].is_void:
                heapq.heappop(items)
            free = self._busy.get(lane, 0) < self._concurrency
            if items and free and (best is None or items[0] < best):
                best = items[0]
        if best is not None:
            heapq.heappop(self._ready[best.lane])
        return best
