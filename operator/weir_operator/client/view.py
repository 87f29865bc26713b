"""What a Connect worker says of its connectors, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class TaskView:
    """One task as the status endpoint shows it; `trace` only of a failed one."""

    id: int
    state: str
    worker_id: str = ""
    trace: str = ""


@dataclass(frozen=True, slots=True)
class StatusView:
    """A connector's state and its tasks, sorted by id."""

    state: str
    worker_id: str = ""
    trace: str = ""
    tasks: tuple[TaskView, ...] = ()


@dataclass(frozen=True, slots=True)
class ConnectorView:
    """A connector as one read found it.

    `config` is what Connect stored; `task_count` how many task configs it lists; `status` is
    None while Connect has none yet, which lasts up to a second after a creation.
    """

    name: str
    config: Mapping[str, str]
    task_count: int = 0
    type: str = "unknown"
    status: StatusView | None = None


@dataclass(frozen=True, slots=True)
class PluginView:
    """One plugin of the worker."""

    plugin_class: str
    type: str
    version: str | None = None


@dataclass(frozen=True, slots=True)
class KeyErrors:
    """What the worker's validation says against one key."""

    key: str
    errors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Validation:
    """The worker's judgement of a config.

    `password_keys` are the keys it defines as passwords: their values are never shown.
    """

    errors: tuple[KeyErrors, ...] = ()
    password_keys: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class WorkerView:
    """Which software a worker is, and the Kafka cluster it is on."""

    version: str
    commit: str
    kafka_cluster_id: str


@dataclass(frozen=True, slots=True)
class HealthView:
    """How a worker says it is: `healthy`, `starting` or `unhealthy`, and its sentence."""

    status: str
    message: str


@dataclass(frozen=True, slots=True)
class TaskConfigView:
    """The config that a connector gave to one of its tasks."""

    id: int
    config: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class OffsetView:
    """Where a connector is in one partition of its source or of a topic; None where it is not."""

    partition: Mapping[str, Any]
    offset: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class DefinitionView:
    """A config key as a plugin defines it; `default` is None where there is none."""

    name: str
    type: str
    required: bool = False
    default: str | None = None
    importance: str = ""
    documentation: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class LoggerView:
    """A logger and its level; `modified_ms` is when it was set, None if never."""

    name: str
    level: str
    modified_ms: int | None = None
