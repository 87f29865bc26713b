"""Writes of one connector that come at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, cast

import pytest

from weir_runtime.aio.clock import SystemClock
from weir_runtime.aio.scope import Scope
from weir_runtime.api.errors import NotLeaderError
from weir_runtime.herder.loop import Loop
from weir_runtime.herder.stage import Stage
from weir_runtime.herder.state import HerderState
from weir_runtime.herder.write import Ports, Writer
from weir_runtime.model.cluster import ConnectorConfig
from weir_runtime.model.state import TargetState
from weir_runtime.storage import memory
from weir_runtime.storage.config_topic import KafkaConfigStore
from weir_runtime.storage.memory_log import MemoryLog

TASKS = ({"task": "0"},)


class SlowStore(KafkaConfigStore):
    """Lets everybody else run before it writes a task set, as a broker would."""

    async def put_tasks(self, connector: str, configs: Sequence[ConnectorConfig]) -> None:
        await asyncio.sleep(0)
        await super().put_tasks(connector, configs)
        await asyncio.sleep(0)


class Group:
    is_leader = True
    leader_url = "http://other:8083"


class Setup:
    def __init__(self, scope: Scope, group: Group) -> None:
        self.configs = SlowStore(MemoryLog())
        self.loop = Loop(HerderState("w:8083"))
        ports = Ports(
            self.configs,
            memory.status_store(scope),
            cast(Any, group),
            cast(Any, None),
            Stage(SystemClock()),
        )
        self.writer = Writer(ports, cast(Any, None), self.loop)

    async def start(self, scope: Scope) -> None:
        await self.configs.start(lambda _event: None)
        scope.start(self.loop.run(cast(Any, None)), name="loop")
        await self.configs.put_connector("c", {"name": "c"})


async def stopped_beside_publishing(*, publish_first: bool) -> tuple[Any, Any]:
    async with Scope() as scope:
        made = Setup(scope, Group())
        await made.start(scope)
        calls = [
            made.writer.publish("c", TASKS),
            made.writer.set_target_state("c", TargetState.STOPPED),
        ]
        await asyncio.gather(*(calls if publish_first else reversed(calls)))
        config = made.configs.snapshot()
        scope.cancel()
    return config.target_state("c"), config.task_ids("c")


@pytest.mark.parametrize("publish_first", [True, False])
async def test_a_connector_that_is_stopped_while_its_tasks_are_published_has_none(
    publish_first: bool,
) -> None:
    found = await stopped_beside_publishing(publish_first=publish_first)
    assert found == (TargetState.STOPPED, ())


async def test_tasks_of_a_deleted_connector_are_not_published() -> None:
    async with Scope() as scope:
        made = Setup(scope, Group())
        await made.start(scope)
        await made.configs.remove_connector("c")
        await made.writer.publish("c", TASKS)
        assert not made.configs.snapshot().tasks
        scope.cancel()


async def test_only_the_leader_publishes() -> None:
    async with Scope() as scope:
        group = Group()
        group.is_leader = False
        made = Setup(scope, group)
        await made.start(scope)
        with pytest.raises(NotLeaderError):
            await made.writer.publish("c", TASKS)
        scope.cancel()
