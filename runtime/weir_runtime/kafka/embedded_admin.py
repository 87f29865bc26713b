"""Admin calls where the broker is the embedded one: topics come from its own process."""

from __future__ import annotations

from collections.abc import Mapping

from weir_runtime.kafka.control.admin import KafkaAdmin
from weir_runtime.kafka.control.connection import Connection
from weir_runtime.kafka.embedded import EmbeddedBroker
from weir_runtime.kafka.ports import NewTopic


class EmbeddedAdmin(KafkaAdmin):
    """`ports.Admin` of `memory://`; what the mock cannot do raises `UnsupportedError`."""

    def __init__(self, connection: Connection, broker: EmbeddedBroker) -> None:
        super().__init__(connection)
        self._broker = broker

    async def create_topic(self, topic: NewTopic) -> bool:
        """Create a topic; its settings have no effect, and -1 partitions are one."""
        return await self._broker.create_topic(topic.name, max(topic.partitions, 1))

    async def topic_config(self, topic: str) -> Mapping[str, str]:
        """Return nothing: the mock has no settings."""
        del topic
        return {}
