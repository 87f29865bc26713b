"""Token buckets by key: pure arithmetic over an injected clock."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from weir_runtime.aio.clock import Clock

KEYS: Final = 10_000


class Buckets:
    """One bucket a key; each is full at first and refills at `rate` tokens a second.

    A bucket may be overdrawn by `debt` tokens at most. No more than `KEYS` are remembered: the
    one that was used longest ago is forgotten, which at worst makes it full again.
    """

    def __init__(self, clock: Clock, *, rate: float, burst: float, debt: float = 0.0) -> None:
        self._clock = clock
        self._rate = rate
        self._burst = burst
        self._debt = debt
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait_s(self, key: str, cost: float = 1.0) -> float:
        """Return the seconds until `cost` tokens are there; takes none."""
        return max(0.0, (cost - self._level(key)) / self._rate)

    def take(self, key: str, cost: float = 1.0) -> float:
        """Take tokens; return the seconds until the bucket is no longer overdrawn."""
        level = max(-self._debt, self._level(key) - cost)
        self._put(key, level)
        return max(0.0, -level / self._rate)

    def give(self, key: str, cost: float = 1.0) -> None:
        """Put tokens back that were taken for nothing."""
        self._put(key, min(self._burst, self._level(key) + cost))

    def _level(self, key: str) -> float:
        found = self._levels.get(key)
        if found is None:
            return self._burst
        level, at = found
        return min(self._burst, level + (self._clock.monotonic() - at) * self._rate)

    def _put(self, key: str, level: float) -> None:
        self._levels[key] = (level, self._clock.monotonic())
        self._levels.move_to_end(key)
        if len(self._levels) > KEYS:
            self._levels.popitem(last=False)
