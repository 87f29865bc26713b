"""Time, so that tests can drive it."""

from __future__ import annotations

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    """What the controller asks of time; all in seconds."""

    def monotonic(self) -> float:
        """Return seconds of a clock that never goes back."""
        ...

    def wall(self) -> float:
        """Return seconds since the epoch."""
        ...

    async def wait(self, event: asyncio.Event, until: float | None) -> bool:
        """Wait for the event, at the latest until the monotonic time; tell whether it came."""
        ...


class SystemClock:
    """The machine's clocks."""

    def monotonic(self) -> float:
        """Return seconds of the machine's monotonic clock."""
        return time.monotonic()

    def wall(self) -> float:
        """Return seconds since the epoch."""
        return time.time()

    async def wait(self, event: asyncio.Event, until: float | None) -> bool:
        """Wait on the running event loop."""
        if until is None:
            await event.wait()
            return True
        try:
            async with asyncio.timeout(max(0.0, until - time.monotonic())):
                await event.wait()
        except TimeoutError:
            return event.is_set()
        return True


async def pause(clock: Clock, duration_s: float) -> None:
    """Wait for a time."""
    await clock.wait(asyncio.Event(), clock.monotonic() + duration_s)
