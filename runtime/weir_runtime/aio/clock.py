"""Read time and wait, behind one protocol, so that tests can drive it."""

from __future__ import annotations

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    """What the project asks of time; durations are float seconds, `_ms` values integers."""

    def monotonic(self) -> float:
        """Return seconds of a clock that never goes back."""
        ...

    def now_ms(self) -> int:
        """Return milliseconds since the epoch, as Kafka's timestamps."""
        ...

    async def sleep(self, duration_s: float) -> None:
        """Wait for `duration_s`; cancellation ends the wait."""
        ...


class SystemClock:
    """The machine's clock."""

    def monotonic(self) -> float:
        """Return seconds of the machine's monotonic clock."""
        return time.monotonic()

    def now_ms(self) -> int:
        """Return milliseconds since the epoch."""
        return time.time_ns() // 1_000_000

    async def sleep(self, duration_s: float) -> None:
        """Wait on the running event loop."""
        await asyncio.sleep(duration_s)
