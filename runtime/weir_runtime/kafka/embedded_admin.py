"""Admin calls where the broker is the embedded one: topics come from its own process."""

from __future__ import annotations

from collections.abc import Mapping

from weir_runtime.api.errors import UnsupportedError
from weir_runtime.kafka.embedded import EmbeddedBroker
from weir_runtime.kafka.ports import Admin, NewTopic, TopicPartition


class EmbeddedAdmin:
    """`ports.Admin` of `memory://`; what the mock cannot do raises `UnsupportedError`."""

    def __init__(self, admin: Admin, broker: EmbeddedBroker) -> None:
        self._admin = admin
        self._broker = broker
        self._made: dict[str, int] = {}

    async def cluster_id(self) -> str:
        """Return the cluster's id."""
        return await self._admin.cluster_id()

    async def create_topic(self, topic: NewTopic) -> bool:
        """Create a topic; its settings have no effect, and -1 partitions are one."""
        partitions = max(topic.partitions, 1)
        created = await self._broker.create_topic(topic.name, partitions)
        self._made.setdefault(topic.name, partitions)
        return created

    async def topic_partitions(self, topic: str) -> int | None:
        """Return the number of partitions; a topic that nobody made through here is unknown."""
        # asking the mock cluster about a topic would make it, with a number of its own
        return self._made.get(topic)

    async def topic_config(self, topic: str) -> Mapping[str, str]:
        """Return nothing: the mock has no settings."""
        del topic
        return {}

    async def group_offsets(self, group: str) -> Mapping[TopicPartition, int]:
        """Return a consumer group's committed offsets."""
        return await self._admin.group_offsets(group)

    async def alter_group_offsets(
        self, group: str, offsets: Mapping[TopicPartition, int | None]
    ) -> None:
        """Refuse: the mock cannot."""
        raise UnsupportedError("The embedded broker cannot change the offsets of a sink's group")

    async def delete_group(self, group: str) -> None:
        """Refuse: the mock cannot."""
        raise UnsupportedError("The embedded broker cannot delete a sink's group")

    async def close(self) -> None:
        """Let go of connections."""
        await self._admin.close()
