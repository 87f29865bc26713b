"""A controller over a memory source, a memory report and Connect clusters in virtual time."""

import asyncio
import heapq
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from typing import Any

import pytest

from weir_operator.client.memory import MemoryConnect
from weir_operator.client.target import ClusterTarget
from weir_operator.controller.engine import Controller
from weir_operator.controller.memory import MemoryReport, MemorySource
from weir_operator.plan.model import Desired, Owner, Placement

URL = "http://connect:8083"


class VirtualClock:
    """A clock that moves only when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0
        self._serial = itertools.count()
        self._timers: list[tuple[float, int, asyncio.Future[None]]] = []

    def monotonic(self) -> float:
        # as on a real machine, no two readings are equal
        self.now += 1e-6
        return self.now

    def wall(self) -> float:
        return 1_700_000_000.0 + self.now

    async def wait(self, event: asyncio.Event, until: float | None) -> bool:
        if event.is_set():
            return True
        timer = asyncio.get_running_loop().create_future()
        if until is not None:
            heapq.heappush(self._timers, (until, next(self._serial), timer))
        came = asyncio.ensure_future(event.wait())
        try:
            await asyncio.wait({came, timer}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            came.cancel()
            with suppress(asyncio.CancelledError):
                await came
            timer.cancel()
        return event.is_set()

    async def settle(self) -> None:
        for _ in range(60):
            await asyncio.sleep(0)

    async def advance(self, duration: float) -> None:
        """Move on, stopping at every timer on the way."""
        end = self.now + duration
        await self.settle()
        while self._timers and self._timers[0][0] <= end:
            due, _, timer = heapq.heappop(self._timers)
            self.now = max(self.now, due)
            if not timer.done():
                timer.set_result(None)
                await self.settle()
        self.now = end
        await self.settle()


class World:
    """Everything that a test of the controller looks at."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.source = MemorySource()
        self.report = MemoryReport(self.source)
        self.clusters: dict[str, MemoryConnect] = {}
        self.targets: list[ClusterTarget] = []
        self.controller = self.new_controller()

    def new_controller(self) -> Controller:
        return Controller(self.source, self.report, connect=self.connect, clock=self.clock)

    def connect(self, target: ClusterTarget) -> MemoryConnect:
        self.targets.append(target)
        return self.cluster(target.url)

    def cluster(self, url: str = URL) -> MemoryConnect:
        if url not in self.clusters:
            self.clusters[url] = MemoryConnect(self.clock.monotonic)
        return self.clusters[url]

    def desired(self, name: str = "a", url: str = URL, **changes: Any) -> Desired:
        config = {"name": name, "connector.class": "FileStreamSource", "topic": "t"}
        connector = changes.pop("connector", name)
        config = {**config, "name": connector, **changes.pop("config", {})}
        return replace(
            Desired(
                owner=Owner("shop", name, f"uid-{name}"),
                target=ClusterTarget(url),
                connector=connector,
                connector_class="FileStreamSource",
                config=config,
                created=float(len(self.source.desires)),
            ),
            **changes,
        )

    def put(self, desired: Desired) -> Desired:
        self.source.put(desired)
        return desired

    def edit(self, name: str = "a", **changes: Any) -> Desired:
        """Change a resource as the API server would: a new generation, its status kept."""
        before = self.source.desires[f"uid-{name}"]
        config = {**before.config, **changes.pop("config", {})}
        generation = before.generation + changes.pop("bump", 1)
        placement = self.report.statuses.get(name, {}).get("placement")
        if placement:
            changes.setdefault("placement", Placement(**placement))
        return self.put(
            replace(
                before,
                config=config,
                generation=generation,
                status=self.report.statuses.get(name, {}),
                **changes,
            )
        )

    def condition(self, kind: str, name: str = "a") -> tuple[str, str]:
        status = self.report.statuses.get(name, {})
        for entry in status.get("conditions", ()):
            if entry["type"] == kind:
                return entry["status"], entry["reason"]
        return "", ""

    def message(self, kind: str = "Ready", name: str = "a") -> str:
        conditions = self.report.statuses[name]["conditions"]
        return str(next(entry["message"] for entry in conditions if entry["type"] == kind))

    def event_reasons(self, name: str = "a") -> list[str]:
        return [reason for owner, reason, _ in self.report.events if owner == name]


@pytest.fixture
def world() -> World:
    return World()


Start = Callable[..., Any]


@pytest.fixture
async def start(world: World) -> AsyncIterator[Start]:
    """Run controllers until the test ends; starting again stands for a new process."""
    running: list[tuple[Controller, asyncio.Task[None]]] = []
    async with AsyncExitStack():

        async def stop() -> None:
            while running:
                controller, task = running.pop()
                controller.stop()
                await world.clock.advance(0.5)
                await asyncio.wait_for(task, 5)

        async def begin(advance: float = 2.0) -> World:
            await stop()
            if world.controller.health().listed:
                world.controller = world.new_controller()
            task = asyncio.ensure_future(world.controller.run())
            running.append((world.controller, task))
            await world.clock.advance(advance)
            return world

        yield begin
        await stop()
