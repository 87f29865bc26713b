"""One Connect cluster as it is read: the bulk read that serves all its connectors."""

from __future__ import annotations

import asyncio
import heapq
import logging
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from weir_operator.client import error
from weir_operator.client.port import ConnectApi
from weir_operator.client.target import ClusterTarget
from weir_operator.client.view import ConnectorView, PluginView
from weir_operator.controller.clock import Clock
from weir_operator.controller.rate import Rate
from weir_operator.plan.observation import Contact

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a cluster is read, in seconds, and how fast it is written to.

    `fast` is when to read after a write. A cluster counts as unreachable after
    `lost_after` failed reads in a row or `lost_after_s` without a good one. At most `calls_per_s`
    validations and writes are sent, `burst` of them at once, and `concurrency` connectors are
    worked on at a time: a worker that answers slowly is asked less.
    """

    interval_s: float = 10.0
    fast: tuple[float, ...] = (0.25, 0.5, 1.0, 2.0, 4.0)
    least_gap_s: float = 0.5
    retry_s: float = 2.0
    lost_after: int = 2
    lost_after_s: float = 15.0
    plugins_s: float = 60.0
    calls_per_s: float = 50.0
    burst: int = 50
    concurrency: int = 8


class Cluster:
    """The last good read of a cluster, and the loop that renews it.

    `on_read` is called after every read, good or bad. Reads never overlap, so what they find is
    in order.
    """

    def __init__(
        self,
        target: ClusterTarget,
        api: ConnectApi,
        clock: Clock,
        *,
        on_read: Callable[[Cluster], None],
        pace: Pace,
    ) -> None:
        self.target = target
        self.api = api
        self.rate = Rate(clock, per_s=pace.calls_per_s, burst=pace.burst)
        self.contact = Contact.NONE_YET
        self.problem = ""
        self.found: Mapping[str, ConnectorView] = {}
        self.read_at = float("-inf")
        self.contact_at: float | None = None
        self.members: set[str] = set()
        self._clock = clock
        self._on_read = on_read
        self._pace = pace
        self._random = random.Random(target.url)  # noqa: S311 - spreads reads, no secret
        self._wanted: list[float] = []
        self._wake = asyncio.Event()
        self._failures = 0
        self._good_at = clock.monotonic()
        self._plugins: tuple[PluginView, ...] = ()
        self._plugins_at = float("-inf")
        self._plugins_lock = asyncio.Lock()

    def expect(self) -> None:
        """Read soon and a few times more: something was just written."""
        now = self._clock.monotonic()
        for delay in self._pace.fast:
            heapq.heappush(self._wanted, now + delay)
        self._wake.set()

    def calm(self) -> None:
        """Go back to the slow pace: what was written is visible."""
        self._wanted.clear()

    async def run(self) -> None:
        """Read until cancelled."""
        regular = started = self._clock.monotonic()
        while True:
            self._wake.clear()
            due = min(regular, self._wanted[0]) if self._wanted else regular
            due = max(due, started + self._pace.least_gap_s) if self._was_read else due
            if due > self._clock.monotonic() and await self._clock.wait(self._wake, due):
                continue
            started = self._clock.monotonic()
            while self._wanted and self._wanted[0] <= started:
                heapq.heappop(self._wanted)
            good = await self._read(started)
            regular = self._clock.monotonic() + self._pause_s(good=good)

    @property
    def _was_read(self) -> bool:
        return self.contact is not Contact.NONE_YET

    def _pause_s(self, *, good: bool) -> float:
        if not good and self._failures <= self._pace.lost_after:
            return self._pace.retry_s
        return self._pace.interval_s * (0.8 + 0.4 * self._random.random())

    async def _read(self, started: float) -> bool:
        try:
            found = await self.api.read()
        except error.UnauthorizedError as problem:
            self._failed(Contact.REFUSED, str(problem))
        except error.RebalanceError as problem:
            self._lost(str(problem), counts=False)
        except error.ConnectApiError as problem:
            self._lost(str(problem), counts=True)
        else:
            self._failures = 0
            self._good_at = self._clock.monotonic()
            self.contact_at = self._clock.wall()
            if self.contact in (Contact.LOST, Contact.REFUSED):
                logger.info("%s: Connect answers again", self.target.url)
            self.contact, self.problem = Contact.FINE, ""
            self.found, self.read_at = found, started
        self._on_read(self)
        return self.contact is Contact.FINE and self.read_at == started

    def _lost(self, problem: str, *, counts: bool) -> None:
        self._failures += counts
        silence = self._clock.monotonic() - self._good_at
        if self._failures >= self._pace.lost_after or silence >= self._pace.lost_after_s:
            self._failed(Contact.LOST, problem)

    def _failed(self, contact: Contact, problem: str) -> None:
        if self.contact is not contact:
            logger.warning("%s: no contact with Connect: %s", self.target.url, problem)
        self.contact, self.problem = contact, problem

    async def plugins(self) -> tuple[PluginView, ...]:
        """Give the worker's plugins, asked for at most once a minute.

        Raises:
            error.ConnectApiError: They cannot be had.
        """
        async with self._plugins_lock:
            now = self._clock.monotonic()
            if now - self._plugins_at >= self._pace.plugins_s:
                self._plugins = await self.api.plugins()
                self._plugins_at = now
            return self._plugins
