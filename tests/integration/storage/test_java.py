"""Java Connect reads what our stores write, and our stores what it writes."""

import asyncio
import json
import urllib.request
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from weir_runtime.aio.clock import SystemClock
from weir_runtime.aio.scope import Scope
from weir_runtime.config.worker.topic import InternalTopic
from weir_runtime.kafka.control.admin import KafkaAdmin
from weir_runtime.kafka.control.connection import Connection
from weir_runtime.kafka.control.log import KafkaLog
from weir_runtime.kafka.control.settings import ClientSettings
from weir_runtime.model.ids import TaskId
from weir_runtime.model.state import State, Status, TargetState
from weir_runtime.storage import internal_topic
from weir_runtime.storage.config_topic import KafkaConfigStore
from weir_runtime.storage.offset_topic import KafkaOffsetStore
from weir_runtime.storage.ports import TopicStatus
from weir_runtime.storage.status_topic import KafkaStatusStore

pytestmark = [pytest.mark.kafka, pytest.mark.java_connect, pytest.mark.slow]

SOURCE = {
    "connector.class": "FileStreamSource", "topic": "t", "file": "/nowhere/ü\U0001f600",
    "name": "src",
}  # fmt: skip
SINK = {"connector.class": "FileStreamSink", "topics": "t", "file": "/tmp/x", "name": "gone"}
PARTITION = {"filename": "/nowhere/ü\U0001f600"}


class Group:
    """The three topics of one group, opened by our stores."""

    def __init__(self, connection: Connection, name: str, scope: Scope) -> None:
        self.name = name
        self._connection = connection
        self._scope = scope

    async def make_topics(self) -> None:
        admin = KafkaAdmin(self._connection)
        for store, name, partitions in (
            ("config", "configs", 1), ("offset", "offsets", 25), ("status", "status", 5),
        ):  # fmt: skip
            topic = InternalTopic(f"{self.name}-{name}", partitions, 1, {})
            await internal_topic.ensure(admin, store, topic, clock=SystemClock())

    def log(self, topic: str) -> KafkaLog:
        return KafkaLog(self._connection, f"{self.name}-{topic}", scope=self._scope)


@pytest.fixture
async def group(kafka_broker: Any) -> AsyncIterator[Group]:
    settings = ClientSettings.from_config({"bootstrap.servers": kafka_broker.bootstrap})
    connection = Connection(settings)
    await connection.start()
    async with Scope() as scope:
        yield Group(connection, f"java-{uuid.uuid4().hex[:8]}", scope)
    await connection.close()


def ask(url: str, path: str, method: str = "GET", body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        url + path, data, {"Content-Type": "application/json"}, method=method
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        text = answer.read()
    return json.loads(text) if text else None


async def test_java_goes_on_from_what_our_stores_have_written(
    group: Group, kafka_broker: Any
) -> None:
    await group.make_topics()
    config = KafkaConfigStore(group.log("configs"))
    offsets = KafkaOffsetStore(group.log("offsets"))
    await config.start(lambda _: None)
    await config.put_connector("src", SOURCE, TargetState.PAUSED)
    task = {**SOURCE, "task.class": "org.apache.kafka.connect.file.FileStreamSourceTask"}
    await config.put_tasks("src", [task])
    await config.put_connector("gone", SINK)
    await config.put_tasks("gone", [SINK])
    await config.remove_connector("gone")
    await config.put_connector("still", {**SOURCE, "name": "still"}, TargetState.STOPPED)
    await config.stop()
    await offsets.start()
    await offsets.write("still", [(PARTITION, {"position": 12})])
    await offsets.stop()
    async with Scope() as scope:
        status = KafkaStatusStore(group.log("status"), scope=scope)
        await status.start()
        status.put(Status("other", State.FAILED, "old:1", 3, "the trace", "1"))
        status.put_topic(TopicStatus("t-used", "src", 0, 1))
        await status.stop()

    url = await asyncio.to_thread(kafka_broker.java_connect, group.name)
    assert sorted(ask(url, "/connectors")) == ["src", "still"]
    assert ask(url, "/connectors/src/config") == SOURCE
    assert ask(url, "/connectors/src/tasks")[0]["config"] == task
    assert ask(url, "/connectors/src/topics") == {"src": {"topics": ["t-used"]}}
    found = ask(url, "/connectors/still/offsets")
    assert found == {"offsets": [{"partition": PARTITION, "offset": {"position": 12}}]}
    await eventually(lambda: ask(url, "/connectors/src/status")["connector"]["state"] == "PAUSED")
    still = ask(url, "/connectors/still/status")
    assert still["connector"]["state"] == "STOPPED"

    # Java alters the offset under the very key that we have written
    other = {"offsets": [{"partition": PARTITION, "offset": {"position": 3}}]}
    ask(url, "/connectors/still/offsets", "PATCH", other)
    offsets = KafkaOffsetStore(group.log("offsets"))
    await offsets.start()
    assert await offsets.list("still") == [(PARTITION, {"position": 3})]
    await offsets.stop()
    kafka_broker.kill_java_connect(url)


async def test_our_stores_go_on_from_what_java_has_written(
    group: Group, kafka_broker: Any, tmp_path: Path
) -> None:
    (tmp_path / "in.txt").write_text("a\nb\n")
    url = await asyncio.to_thread(
        kafka_broker.java_connect, group.name, "offset.flush.interval.ms=200"
    )
    source = {**SOURCE, "file": str(tmp_path / "in.txt"), "topic": group.name}
    ask(url, "/connectors/src/config", "PUT", source)
    await eventually(lambda: ask(url, "/connectors/src/offsets")["offsets"])
    ask(url, "/connectors/src/stop", "PUT")
    await eventually(lambda: ask(url, "/connectors/src/status")["connector"]["state"] == "STOPPED")
    await group.make_topics()  # as a worker does at its start: they are there and pass the checks
    config = KafkaConfigStore(group.log("configs"))
    await config.start(lambda _: None)
    state = config.snapshot()
    assert state.connectors == {"src": source}
    assert state.tasks == {"src": ()}
    assert state.target_state("src") is TargetState.STOPPED
    # a write of ours is taken up by the running worker
    await config.put_target_state("src", TargetState.PAUSED)
    await eventually(lambda: ask(url, "/connectors/src/status")["connector"]["state"] == "PAUSED")
    await config.stop()
    offsets = KafkaOffsetStore(group.log("offsets"))
    await offsets.start()
    assert await offsets.list("src") == [({"filename": source["file"]}, {"position": 4})]
    await offsets.stop()
    async with Scope() as scope:
        status = KafkaStatusStore(group.log("status"), scope=scope)
        await status.start()
        found = status.connector("src")
        assert found is not None
        assert (found.state, found.version) == (State.PAUSED, "4.3.1")
        assert status.topics("src") == [group.name]
        assert status.task(TaskId("src", 5)) is None
        await status.stop()
    kafka_broker.kill_java_connect(url)


async def eventually(holds: Any, seconds: float = 20.0) -> None:
    async with asyncio.timeout(seconds):
        while not holds():
            await asyncio.sleep(0.1)
