"""Topics as logs: in memory, on the embedded broker, on a real one."""

import dataclasses
import uuid
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from weir_runtime.aio.scope import Scope
from weir_runtime.kafka import embedded
from weir_runtime.kafka.control.admin import KafkaAdmin
from weir_runtime.kafka.control.connection import Connection
from weir_runtime.kafka.control.log import KafkaLog
from weir_runtime.kafka.control.settings import ClientSettings
from weir_runtime.kafka.embedded_admin import EmbeddedAdmin
from weir_runtime.kafka.ports import Admin, Log, NewTopic
from weir_runtime.storage.memory_log import MemoryLog, MemoryTopic


@dataclasses.dataclass
class Place:
    """Where topics are, and logs on them."""

    scope: Scope
    admin: Admin | None = None
    connection: Connection | None = None
    topics: dict[str, MemoryTopic] = dataclasses.field(default_factory=dict)

    async def topic(self, partitions: int = 1) -> Callable[[], Log]:
        """Make a topic; each call of what is returned gives another log on it."""
        name = f"store-{uuid.uuid4().hex}"
        if self.admin is None or self.connection is None:
            topic = MemoryTopic(partitions)
            return lambda: MemoryLog(topic)
        await self.admin.create_topic(NewTopic(name, partitions, 1, {"cleanup.policy": "compact"}))
        connection = self.connection
        return lambda: KafkaLog(connection, name, scope=self.scope)


def settings(bootstrap: str, **changes: Any) -> ClientSettings:
    made = ClientSettings.from_config({"bootstrap.servers": bootstrap})
    return dataclasses.replace(made, **changes)


@pytest.fixture(params=["memory", "embedded", pytest.param("kafka", marks=pytest.mark.kafka)])
async def place(request: pytest.FixtureRequest) -> AsyncIterator[Place]:
    async with Scope() as scope:
        if request.param == "memory":
            yield Place(scope)
        elif request.param == "embedded":
            broker = await embedded.start()
            connection = Connection(
                settings(broker.bootstrap, fetch_wait_ms=embedded.FETCH_WAIT_MS)
            )
            await connection.start()
            yield Place(scope, EmbeddedAdmin(KafkaAdmin(connection), broker), connection)
            await connection.close()
            await broker.stop()
        else:
            kafka_broker = request.getfixturevalue("kafka_broker")
            connection = Connection(settings(kafka_broker.bootstrap))
            await connection.start()
            yield Place(scope, KafkaAdmin(connection), connection)
            await connection.close()
