"""The surface that REST is written against.

Plain methods are served from memory and never wait for the herder's loop. Coroutines change
something: they return once it is written and read back. All run on the worker's event loop.

Every method raises `NotFoundError` with Connect's text for an unknown connector or task,
`NotLeaderError` and `RebalanceNeededError` where the group stands in the way, and
`RequestTimeoutError` with the stage sentence after `request_timeout_s`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from weir_runtime.api.config import ConfigKey
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


class Herder(Protocol):
    """What a worker can be asked."""

    def server_info(self) -> ServerInfo:
        """Return versions and the Kafka cluster's id."""
        ...

    async def health(self) -> Health:
        """Make a round trip through the herder's loop; never raises."""
        ...

    def connectors(self) -> Sequence[str]:
        """Return the names of all connectors."""
        ...

    def connector_info(self, connector: str) -> ConnectorInfo:
        """Return config, tasks and type."""
        ...

    def connector_config(self, connector: str) -> Mapping[str, str]:
        """Return the config as stored, references unresolved."""
        ...

    def connector_status(self, connector: str) -> ConnectorStatus:
        """Return states; `No status found for connector <c>` where there are none."""
        ...

    def task_infos(self, connector: str) -> Sequence[TaskInfo]:
        """Return the task configs."""
        ...

    def task_status(self, connector: str, task: int) -> TaskStatus:
        """Return a task's state."""
        ...

    def active_topics(self, connector: str) -> Sequence[str]:
        """Return topics seen in use, also for an unknown connector; ForbiddenError if off."""
        ...

    def reset_active_topics(self, connector: str) -> None:
        """Forget the topics, also of an unknown connector; ForbiddenError if off."""
        ...

    async def create_connector(
        self, name: str | None, config: Mapping[str, str | None], initial_state: TargetState | None
    ) -> ConnectorInfo:
        """Validate and write a new connector.

        Raises:
            AlreadyExistsError: the name is taken.
            BadRequestError: the config is invalid; all errors are in the message.
        """
        ...

    async def put_connector_config(
        self, connector: str, config: Mapping[str, str | None]
    ) -> tuple[bool, ConnectorInfo]:
        """Create or replace; the first item tells whether it was created.

        An equal config of a healthy connector writes nothing; of a FAILED one restarts it.
        """
        ...

    async def patch_connector_config(
        self, connector: str, patch: Mapping[str, str | None]
    ) -> ConnectorInfo:
        """Merge into the stored config; None takes a key away; another `name` is refused."""
        ...

    async def delete_connector(self, connector: str) -> None:
        """Delete config and target state; offsets stay."""
        ...

    async def set_target_state(self, connector: str, state: TargetState) -> None:
        """Pause, resume or stop."""
        ...

    async def restart_connector(
        self, connector: str, *, include_tasks: bool, only_failed: bool
    ) -> ConnectorStatus | None:
        """Restart parts; None for the plain form, else the status with planned parts RESTARTING."""
        ...

    async def restart_task(self, connector: str, task: int) -> None:
        """Restart one task."""
        ...

    async def connector_offsets(self, connector: str) -> Sequence[ConnectorOffset]:
        """Return source offsets or a sink group's committed offsets."""
        ...

    async def alter_connector_offsets(
        self, connector: str, offsets: Sequence[ConnectorOffset] | None
    ) -> str:
        """Alter offsets of a STOPPED connector; None resets them all. Returns the message."""
        ...

    def plugins(self, *, connectors_only: bool) -> Sequence[PluginInfo]:
        """Return the plugins, by type in Connect's order."""
        ...

    async def plugin_config(self, plugin: str, version: str | None) -> Sequence[ConfigKey]:
        """Return a plugin's definitions, for a connector followed by the framework's."""
        ...

    async def validate(self, plugin: str, config: Mapping[str, str | None]) -> ConfigInfos:
        """Validate a connector config; incomplete configs give errors, not exceptions."""
        ...

    def loggers(self) -> Mapping[str, LoggerLevel]:
        """Return all loggers, sorted, Apache's names beside ours."""
        ...

    def logger(self, name: str) -> LoggerLevel:
        """Return one logger; an unknown one is a NotFoundError."""
        ...

    async def set_logger_level(self, name: str, level: str, *, cluster: bool) -> Sequence[str]:
        """Set a level here or everywhere; returns the loggers changed here."""
        ...
