"""What REST shows: the entities of Connect's API as values.

The wire spelling (snake case, as Java writes it) is the field names' own; `rest` encodes them.
Source: org.apache.kafka.connect.runtime.rest.entities.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from weir_runtime.api.config import ConfigKey, ConfigValue
from weir_runtime.model.ids import TaskId


@dataclass(frozen=True, slots=True)
class ServerInfo:
    """`GET /`: `version` is the emulated Kafka version (clients gate features on it)."""

    version: str
    commit: str
    kafka_cluster_id: str


@dataclass(frozen=True, slots=True)
class ConnectorInfo:
    """A connector as POST, PUT and GET show it; `type` is source, sink or unknown."""

    name: str
    config: Mapping[str, str]
    tasks: Sequence[TaskId]
    type: str


@dataclass(frozen=True, slots=True)
class PartStatus:
    """State of a connector instance."""

    state: str
    worker_id: str
    version: str | None = None
    trace: str | None = None


@dataclass(frozen=True, slots=True)
class TaskStatus:
    """State of a task; `trace` only when it is not empty, and last."""

    id: int
    state: str
    worker_id: str
    version: str | None = None
    trace: str | None = None


@dataclass(frozen=True, slots=True)
class ConnectorStatus:
    """`GET /connectors/{name}/status`; tasks by id."""

    name: str
    connector: PartStatus
    tasks: Sequence[TaskStatus]
    type: str


@dataclass(frozen=True, slots=True)
class TaskInfo:
    """One entry of `GET /connectors/{name}/tasks`."""

    id: TaskId
    config: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PluginInfo:
    """One entry of `GET /connector-plugins`; version None is left out."""

    class_name: str
    type: str
    version: str | None


@dataclass(frozen=True, slots=True)
class ConfigInfo:
    """One key of a validation: `definition` is None for keys nobody defines."""

    definition: ConfigKey | None
    value: ConfigValue


@dataclass(frozen=True, slots=True)
class ConfigInfos:
    """`PUT /connector-plugins/{p}/config/validate`."""

    name: str
    error_count: int
    groups: Sequence[str]
    configs: Sequence[ConfigInfo]


@dataclass(frozen=True, slots=True)
class ConnectorOffset:
    """One entry of `GET /connectors/{name}/offsets`; offset None deletes it in a PATCH.

    A partition is None only where a PATCH left it out.
    """

    partition: Mapping[str, Any] | None
    offset: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class LoggerLevel:
    """`GET /admin/loggers/{l}`; `last_modified` in ms, None where never set by a request."""

    level: str
    last_modified: int | None


@dataclass(frozen=True, slots=True)
class Health:
    """`GET /health`: healthy, starting or unhealthy."""

    status: str
    message: str
