"""The controller against a real Connect: the unit tests' promises, every write counted."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from weir_operator.client.error import NotFoundError
from weir_operator.client.http import HttpConnect
from weir_operator.client.port import StateName
from weir_operator.client.target import ClusterTarget
from weir_operator.controller.engine import Controller
from weir_operator.controller.memory import MemoryReport, MemorySource
from weir_operator.plan.model import (
    AutoRestart,
    DeletionPolicy,
    Desired,
    Nonces,
    Owner,
    Placement,
    TargetState,
)

pytestmark = [pytest.mark.kafka, pytest.mark.java_connect, pytest.mark.slow]


class Counting(HttpConnect):
    """The client, with every write noted."""

    def __init__(self, target: ClusterTarget, writes: list[tuple[str, ...]]) -> None:
        super().__init__(target)
        self.writes = writes
        self.reads = 0

    async def read(self) -> Any:
        self.reads += 1
        return await super().read()

    async def create(self, name: str, config: Mapping[str, str], state: StateName) -> None:
        self.writes.append(("create", name, state))
        await super().create(name, config, state)

    async def put_config(self, name: str, config: Mapping[str, str]) -> None:
        self.writes.append(("put_config", name))
        await super().put_config(name, config)

    async def set_state(self, name: str, state: StateName) -> None:
        self.writes.append(("set_state", name, state))
        await super().set_state(name, state)

    async def restart(self, name: str, *, include_tasks: bool, only_failed: bool) -> None:
        self.writes.append(("restart", name))
        await super().restart(name, include_tasks=include_tasks, only_failed=only_failed)

    async def restart_task(self, name: str, task: int) -> None:
        self.writes.append(("restart_task", name, str(task)))
        await super().restart_task(name, task)

    async def delete(self, name: str) -> None:
        self.writes.append(("delete", name))
        await super().delete(name)


class World:
    """A running controller and the worker itself, to look and to meddle."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder = url, folder
        self.writes: list[tuple[str, ...]] = []
        self.counting: list[Counting] = []
        self.source = MemorySource()
        self.report = MemoryReport(self.source)
        self.worker = HttpConnect(ClusterTarget(url))
        self.controller = Controller(self.source, self.report, connect=self._connect)

    def _connect(self, target: ClusterTarget) -> Counting:
        self.counting.append(Counting(target, self.writes))
        return self.counting[-1]

    def desired(self, name: str, **changes: Any) -> Desired:
        path = self.folder / "lines.txt"
        path.write_text("a line\n")
        kind = changes.pop("kind", "FileStreamSource")
        config = {"name": name, "connector.class": kind, "topic": f"t-{len(name)}"}
        config |= {"file": str(path), "tasks.max": "1", **changes.pop("config", {})}
        config = {key: value for key, value in config.items() if value is not None}
        made = Desired(
            Owner("shop", name, f"uid-{name}"), ClusterTarget(self.url), name, kind, config
        )
        return replace(made, **changes)

    def edit(self, name: str, *, bump: int = 1, **changes: Any) -> None:
        before = self.source.desires[f"uid-{name}"]
        config = {**before.config, **changes.pop("config", {})}
        status = self.report.statuses.get(name, {})
        placement = status.get("placement")
        if placement:
            changes.setdefault("placement", Placement(**placement))
        generation = before.generation + bump
        self.source.put(
            replace(before, config=config, generation=generation, status=status, **changes)
        )

    def condition(self, kind: str, name: str) -> tuple[str, str]:
        for entry in self.report.statuses.get(name, {}).get("conditions", ()):
            if entry["type"] == kind:
                return entry["status"], entry["reason"]
        return "", ""

    def message(self, kind: str, name: str) -> str:
        conditions = self.report.statuses[name]["conditions"]
        return str(next(entry["message"] for entry in conditions if entry["type"] == kind))

    async def until(self, is_so: Callable[[], object], seconds: float = 25) -> None:
        end = time.monotonic() + seconds
        while not is_so():
            if time.monotonic() > end:
                raise AssertionError((self.report.statuses, self.writes))
            await asyncio.sleep(0.05)

    async def ready(self, name: str, reason: str = "Running") -> None:
        def is_ready() -> bool:
            status = self.report.statuses.get(name, {})
            generation = self.source.desires[f"uid-{name}"].generation
            current = status.get("observedGeneration") == generation
            return current and self.condition("Ready", name) == ("True", reason)

        await self.until(is_ready)

    def of(self, name: str) -> list[tuple[str, ...]]:
        return [call for call in self.writes if call[1] == name]


@pytest.fixture
async def world(worker_url: str, tmp_path: Path) -> AsyncIterator[World]:
    world = World(worker_url, tmp_path)
    running = asyncio.ensure_future(world.controller.run())
    yield world
    world.controller.stop()
    await asyncio.wait_for(running, 30)
    for name in await world.worker.read():
        await world.worker.delete(name)
    await world.worker.close()


async def test_a_life_from_creation_to_deletion(world: World) -> None:
    name = "a life ü"
    world.source.put(world.desired(name))
    await world.ready(name)
    world.edit(name, config={"topic": "other"})
    await world.ready(name)
    world.edit(name, state=TargetState.PAUSED)
    await world.ready(name, "Paused")
    world.edit(name, state=TargetState.STOPPED)
    await world.ready(name, "Stopped")
    world.edit(name, state=TargetState.RUNNING, config={"topic": "third"})
    await world.ready(name)
    world.edit(name, deleting=True)
    await world.until(lambda: not world.source.desires)
    with pytest.raises(NotFoundError):
        await world.worker.connector(name)
    assert world.of(name) == [
        ("create", name, "running"),
        ("put_config", name),
        ("set_state", name, "paused"),
        ("set_state", name, "stopped"),
        ("put_config", name),
        ("set_state", name, "running"),
        ("delete", name),
    ]
    assert not [event for event in world.report.events if event[1] == "DriftCorrected"]


@pytest.mark.parametrize("state", [TargetState.PAUSED, TargetState.STOPPED])
async def test_it_is_created_directly_in_its_state(world: World, state: TargetState) -> None:
    world.source.put(world.desired(f"born-{state}", state=state))
    await world.ready(f"born-{state}", state.capitalize())
    assert world.writes == [("create", f"born-{state}", state.value)]


async def test_at_rest_nothing_is_written_and_drift_is_put_right(world: World) -> None:
    world.source.put(world.desired("rest"))
    await world.ready("rest")
    await asyncio.sleep(5)
    calls, statuses = len(world.writes), len(world.report.writes)
    await asyncio.sleep(12)
    assert (len(world.writes), len(world.report.writes)) == (calls, statuses)
    config = world.source.desires["uid-rest"].config
    await world.worker.put_config("rest", {**config, "topic": "theirs", "extra": "1"})
    await world.worker.set_state("rest", "paused")
    await world.until(lambda: ("set_state", "rest", "running") in world.writes)
    await world.ready("rest")
    assert dict((await world.worker.connector("rest")).config) == dict(config)
    await world.worker.delete("rest")
    await world.until(lambda: world.of("rest").count(("create", "rest", "running")) == 2)
    await world.ready("rest")


async def test_many_at_once_are_ready_soon_with_few_reads(world: World) -> None:
    names = [f"many-{number}" for number in range(40)]
    begin = time.monotonic()
    for name in names:
        world.source.put(world.desired(name))
    await world.until(
        lambda: all(world.condition("Ready", name) == ("True", "Running") for name in names), 60
    )
    took = time.monotonic() - begin
    assert sorted(world.writes) == sorted(("create", name, "running") for name in names)
    assert world.counting[0].reads <= 2 * took + 2


async def test_the_workers_errors_are_told_word_for_word(world: World) -> None:
    desired = world.desired("wrong", config={"topic": None, "tasks.max": "0"})
    world.source.put(desired)
    await world.until(lambda: world.condition("Stalled", "wrong") == ("True", "InvalidConfig"))
    message = world.message("Validated", "wrong")
    assert 'topic: Missing required configuration "topic" which has no default value.' in message
    assert "tasks.max: Invalid value 0 for configuration tasks.max: " in message
    assert world.writes == []


async def test_an_unknown_class_is_told_with_what_there_is(world: World) -> None:
    world.source.put(world.desired("unknown", kind="com.example.Nothing"))
    await world.until(lambda: world.condition("Stalled", "unknown") == ("True", "UnknownClass"))
    assert "FileStreamSource" in world.message("Stalled", "unknown")
    assert world.writes == []


async def test_a_restart_annotation_is_one_call(world: World) -> None:
    world.source.put(world.desired("again"))
    await world.ready("again")
    world.edit("again", bump=0, requests=Nonces(restart="1", restart_task="0@1"))
    await world.until(lambda: ("restart_task", "again", "0") in world.writes)
    await asyncio.sleep(3)
    await world.ready("again")
    assert world.of("again")[1:] == [("restart", "again"), ("restart_task", "again", "0")]
    handled = world.report.statuses["again"]["handled"]
    assert handled == {"restart": "1", "restartTask": "0@1"}


async def test_a_task_that_keeps_failing_is_restarted_as_often_as_allowed(world: World) -> None:
    world.source.put(
        world.desired(
            "fails",
            kind="FileStreamSink",
            config={"file": "/no/such/folder/out", "topics": "t", "topic": None},
            auto_restart=AutoRestart(enabled=True, max_restarts=2, initial_delay_s=1.0),
        )
    )
    await world.until(
        lambda: world.condition("Stalled", "fails") == ("True", "RestartsExhausted"), 60
    )
    assert len(world.of("fails")) == 3
    task = world.report.statuses["fails"]["tasks"][0]
    assert (task["state"], task["restarts"]) == ("FAILED", 2)
    assert len(task["trace"].encode()) <= 2048
    world.edit("fails", state=TargetState.STOPPED)
    await world.ready("fails", "Stopped")


async def test_a_rename_leaves_the_former_name_first(world: World) -> None:
    world.source.put(world.desired("old"))
    await world.ready("old")
    new = replace(world.desired("new"), owner=world.source.desires["uid-old"].owner)
    world.source.put(replace(new, generation=2))
    await world.until(lambda: ("create", "new", "running") in world.writes)
    await world.until(lambda: world.condition("Ready", "old") == ("True", "Running"))
    assert [call[0] for call in world.writes] == ["create", "set_state", "delete", "create"]
    assert set(await world.worker.read()) == {"new"}


async def test_orphan_and_stop_leave_the_connector(world: World) -> None:
    world.source.put(world.desired("stays", deletion_policy=DeletionPolicy.ORPHAN))
    world.source.put(world.desired("stops", deletion_policy=DeletionPolicy.STOP))
    await world.ready("stays")
    await world.ready("stops")
    world.edit("stays", deleting=True)
    world.edit("stops", deleting=True)
    await world.until(lambda: not world.source.desires)
    found = await world.worker.read()
    states = {name: view.status.state for name, view in found.items() if view.status}
    assert states == {"stays": "RUNNING", "stops": "STOPPED"}
