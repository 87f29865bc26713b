"""A scripted executor over an in-memory pipe, and what hears of it."""

from __future__ import annotations

import asyncio
import dataclasses
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from weir_runtime.aio.clock import SystemClock
from weir_runtime.aio.scope import Scope
from weir_runtime.model.ids import TaskId
from weir_runtime.model.state import State
from weir_runtime.worker import protocol
from weir_runtime.worker.frame import Channel
from weir_runtime.worker.memory import MemoryLauncher
from weir_runtime.worker.pool import Isolation, PartId
from weir_runtime.worker.protocol import Reply
from weir_runtime.worker.service import Services
from weir_runtime.worker.worker import Deadlines, Worker

PLUGIN = protocol.PluginRef(class_name="C", target="m:C", version="1")
CONVERTER = protocol.Configured(plugin=PLUGIN, config={})


class Script:
    """What scripted executors do; a name in `hangs` is never answered."""

    def __init__(self) -> None:
        self.received: list[tuple[int, Any]] = []
        self.channels: list[Channel] = []
        self.hangs: set[str] = set()
        self.result: Any = None

    def serve(self, channel: Channel) -> None:
        number = len(self.channels)
        self.channels.append(channel)
        channel.send(protocol.Hello(pid=1))
        while (message := channel.receive()) is not None:
            self.received.append((number, message))
            if isinstance(message, protocol.Shutdown):
                return
            if type(message).__name__ not in self.hangs:
                self.answer(channel, message)

    def answer(self, channel: Channel, message: Any) -> None:
        if isinstance(message, protocol.StartConnector):
            channel.send(
                protocol.ConnectorState(
                    connector=message.connector, epoch=message.epoch, state="RUNNING"
                )
            )
        elif isinstance(message, protocol.StartTask):
            channel.send(
                protocol.TaskState(
                    connector=message.connector,
                    task=message.task,
                    epoch=message.epoch,
                    state="RUNNING",
                )
            )
        elif hasattr(message, "call"):
            channel.send(Reply(call=message.call, result=self.result))

    def where(self, kind: type[Any]) -> list[int]:
        return [number for number, message in self.received if isinstance(message, kind)]


@dataclasses.dataclass
class Heard:
    """The listener of the worker."""

    states: list[tuple[PartId, int, State, str | None]] = dataclasses.field(default_factory=list)
    moves: list[tuple[PartId, int]] = dataclasses.field(default_factory=list)

    def on_part(self, part: PartId, epoch: int, state: State, trace: str | None) -> None:
        self.states.append((part, epoch, state, trace))

    def on_reconfiguration(self, connector: str, epoch: int) -> None:
        raise AssertionError("not asked for")

    def on_move(self, part: PartId, epoch: int) -> None:
        self.moves.append((part, epoch))

    def of(self, part: PartId) -> list[State]:
        return [state for key, _, state, _ in self.states if key == part]


class Offsets:
    """An offset store with one answer."""

    async def read(self, connector: str, partitions: Any) -> Any:
        return [{"connector": connector} for _ in partitions]


@dataclasses.dataclass
class Bench:
    worker: Worker
    script: Script
    heard: Heard
    scope: Scope

    def start_task(self, task: TaskId, epoch: int = 1) -> None:
        self.worker.start(
            protocol.StartTask(
                connector=task.connector, task=task.task, epoch=epoch, plugin=PLUGIN, config={},
                connector_config={}, state="STARTED", key_converter=CONVERTER,
                value_converter=CONVERTER, header_converter=CONVERTER, producer={}, consumer={},
                offsets_topic=None, flush_interval_ms=1000, flush_timeout_ms=1000,
                topic_creation=False, topic_tracking=False,
            )
        )  # fmt: skip

    def start_connector(self, name: str, epoch: int = 1) -> None:
        self.worker.start(
            protocol.StartConnector(
                connector=name, epoch=epoch, plugin=PLUGIN, config={}, state="STARTED"
            )
        )

    async def until(self, holds: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 5
        while not holds():
            assert time.monotonic() < deadline, (self.heard, self.script.received)
            await asyncio.sleep(0.002)


async def _bench(isolation: Isolation) -> AsyncIterator[Bench]:
    script, heard = Script(), Heard()
    async with Scope() as scope:
        services: Any = Services(Offsets(), None, SystemClock())  # type: ignore[arg-type]
        deadlines = Deadlines(
            start_s=0.05, task_configs_s=0.05, stop_connector_s=0.0, stop_task_s=0.0,
            evacuate_s=0.1,
        )  # fmt: skip
        worker = Worker(
            scope,
            MemoryLauncher(script.serve),
            services,
            size=2,
            isolation=isolation,
            deadlines=deadlines,
        )
        worker.attach(heard)
        yield Bench(worker, script, heard, scope)
        await worker.stop(1)


@pytest.fixture
async def isolated() -> AsyncIterator[Bench]:
    """A worker whose connectors do not share executors."""
    async for bench in _bench(Isolation.CONNECTOR):
        yield bench


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async for bench in _bench(Isolation.SHARED):
        yield bench
