"""The herder: the surface that REST is written against, over loop, stores, group and worker."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from weir_runtime.api.config import ConfigKey
from weir_runtime.api.errors import RequestTimeoutError
from weir_runtime.herder.alter import Offsets
from weir_runtime.herder.catalog import Catalog
from weir_runtime.herder.log_level import Loggers
from weir_runtime.herder.loop import Loop
from weir_runtime.herder.read import Reader
from weir_runtime.herder.stage import Stage
from weir_runtime.herder.write import Writer
from weir_runtime.model.entities import (
    ConfigInfos,
    ConnectorInfo,
    ConnectorOffset,
    ConnectorStatus,
    Health,
    LoggerLevel,
    PluginInfo,
    ServerInfo,
    TaskInfo,
    TaskStatus,
)
from weir_runtime.model.state import TargetState
from weir_runtime.storage.ports import ConfigStore

log = logging.getLogger(__name__)

T = TypeVar("T")

HEALTH_TIMEOUT_S = 10.0
LOOK_S = 0.001
STARTING = "Worker is still starting up."
HEALTHY = "Worker has completed startup and is ready to handle requests."
UNHEALTHY = "Worker was unable to handle this request and may be unable to handle other requests."


@dataclass(frozen=True, slots=True)
class Parts:
    """What the surface is made of."""

    loop: Loop
    reader: Reader
    writer: Writer
    offsets: Offsets
    catalog: Catalog
    configs: ConfigStore
    loggers: Loggers
    stage: Stage


class WorkerHerder:
    """Implements `herder.surface.Herder`.

    Attributes:
        ready: set once the topics have been read and the worker is a member of its group.
        info: versions and the cluster's id, known once the broker has been reached.
    """

    def __init__(
        self,
        parts: Parts,
        info: ServerInfo,
        *,
        request_timeout_s: float,
        health_timeout_s: float = HEALTH_TIMEOUT_S,
    ) -> None:
        self.ready = asyncio.Event()
        self.info = info
        self._parts = parts
        self._reader = parts.reader
        self._timeout_s = request_timeout_s
        self._health_timeout_s = health_timeout_s

    def server_info(self) -> ServerInfo:
        """Return versions and the Kafka cluster's id."""
        return self.info

    async def health(self) -> Health:
        """Make a round trip through the herder's loop; never raises."""
        sentence = self._parts.stage.sentence()
        if not self.ready.is_set():
            return Health("starting", f"{STARTING} {sentence}".strip())
        try:
            async with asyncio.timeout(self._health_timeout_s):
                await self._parts.loop.turn()
        except TimeoutError:
            return Health("unhealthy", f"{UNHEALTHY} {sentence}".strip())
        return Health("healthy", HEALTHY)

    # reads

    def connectors(self) -> Sequence[str]:
        """Return the names of all connectors."""
        return self._reader.connectors()

    def connector_info(self, connector: str) -> ConnectorInfo:
        """Return config, tasks and type."""
        return self._reader.connector_info(connector)

    def connector_config(self, connector: str) -> Mapping[str, str]:
        """Return the config as stored."""
        return self._reader.connector_config(connector)

    def connector_status(self, connector: str) -> ConnectorStatus:
        """Return states."""
        return self._reader.connector_status(connector)

    def task_infos(self, connector: str) -> Sequence[TaskInfo]:
        """Return the task configs."""
        return self._reader.task_infos(connector)

    def task_status(self, connector: str, task: int) -> TaskStatus:
        """Return a task's state."""
        return self._reader.task_status(connector, task)

    def active_topics(self, connector: str) -> Sequence[str]:
        """Return topics seen in use."""
        return self._reader.active_topics(connector)

    def reset_active_topics(self, connector: str) -> None:
        """Forget the topics."""
        self._reader.reset_active_topics(connector)

    # writes

    async def create_connector(
        self, name: str | None, config: Mapping[str, str | None], initial_state: TargetState | None
    ) -> ConnectorInfo:
        """Validate and write a new connector."""
        return await self._bounded(self._parts.writer.create(name, config, initial_state))

    async def put_connector_config(
        self, connector: str, config: Mapping[str, str | None]
    ) -> tuple[bool, ConnectorInfo]:
        """Create or replace."""
        return await self._bounded(self._parts.writer.put(connector, config))

    async def patch_connector_config(
        self, connector: str, patch: Mapping[str, str | None]
    ) -> ConnectorInfo:
        """Merge into the stored config."""
        return await self._bounded(self._parts.writer.patch(connector, patch))

    async def delete_connector(self, connector: str) -> None:
        """Delete config and target state."""
        await self._bounded(self._parts.writer.delete(connector))

    async def set_target_state(self, connector: str, state: TargetState) -> None:
        """Pause, resume or stop."""
        await self._bounded(self._parts.writer.set_target_state(connector, state))

    async def restart_connector(
        self, connector: str, *, include_tasks: bool, only_failed: bool
    ) -> ConnectorStatus | None:
        """Restart parts."""
        return await self._bounded(
            self._parts.writer.restart_connector(
                connector, include_tasks=include_tasks, only_failed=only_failed
            )
        )

    async def restart_task(self, connector: str, task: int) -> None:
        """Restart one task."""
        await self._bounded(self._parts.writer.restart_task(connector, task))

    async def connector_offsets(self, connector: str) -> Sequence[ConnectorOffset]:
        """Return offsets."""
        return await self._bounded(self._parts.offsets.read(connector))

    async def alter_connector_offsets(
        self, connector: str, offsets: Sequence[ConnectorOffset] | None
    ) -> str:
        """Alter or reset offsets."""
        with self._parts.stage.during(f"modifying offsets for connector {connector}"):
            return await self._bounded(self._parts.offsets.alter(connector, offsets))

    # plugins

    def plugins(self, *, connectors_only: bool) -> Sequence[PluginInfo]:
        """Return the plugins."""
        return self._parts.catalog.plugins(connectors_only=connectors_only)

    async def plugin_config(self, plugin: str, version: str | None) -> Sequence[ConfigKey]:
        """Return a plugin's definitions."""
        return await self._bounded(self._parts.catalog.definitions(plugin, version))

    async def validate(self, plugin: str, config: Mapping[str, str | None]) -> ConfigInfos:
        """Validate a connector config."""
        return await self._bounded(self._parts.catalog.validate(config, plugin))

    # loggers

    def loggers(self) -> Mapping[str, LoggerLevel]:
        """Return all loggers."""
        return self._parts.loggers.all()

    def logger(self, name: str) -> LoggerLevel:
        """Return one logger."""
        return self._parts.loggers.get(name)

    async def set_logger_level(self, name: str, level: str, *, cluster: bool) -> Sequence[str]:
        """Set a level here or everywhere."""
        level = self._parts.loggers.check(level)
        if cluster:
            await self._bounded(self._parts.configs.put_logger_level(name, level))
            return []
        return self._parts.loggers.set(name, level)

    async def _bounded(self, request: Awaitable[T]) -> T:
        stage, seen = self._parts.stage, list[str]()
        loop = asyncio.get_running_loop()
        # looked at just before the end: what is cancelled has left its stage
        timer = loop.call_later(self._timeout_s - LOOK_S, lambda: seen.append(stage.sentence()))
        try:
            async with asyncio.timeout(self._timeout_s) as limit:
                return await request
        except TimeoutError as error:
            if not limit.expired():
                raise
            sentence = seen[0] if seen else stage.sentence()
            raise RequestTimeoutError(f"Request timed out. {sentence}".strip()) from error
        finally:
            timer.cancel()
