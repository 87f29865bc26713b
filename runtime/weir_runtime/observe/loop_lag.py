"""How late an event loop is: whoever blocks it holds back heartbeats and requests."""

from __future__ import annotations

from collections.abc import Callable

from weir_runtime.aio.clock import Clock

PERIOD_S = 0.5


async def watch(observe: Callable[[float], None], clock: Clock) -> None:
    """Report for ever by how many seconds a sleep of `PERIOD_S` was too long."""
    while True:
        began = clock.monotonic()
        await clock.sleep(PERIOD_S)
        observe(max(0.0, clock.monotonic() - began - PERIOD_S))
