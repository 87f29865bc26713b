"""Read and alter the offsets of connectors: a store for sources, a consumer group for sinks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from weir_runtime.api.errors import BadRequestError, ConnectError
from weir_runtime.group.ports import Group
from weir_runtime.herder import offset, request
from weir_runtime.herder.catalog import Catalog
from weir_runtime.herder.loop import Loop
from weir_runtime.herder.state import HerderState
from weir_runtime.herder.write import leading
from weir_runtime.kafka.ports import Admin, GroupNotEmptyError, TopicPartition
from weir_runtime.model.entities import ConnectorOffset
from weir_runtime.storage.ports import ConfigStore, OffsetPair, OffsetStore
from weir_runtime.worker.protocol import PluginRef

TASKS_GONE_S = 10.0
"""How long a change of offsets waits for tasks that are still stopping."""


class Checks(Protocol):
    """Has a connector's own class look at offsets, outside of this process."""

    async def alter_offsets(
        self, plugin: PluginRef, config: Mapping[str, str], offsets: Sequence[OffsetPair]
    ) -> bool:
        """Return True where the connector confirms that these are all the offsets there are.

        Raises:
            ConnectError: the connector refuses them.
        """
        ...


@dataclass(frozen=True, slots=True)
class Keepers:
    """Who holds offsets; `admin` is None where there are no consumer groups to reach."""

    configs: ConfigStore
    offsets: OffsetStore
    admin: Admin
    catalog: Catalog
    checks: Checks


class Offsets:
    """Offset requests of REST."""

    def __init__(self, keepers: Keepers, group: Group, loop: Loop) -> None:
        self._keepers = keepers
        self._group = group
        self._loop = loop

    async def read(self, connector: str) -> Sequence[ConnectorOffset]:
        """Return source offsets or a sink group's committed offsets."""
        config = self._known(connector)
        if not self._is_sink(config):
            pairs = await self._keepers.offsets.list(connector)
            return [ConnectorOffset(partition, value) for partition, value in pairs]
        committed = await self._keepers.admin.group_offsets(offset.group_of(connector, config))
        return [
            ConnectorOffset({offset.TOPIC: topic, offset.PARTITION: number}, {offset.OFFSET: value})
            for (topic, number), value in sorted(committed.items())
        ]

    async def alter(self, connector: str, offsets: Sequence[ConnectorOffset] | None) -> str:
        """Alter or, with None, reset; returns the message."""
        leading(self._group)
        config = self._known(connector)
        if offsets is not None and not offsets:
            raise BadRequestError(
                "Partitions / offsets need to be provided for an alter offsets request"
            )
        offset.check_stopped(self._keepers.configs.snapshot(), connector)
        await self._wait_for_tasks(connector, reset=offsets is None)
        if self._is_sink(config):
            confirmed = await self._alter_sink(connector, config, offsets)
        else:
            confirmed = await self._alter_source(connector, config, offsets)
        return offset.message(reset=offsets is None, confirmed=confirmed)

    async def _alter_source(
        self, connector: str, config: Mapping[str, str], wanted: Sequence[ConnectorOffset] | None
    ) -> bool:
        keepers = self._keepers
        if wanted is None:
            pairs: list[OffsetPair] = [
                (partition, None) for partition, _ in await keepers.offsets.list(connector)
            ]
        else:
            pairs = offset.source_offsets(wanted)
        plugin = keepers.catalog.runnable(config)
        confirmed = await self._check(plugin, config, pairs)
        if pairs:
            await keepers.offsets.write(connector, pairs)
        return confirmed

    async def _alter_sink(
        self, connector: str, config: Mapping[str, str], wanted: Sequence[ConnectorOffset] | None
    ) -> bool:
        keepers, group = self._keepers, offset.group_of(connector, config)
        plugin = keepers.catalog.runnable(config)
        if wanted is None:
            committed = await keepers.admin.group_offsets(group)
            values: dict[TopicPartition, int | None] = dict.fromkeys(committed)
        else:
            values = offset.sink_offsets(wanted)
        pairs: list[OffsetPair] = [
            (
                {offset.TOPIC: topic, offset.PARTITION: number},
                None if value is None else {offset.OFFSET: value},
            )
            for (topic, number), value in values.items()
        ]
        confirmed = await self._check(plugin, config, pairs)
        try:
            if wanted is None:
                await keepers.admin.delete_group(group)
            else:
                await keepers.admin.alter_group_offsets(group, values)
        except GroupNotEmptyError as error:
            sentence = offset.zombie_sentence(connector, reset=wanted is None)
            raise ConnectError(sentence) from error
        return confirmed

    async def _check(
        self, plugin: PluginRef, config: Mapping[str, str], pairs: Sequence[OffsetPair]
    ) -> bool:
        try:
            return await self._keepers.checks.alter_offsets(plugin, config, pairs)
        except ConnectError as error:
            if type(error) is not ConnectError:
                raise
            # not an error of the worker: the connector says what is wrong with the request
            raise BadRequestError(str(error)) from error

    async def _wait_for_tasks(self, connector: str, *, reset: bool) -> None:
        # a task that is still stopping may commit once more, over what is written here
        def gone(state: HerderState) -> bool:
            return not any(state.tasks_here(connector))

        if not await self._loop.wait_until(gone, TASKS_GONE_S):
            raise ConnectError(offset.zombie_sentence(connector, reset=reset))

    def _known(self, connector: str) -> Mapping[str, str]:
        snapshot = self._keepers.configs.snapshot()
        return request.known(snapshot, connector, f"Connector {connector} not found")

    def _is_sink(self, config: Mapping[str, str]) -> bool:
        return self._keepers.catalog.connector_type(config.get(request.CLASS)) == "sink"
