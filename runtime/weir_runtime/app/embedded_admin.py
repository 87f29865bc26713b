"""Admin calls on the embedded broker: what its mock cluster cannot do answers 501."""

from __future__ import annotations

from collections.abc import Mapping

from weir_runtime.api.errors import UnsupportedError
from weir_runtime.kafka.embedded import EmbeddedBroker
from weir_runtime.kafka.ports import Admin, NewTopic, TopicPartition

DEFAULT_PARTITIONS = 1


class EmbeddedAdmin:
    """`kafka.ports.Admin` where topics are made through the broker's own door."""

    def __init__(self, admin: Admin, broker: EmbeddedBroker) -> None:
        self._admin = admin
        self._broker = broker
        self._made: dict[str, int] = {}

    async def cluster_id(self) -> str:
        """Return the cluster's id."""
        return await self._admin.cluster_id()

    async def create_topic(self, topic: NewTopic) -> bool:
        """Create a topic; settings and copies mean nothing to this broker."""
        partitions = topic.partitions if topic.partitions > 0 else DEFAULT_PARTITIONS
        created = await self._broker.create_topic(topic.name, partitions)
        self._made.setdefault(topic.name, partitions)
        return created

    async def topic_partitions(self, topic: str) -> int | None:
        """Return the number of partitions; a topic that nobody made through here is unknown."""
        # asking the mock cluster about a topic would make it, with a number of its own
        return self._made.get(topic)

    async def topic_config(self, topic: str) -> Mapping[str, str]:
        """Return what an internal topic is to have; the mock cluster keeps no settings."""
        return {"cleanup.policy": "compact"}

    async def group_offsets(self, group: str) -> Mapping[TopicPartition, int]:
        """Return a consumer group's committed offsets."""
        return await self._admin.group_offsets(group)

    async def alter_group_offsets(
        self, group: str, offsets: Mapping[TopicPartition, int | None]
    ) -> None:
        """Refuse."""
        raise UnsupportedError("The embedded broker cannot change the offsets of a sink's group")

    async def delete_group(self, group: str) -> None:
        """Refuse."""
        raise UnsupportedError("The embedded broker cannot delete a sink's group")

    async def close(self) -> None:
        """Let go of connections."""
        await self._admin.close()
