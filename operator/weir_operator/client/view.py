"""What a Connect worker says of its connectors, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


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
