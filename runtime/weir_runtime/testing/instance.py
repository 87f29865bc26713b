"""Make connectors and tasks as a worker does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from weir_runtime.api.config import parse
from weir_runtime.api.connector import Connector, Task
from weir_runtime.api.errors import ConfigError, ConnectError
from weir_runtime.testing.context import MemoryConnectorContext, settings

K = TypeVar("K", bound=Connector[Any])

NAME = "test"


def make_connector(kind: type[K], config: Mapping[str, Any]) -> K:
    """Return a connector with its config, not started.

    Raises:
        ConfigError: the config is refused, by a key's rules or by `validate`.
    """
    connector = kind()
    connector.properties = {"name": NAME, **settings(config)}
    connector.config = parse(kind.config_class, connector.properties)
    connector.context = MemoryConnectorContext(NAME)
    refused = connector.validate(connector.properties)
    errors = [f"{key}: {error}" for key, found in refused.items() for error in found]
    if errors:
        raise ConfigError("\n".join(errors))
    return connector


def make_tasks(connector: Connector[Any], max_tasks: int) -> list[Task[Any]]:
    """Return the connector's tasks with their configs, without contexts and not started.

    Raises:
        ConnectError: the connector gives no task, or more than it may.
    """
    kind = type(connector)
    configs = connector.task_configs(max_tasks)
    if not 0 < len(configs) <= max_tasks:
        raise ConnectError(f"{len(configs)} task configs where 1 to {max_tasks} are allowed")
    tasks = []
    for config in configs:
        task = kind.task_class()
        task.config = parse(getattr(kind.task_class, "config_class", kind.config_class), config)
        tasks.append(task)
    return tasks
