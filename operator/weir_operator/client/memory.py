"""A Connect cluster in memory: the twin of `http.HttpConnect` for tests and dry runs.

It behaves as Apache Kafka Connect 4.3.1 was seen to: a write becomes visible in the status only
after `lag_s`, an absent status leaves a connector out of the bulk read, an equal config is
written all the same. Every call is counted in `calls`; `faults` are raised by the calls they
name, in order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from weir_operator.client import error
from weir_operator.client.port import StateName
from weir_operator.client.view import (
    ConnectorView,
    KeyErrors,
    PluginView,
    StatusView,
    TaskView,
    Validation,
)

WORKER = "127.0.0.1:8083"
PLUGINS = (
    PluginView("org.apache.kafka.connect.file.FileStreamSourceConnector", "source", "4.3.1"),
    PluginView("org.apache.kafka.connect.file.FileStreamSinkConnector", "sink", "4.3.1"),
)


@dataclass(slots=True)
class Stored:
    """A connector as the cluster keeps it.

    `failed` are the parts that are failed, -1 for the connector; `shown` is the status that
    readers get until `visible_at`; tasks come at `tasks_at`.
    """

    config: dict[str, str]
    state: StateName
    failed: set[int] = field(default_factory=set)
    shown: StatusView | None = None
    visible_at: float = 0.0
    tasks_at: float = 0.0


class MemoryConnect:
    """One cluster; `now` gives its time in seconds.

    Writes show after `lag_s`, the tasks of a new connector after `task_lag_s`.
    """

    def __init__(self, now: Callable[[], float], *, lag_s: float = 0.0) -> None:
        self.now = now
        self.lag_s = lag_s
        self.task_lag_s = 0.0
        self.stored: dict[str, Stored] = {}
        self.calls: list[tuple[str, ...]] = []
        self.faults: dict[str, list[Exception]] = {}
        self.lost_answers: dict[str, list[Exception]] = {}
        self.down: Exception | None = None
        self.plugin_list = PLUGINS
        self.invalid: dict[str, str] = {}

    def writes(self) -> list[tuple[str, ...]]:
        """List the calls with an effect, in order."""
        reads = {"read", "connector", "status", "plugins", "validate"}
        return [call for call in self.calls if call[0] not in reads]

    def count(self, name: str) -> int:
        """Count the calls of one name."""
        return sum(call[0] == name for call in self.calls)

    def fail(self, name: str, part: int) -> None:
        """Let a part of a connector fail."""
        self.stored[name].failed.add(part)

    # the protocol

    async def close(self) -> None:
        """Do nothing: there are no connections."""

    async def read(self) -> Mapping[str, ConnectorView]:
        """Give what has a status."""
        self._called("read")
        views = (self._view(name) for name in self.stored)
        return {view.name: view for view in views if view.status is not None}

    async def connector(self, name: str) -> ConnectorView:
        """Give one connector without its status."""
        self._called("connector", name)
        self._known(name)
        return replace(self._view(name), status=None)

    async def status(self, name: str) -> ConnectorView:
        """Give one connector with its status."""
        self._called("status", name)
        self._known(name)
        return self._view(name)

    async def create(self, name: str, config: Mapping[str, str], state: StateName) -> None:
        """Create a connector."""
        self._called("create", name, state)
        if name in self.stored:
            raise error.AlreadyExistsError(f"Connector {name} already exists", status=409)
        self._check(config)
        now = self.now()
        shown_at, tasks_at = now + self.lag_s, now + self.task_lag_s
        stored = Stored(dict(config), state, visible_at=shown_at, tasks_at=tasks_at)
        self.stored[name] = stored
        self._lose("create")

    async def put_config(self, name: str, config: Mapping[str, str]) -> None:
        """Replace a config."""
        self._called("put_config", name)
        self._check(config)
        if name not in self.stored:
            self.stored[name] = Stored(dict(config), "running")
        self._lag(name)
        self.stored[name].config = dict(config)
        self.stored[name].failed.clear()
        self._lose("put_config")

    async def set_state(self, name: str, state: StateName) -> None:
        """Resume, pause or stop."""
        self._called("set_state", name, state)
        self._known(name)
        self._lag(name)
        self.stored[name].state = state
        if state == "stopped":
            self.stored[name].failed.clear()
        self._lose("set_state")

    async def restart(self, name: str, *, include_tasks: bool, only_failed: bool) -> None:
        """Make parts well again."""
        self._called("restart", name, f"{include_tasks}/{only_failed}".lower())
        self._known(name)
        self.stored[name].failed.clear()
        self._lose("restart")

    async def restart_task(self, name: str, task: int) -> None:
        """Make one task well again."""
        self._called("restart_task", name, str(task))
        self._known(name)
        if task >= self._tasks(self.stored[name]):
            raise error.NotFoundError(f"Unknown task: {name}-{task}", status=404)
        self.stored[name].failed.discard(task)
        self._lose("restart_task")

    async def delete(self, name: str) -> None:
        """Delete a connector."""
        self._called("delete", name)
        self._known(name)
        del self.stored[name]
        self._lose("delete")

    async def plugins(self) -> tuple[PluginView, ...]:
        """List the plugins."""
        self._called("plugins")
        return self.plugin_list

    async def validate(self, plugin: str, config: Mapping[str, str]) -> Validation:
        """Find the keys in `invalid`; an unknown class is a 500, as Java's."""
        self._called("validate", plugin)
        simple = [p.plugin_class.rpartition(".")[2] for p in self.plugin_list]
        names = {p.plugin_class for p in self.plugin_list}
        names |= {*simple, *(name.removesuffix("Connector") for name in simple)}
        if plugin not in names:
            raise error.ConnectApiError(f"Failed to find any class: {plugin}", status=500)
        wrong = [KeyErrors(k, (text,)) for k, text in self.invalid.items() if k in config]
        return Validation(tuple(wrong), frozenset({"password"}))

    # how it behaves

    def _called(self, name: str, *arguments: str) -> None:
        self.calls.append((name, *arguments))
        if self.down is not None:
            raise self.down
        if self.faults.get(name):
            raise self.faults[name].pop(0)

    def _lose(self, name: str) -> None:
        """Raise after the effect: the answer was lost."""
        if self.lost_answers.get(name):
            raise self.lost_answers[name].pop(0)

    def _known(self, name: str) -> None:
        if name not in self.stored:
            raise error.NotFoundError(f"Connector {name} not found", status=404)

    def _check(self, config: Mapping[str, str]) -> None:
        for key, text in self.invalid.items():
            if key in config:
                raise error.InvalidError(text, status=400)

    def _lag(self, name: str) -> None:
        stored = self.stored[name]
        stored.shown = self._view(name).status
        stored.visible_at = self.now() + self.lag_s

    def _tasks(self, stored: Stored) -> int:
        if stored.state == "stopped" or self.now() < stored.tasks_at:
            return 0
        return int(stored.config.get("tasks.max", "1"))

    def _view(self, name: str) -> ConnectorView:
        stored = self.stored[name]
        visible = self.now() >= stored.visible_at
        status = self._status(stored) if visible else stored.shown
        return ConnectorView(name, dict(stored.config), self._tasks(stored), "source", status)

    def _status(self, stored: Stored) -> StatusView:
        state = stored.state.upper()
        tasks = tuple(
            TaskView(
                number,
                "FAILED" if number in stored.failed else state,
                WORKER,
                "java.lang.RuntimeException: no\n\tat x" if number in stored.failed else "",
            )
            for number in range(self._tasks(stored))
        )
        own = -1 in stored.failed
        return StatusView("FAILED" if own else state, WORKER, "boom: own" if own else "", tasks)
