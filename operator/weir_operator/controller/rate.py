"""A limit on how often something is done."""

from __future__ import annotations

import asyncio

from weir_operator.controller.clock import Clock, pause


class Rate:
    """Lets `per_s` calls a second through, `burst` of them at once; the others wait in line."""

    def __init__(self, clock: Clock, *, per_s: float, burst: int) -> None:
        self._clock = clock
        self._gap_s = 1.0 / per_s
        self._burst_s = burst / per_s
        self._next = float("-inf")
        self._line = asyncio.Lock()

    async def wait(self) -> None:
        """Wait for a turn."""
        async with self._line:
            now = self._clock.monotonic()
            self._next = max(self._next, now - self._burst_s) + self._gap_s
            if self._next > now:
                await pause(self._clock, self._next - now)
