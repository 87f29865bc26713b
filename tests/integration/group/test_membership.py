"""One member on a real broker."""

import asyncio
import contextlib
import os
import signal
import time
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Protocol

import pytest

from weir_runtime.aio.clock import SystemClock
from weir_runtime.aio.scope import Scope
from weir_runtime.group.membership import Membership
from weir_runtime.group.part import Parts
from weir_runtime.group.ports import Assigned
from weir_runtime.group.settings import GroupSettings
from weir_runtime.kafka.control.coordinator import CoordinatorChannel
from weir_runtime.kafka.control.settings import ClientSettings
from weir_runtime.model.cluster import ClusterConfig

pytestmark = pytest.mark.kafka
CONFIG = ClusterConfig(offset=3, connectors={"c": {}}, tasks={"c": ({}, {})})


class Broker(Protocol):
    bootstrap: str
    state: Path

    @property
    def pid(self) -> int: ...

    def tool(self, name: str, *arguments: str) -> str: ...


class Notes:
    """A listener that writes down what it hears."""

    def __init__(self, config: ClusterConfig = CONFIG) -> None:
        self.config = config
        self.parts = Parts()
        self.assigned: list[Assigned] = []
        self.lost = 0

    def snapshot(self) -> ClusterConfig:
        return self.config

    async def on_assigned(self, assigned: Assigned) -> None:
        self.assigned.append(assigned)
        self.parts = assigned.parts

    async def on_revoked(self, parts: Parts) -> None:
        self.parts -= parts

    async def on_coordinator_lost(self, parts: Parts) -> None:
        self.parts = Parts()
        self.lost += 1


async def until(condition: object, seconds: float) -> float:
    assert callable(condition)
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, "took too long"
        await asyncio.sleep(0.02)
    return time.monotonic() - began


@contextlib.asynccontextmanager
async def member(bootstrap: str, group: str, notes: Notes) -> AsyncIterator[Membership]:
    host, port = bootstrap.rsplit(":", 1)
    channel = CoordinatorChannel(ClientSettings(bootstrap=(f"{host}:{port}",)))
    await channel.start()
    settings = GroupSettings(group_id=group, url="http://127.0.0.1:8083/")
    try:
        async with Scope() as scope:
            membership = Membership(channel, settings, clock=SystemClock(), scope=scope)
            await membership.start(notes)
            yield membership
    finally:
        await channel.close()


def fresh_group() -> str:
    return f"group-{uuid.uuid4().hex[:8]}"


async def test_a_lone_member_joins_within_a_second_as_protocol_type_connect(
    kafka_broker: Broker,
) -> None:
    group, notes = fresh_group(), Notes()
    async with member(kafka_broker.bootstrap, group, notes) as membership:
        # the first group of a broker creates the offsets topic; a second join shows the rest
        await until(lambda: notes.assigned, 20)
        membership.request_rejoin()
        took = await until(lambda: membership.generation == 2, 5)
        assert took < 1
        assert notes.parts == Parts.configured(CONFIG)
        assert membership.is_leader
        assert membership.lone
        shown = await asyncio.to_thread(
            kafka_broker.tool,
            "org.apache.kafka.tools.GroupsCommand",
            *("--bootstrap-server", kafka_broker.bootstrap, "--list", "--protocol", "connect"),
        )
        row = next(line for line in shown.splitlines() if line.startswith(group))
        assert row.split() == [group, "Classic", "connect"]
        await membership.stop()


async def test_a_fresh_group_is_joined_within_a_second(kafka_broker: Broker) -> None:
    first = Notes()
    async with member(kafka_broker.bootstrap, fresh_group(), first) as membership:
        await until(lambda: first.assigned, 20)
        await membership.stop()
    notes, began = Notes(), time.monotonic()
    async with member(kafka_broker.bootstrap, fresh_group(), notes) as membership:
        await until(lambda: notes.assigned, 5)
        assert time.monotonic() - began < 1
        await membership.stop()


async def test_two_members_share_and_a_leaver_hands_over_at_once(kafka_broker: Broker) -> None:
    group, first, second = fresh_group(), Notes(), Notes()
    everything = Parts.configured(CONFIG)
    async with member(kafka_broker.bootstrap, group, first) as one:
        await until(lambda: first.parts == everything, 20)
        async with member(kafka_broker.bootstrap, group, second) as two:
            await until(lambda: second.parts.tasks, 8)
            assert first.parts | second.parts == everything
            assert not first.parts & second.parts
            await two.stop()
            await until(lambda: first.parts == everything, 3)
        await one.stop()
    assert first.lost == second.lost == 0


@pytest.mark.slow
async def test_a_frozen_broker_costs_nothing_when_it_is_back_within_the_session(
    own_broker: Broker,
) -> None:
    notes = Notes()
    async with member(own_broker.bootstrap, fresh_group(), notes) as membership:
        await until(lambda: notes.assigned, 20)
        os.kill(own_broker.pid, signal.SIGSTOP)
        await asyncio.sleep(3)
        os.kill(own_broker.pid, signal.SIGCONT)
        await asyncio.sleep(5)
        assert notes.lost == 0
        assert notes.parts == Parts.configured(CONFIG)
        await membership.stop()


@pytest.mark.slow
async def test_a_broker_frozen_beyond_the_session_stops_everything_and_all_comes_back(
    own_broker: Broker,
) -> None:
    notes = Notes()
    async with member(own_broker.bootstrap, fresh_group(), notes) as membership:
        await until(lambda: notes.assigned, 20)
        os.kill(own_broker.pid, signal.SIGSTOP)
        took = await until(lambda: notes.lost == 1, 8)
        assert 4 < took < 7
        assert membership.generation == -1
        os.kill(own_broker.pid, signal.SIGCONT)
        await until(lambda: notes.parts == Parts.configured(CONFIG), 20)
        assert membership.is_leader
        await membership.stop()
