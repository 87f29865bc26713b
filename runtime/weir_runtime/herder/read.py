"""What REST reads: served from memory, never waiting for the loop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from weir_runtime.api.errors import ForbiddenError, NotFoundError
from weir_runtime.herder import request
from weir_runtime.herder.catalog import Catalog
from weir_runtime.model.entities import (
    ConnectorInfo,
    ConnectorStatus,
    PartStatus,
    TaskInfo,
    TaskStatus,
)
from weir_runtime.model.ids import TaskId
from weir_runtime.model.state import State, Status
from weir_runtime.storage.ports import ConfigStore, StatusStore


class Reader:
    """Joins what the config topic and the status topic say."""

    def __init__(
        self,
        configs: ConfigStore,
        statuses: StatusStore,
        catalog: Catalog,
        *,
        topic_tracking: bool,
        topic_reset: bool,
    ) -> None:
        self._configs = configs
        self._statuses = statuses
        self._catalog = catalog
        self._topic_tracking = topic_tracking
        self._topic_reset = topic_reset

    def connectors(self) -> Sequence[str]:
        """Return the names of all connectors."""
        return list(self._configs.snapshot().connectors)

    def connector_config(self, connector: str) -> Mapping[str, str]:
        """Return the config as stored."""
        config = self._configs.snapshot()
        return request.known(config, connector, f"Connector {connector} not found")

    def connector_info(self, connector: str) -> ConnectorInfo:
        """Return config, tasks and type."""
        config = self.connector_config(connector)
        tasks = self._configs.snapshot().task_ids(connector)
        return ConnectorInfo(connector, config, tasks, self._type(config))

    def connector_status(self, connector: str) -> ConnectorStatus:
        """Return states; of a deleted connector none, even while its parts still stop."""
        config = self._configs.snapshot().connectors.get(connector)
        status = self._statuses.connector(connector)
        if config is None or status is None:
            raise NotFoundError(f"No status found for connector {connector}")
        tasks = [_task(task) for task in self._statuses.tasks(connector)]
        return ConnectorStatus(connector, _part(status), tasks, self._type(config))

    def states(self, connector: str) -> list[State]:
        """Return the states of a connector and its tasks as shown."""
        status = self._statuses.connector(connector)
        own = [] if status is None else [status.state]
        return own + [task.state for task in self._statuses.tasks(connector)]

    def task_infos(self, connector: str) -> Sequence[TaskInfo]:
        """Return the task configs."""
        self.connector_config(connector)
        config = self._configs.snapshot()
        return [
            TaskInfo(task, config.tasks[connector][task.task])
            for task in config.task_ids(connector)
        ]

    def task_status(self, connector: str, task: int) -> TaskStatus:
        """Return a task's state."""
        key = TaskId(connector, task)
        status = self._statuses.task(key)
        if status is None or connector not in self._configs.snapshot().connectors:
            raise NotFoundError(f"No status found for task {key}")
        return _task(status)

    def active_topics(self, connector: str) -> Sequence[str]:
        """Return topics seen in use."""
        if not self._topic_tracking:
            raise ForbiddenError("Topic tracking is disabled.")
        return self._statuses.topics(connector)

    def reset_active_topics(self, connector: str) -> None:
        """Forget the topics."""
        if not self._topic_tracking:
            raise ForbiddenError("Topic tracking is disabled.")
        if not self._topic_reset:
            raise ForbiddenError("Topic tracking reset is disabled.")
        self._statuses.remove_topics(connector)

    def _type(self, config: Mapping[str, str]) -> str:
        return self._catalog.connector_type(config.get(request.CLASS))


def _part(status: Status) -> PartStatus:
    return PartStatus(status.state.value, status.worker_id, status.version, status.trace)


def _task(status: Status) -> TaskStatus:
    number = status.part.task if isinstance(status.part, TaskId) else 0
    return TaskStatus(number, status.state.value, status.worker_id, status.version, status.trace)
