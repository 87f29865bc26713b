"""A whole worker without a broker: in-memory stores, scripted executors."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from weir_runtime.aio.clock import SystemClock
from weir_runtime.aio.scope import Scope
from weir_runtime.api.config import ConfigKey, ConfigValue, Importance, Kind
from weir_runtime.app.build import Built, Foundation, build
from weir_runtime.config.worker import WorkerConfig
from weir_runtime.group.standalone import StandaloneGroup
from weir_runtime.herder.stage import Stage
from weir_runtime.kafka.ports import GroupNotEmptyError, NewTopic, TopicPartition
from weir_runtime.model.entities import ConnectorStatus
from weir_runtime.plugins.plugin import Plugin, PluginType
from weir_runtime.plugins.registry import PluginRegistry
from weir_runtime.storage import memory
from weir_runtime.storage.ports import ConfigStore, OffsetStore, StatusStore
from weir_runtime.worker import protocol
from weir_runtime.worker.frame import Channel
from weir_runtime.worker.memory import MemoryLauncher
from weir_runtime.worker.protocol import Reply

SHOWN = {"STARTED": "RUNNING", "PAUSED": "PAUSED", "STOPPED": "STOPPED"}
CONVERTER = "org.apache.kafka.connect.storage.StringConverter"
REQUIRED = ConfigKey("topic", Kind.STRING, True, None, Importance.HIGH, "Topic")


@dataclasses.dataclass
class Script:
    """What every scripted executor does.

    Attributes:
        fails: parts (`c` or `c-0`) that report FAILED when they are started.
        orders: what was asked for, by kind.
        confirms: what connectors answer when their offsets are altered.
    """

    tasks: int = 1
    confirms: bool = True
    fails: set[str] = dataclasses.field(default_factory=set)
    orders: list[Any] = dataclasses.field(default_factory=list)
    lock: threading.Lock = dataclasses.field(default_factory=threading.Lock)

    def serve(self, channel: Channel) -> None:
        channel.send(protocol.Hello(pid=1))
        while (message := channel.receive()) is not None:
            with self.lock:
                self.orders.append(message)
            if isinstance(message, protocol.Shutdown):
                return
            self.answer(channel, message)

    def answer(self, channel: Channel, message: Any) -> None:
        match message:
            case protocol.StartConnector() | protocol.SetConnectorState():
                self.report(channel, message.connector, None, message)
            case protocol.StartTask() | protocol.SetTaskState():
                self.report(channel, message.connector, message.task, message)
            case protocol.TaskConfigs():
                made = [{"task": str(number)} for number in range(self.tasks)]
                channel.send(Reply(call=message.call, result=made))
            case protocol.Describe():
                kind = "sink" if "Sink" in message.plugin.class_name else "source"
                keys = [{**dataclasses.asdict(REQUIRED)}] if "Connector" in str(message) else []
                described = {
                    "class_name": message.plugin.class_name,
                    "type": kind,
                    "version": "1",
                    "keys": keys if "Converter" not in message.plugin.class_name else [],
                }
                channel.send(Reply(call=message.call, result=described))
            case protocol.Validate():
                value = message.config.get("topic")
                errors = [] if value else ['Missing required configuration "topic"']
                shown = ConfigValue("topic", value, errors)
                channel.send(Reply(call=message.call, result=[dataclasses.asdict(shown)]))
            case protocol.AlterOffsets():
                channel.send(Reply(call=message.call, result=self.confirms))
            case _ if hasattr(message, "call"):
                channel.send(Reply(call=message.call))

    def report(self, channel: Channel, connector: str, task: int | None, order: Any) -> None:
        name = connector if task is None else f"{connector}-{task}"
        state = "FAILED" if name in self.fails else SHOWN[order.state]
        trace = "broken" if state == "FAILED" else None
        more = {"connector": connector, "epoch": order.epoch, "state": state, "trace": trace}
        if task is None:
            channel.send(protocol.ConnectorState(**more))
        else:
            channel.send(protocol.TaskState(task=task, **more))

    def of(self, kind: type[Any]) -> list[Any]:
        with self.lock:
            return [order for order in self.orders if isinstance(order, kind)]


class Admin:
    """Consumer groups in a dict; `busy` groups have members."""

    def __init__(self) -> None:
        self.groups: dict[str, dict[TopicPartition, int]] = {}
        self.busy: set[str] = set()

    async def cluster_id(self) -> str:
        return "cluster"

    async def create_topic(self, topic: NewTopic) -> bool:
        return True

    async def topic_partitions(self, topic: str) -> int | None:
        return None

    async def topic_config(self, topic: str) -> dict[str, str]:
        return {}

    async def group_offsets(self, group: str) -> dict[TopicPartition, int]:
        return dict(self.groups.get(group, {}))

    async def alter_group_offsets(
        self, group: str, offsets: Mapping[TopicPartition, int | None]
    ) -> None:
        self._check(group)
        merged = {**self.groups.get(group, {}), **offsets}
        self.groups[group] = {key: value for key, value in merged.items() if value is not None}

    async def delete_group(self, group: str) -> None:
        self._check(group)
        self.groups.pop(group, None)

    async def close(self) -> None:
        pass

    def _check(self, group: str) -> None:
        if group in self.busy:
            raise GroupNotEmptyError("members", 68)


@dataclasses.dataclass
class Whole:
    """A worker that has started."""

    built: Built
    script: Script
    admin: Admin
    configs: ConfigStore
    statuses: StatusStore
    offsets: OffsetStore

    @property
    def herder(self) -> Any:
        return self.built.herder

    async def create(self, name: str = "c", kind: str = "Source", **config: str) -> Any:
        more = {"topics": "t"} if kind == "Sink" else {}
        given = {"connector.class": f"test.{kind}Connector", "topic": "t", **more, **config}
        return await self.herder.create_connector(name, given, None)

    async def running(self, name: str = "c", kind: str = "Source", **config: str) -> None:
        await self.create(name, kind, **config)
        await self.shows(name, "RUNNING", ["RUNNING"] * self.script.tasks)

    async def shows(self, name: str, state: str, tasks: list[str]) -> None:
        def holds(_state: Any) -> bool:
            try:
                status: ConnectorStatus = self.herder.connector_status(name)
            except LookupError:
                return False
            shown = [task.state for task in status.tasks]
            return (status.connector.state, shown) == (state, tasks)

        loop = self.built.lifecycle.running.loop
        assert await loop.wait_until(holds, 3), self.herder.connector_status(name)


def registry() -> PluginRegistry:
    def plugin(kind: PluginType, name: str) -> Plugin:
        return Plugin(kind, name, "1", "module:Class")

    return PluginRegistry(
        [
            plugin(PluginType.SOURCE, "test.SourceConnector"),
            plugin(PluginType.SINK, "test.SinkConnector"),
            plugin(PluginType.CONVERTER, CONVERTER),
            plugin(
                PluginType.HEADER_CONVERTER,
                "org.apache.kafka.connect.storage.SimpleHeaderConverter",
            ),
        ]
    )


@pytest.fixture
def worker_properties(tmp_path: Path) -> dict[str, str]:
    return {
        "bootstrap.servers": "broker:9092",
        "key.converter": CONVERTER,
        "value.converter": CONVERTER,
        "offset.storage.file.filename": str(tmp_path / "offsets"),
    }


@pytest.fixture
async def whole(worker_properties: dict[str, str]) -> AsyncIterator[Whole]:
    script, admin = Script(), Admin()
    config = WorkerConfig.parse(worker_properties, distributed=False)
    clock = SystemClock()
    async with Scope() as scope:
        configs, statuses = memory.config_store(), memory.status_store(scope)
        offsets = memory.offset_store()
        built = build(
            Foundation(
                config=config, properties=dict(config.properties), worker_id="w:8083",
                scope=scope, clock=clock, launcher=MemoryLauncher(script.serve),
                registry=registry(), configs=configs, statuses=statuses, offsets=offsets,
                offsets_topic=None, group=StandaloneGroup("http://w:8083/", "w:8083"),
                admin=admin, stage=Stage(clock),
            )
        )  # fmt: skip
        await built.lifecycle.start()
        yield Whole(built, script, admin, configs, statuses, offsets)
        built.describer.stop()
        await built.lifecycle.stop(2)


@pytest.fixture
def text_of() -> Callable[[Any], str]:
    return lambda caught: str(caught.value)
