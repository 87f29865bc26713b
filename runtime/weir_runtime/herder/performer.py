"""Carry out the herder's actions against stores, group and worker.

The only place where decisions meet the world. What takes time runs beside the loop and comes
back as events.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Protocol

from weir_runtime.aio.clock import Clock
from weir_runtime.aio.scope import Scope
from weir_runtime.api.errors import ConnectError
from weir_runtime.herder import action, assembly, event, restart
from weir_runtime.herder.stage import Stage
from weir_runtime.herder.state import PartId
from weir_runtime.model.cluster import RestartRequest
from weir_runtime.model.ids import TaskId
from weir_runtime.model.state import State
from weir_runtime.observe import context
from weir_runtime.observe.redaction import SECRETS
from weir_runtime.storage.ports import ConfigStore, StatusStore
from weir_runtime.worker import protocol
from weir_runtime.worker.worker import Worker, message_of

log = logging.getLogger(__name__)


class TaskSets(Protocol):
    """Where task configs go: the config topic on the leader, else the leader itself."""

    async def publish(self, connector: str, configs: tuple[Any, ...]) -> None:
        """Write a task set; returns once it is durable."""
        ...


@dataclass(frozen=True, slots=True)
class Outside:
    """What actions work on."""

    scope: Scope
    clock: Clock
    stage: Stage
    worker: Worker
    configs: ConfigStore
    statuses: StatusStore
    task_sets: TaskSets
    set_level: Callable[[str, str], object]


class Performer:
    """Begins what an action says; also hears the worker, and makes events of that."""

    def __init__(
        self, outside: Outside, builder: assembly.Assembly, send: Callable[[event.Event], None]
    ) -> None:
        self._outside = outside
        self._builder = builder
        self._send = send
        self._versions: dict[PartId, str | None] = {}
        self._restarts: dict[str, RestartRequest] = {}

    def perform(self, what: action.Action) -> None:
        """Begin an action; never blocks."""
        match what:
            case action.StartConnector(connector=connector):
                self._start(connector, what)
            case action.StartTask(task=task):
                self._start(task, what)
            case action.SetTarget(part=part, epoch=epoch, target=target):
                orders = self._outside.worker.redirect(part, epoch, target.value)
                self._begin(orders, f"redirection of {part}")
            case action.StopPart(part=part):
                self._begin(self._stop(what), f"stop of {part}")
            case action.MakeTaskConfigs(connector=connector):
                self._begin(self._make_task_configs(what), f"task configs of {connector}")
            case action.PublishTasks(connector=connector):
                self._begin(self._publish(what), f"task set of {connector}")
            case _:
                self._perform_at_once(what)

    def _perform_at_once(self, what: action.Action) -> None:
        outside = self._outside
        match what:
            case action.PutStatus(status=status, safe=safe):
                (outside.statuses.put_safe if safe else outside.statuses.put)(status)
            case action.ForgetTopics(connector=connector):
                outside.statuses.remove_topics(connector)
            case action.PlanRestart(request=request):
                self._plan_restart(request)
            case action.SetLogLevel(namespace=namespace, level=level):
                outside.set_level(namespace, level)
            case action.After(delay_s=delay_s, event=later):
                self._begin(self._later(delay_s, later), f"delay of {type(later).__name__}")

    # what the worker says

    def on_part(self, part: PartId, epoch: int, state: State, trace: str | None) -> None:
        """Hear that a part has reached a state."""
        trace = None if trace is None else SECRETS.clean(trace)
        _log_state(part, state, trace)
        version = self._versions.get(part)
        self._send(event.PartReported(part, epoch, state, trace, version))

    def on_reconfiguration(self, connector: str, epoch: int) -> None:
        """Hear that a connector wants its task configs made anew."""
        self._send(event.ReconfigurationWanted(connector, epoch))

    def on_move(self, part: PartId, epoch: int) -> None:
        """Hear that a healthy part must leave its executor."""
        self._send(event.PartMoved(part, epoch))

    # actions that take time

    def _start(self, part: PartId, order: action.StartConnector | action.StartTask) -> None:
        try:
            message: protocol.StartConnector | protocol.StartTask
            if isinstance(order, action.StartConnector):
                message = self._builder.connector(order)
            else:
                message = self._builder.task(order)
        except ConnectError as error:
            self._versions.pop(part, None)
            self.on_part(part, order.epoch, State.FAILED, message_of(error))
            return
        self._versions[part] = assembly.plugin_version(message.plugin)
        self._outside.worker.start(message)

    async def _stop(self, order: action.StopPart) -> None:
        try:
            await self._outside.worker.stop_part(order.part, order.epoch)
        finally:
            self._versions.pop(order.part, None)
            self._send(event.PartStopped(order.part, order.epoch))

    async def _make_task_configs(self, order: action.MakeTaskConfigs) -> None:
        name = order.connector
        try:
            with self._outside.stage.during(f"generating task configs for connector {name}"):
                limit = int(order.config.get("tasks.max", "1"))
                made = await self._outside.worker.task_configs(name, order.epoch, limit)
        except (ConnectError, ValueError) as error:
            self._failed(name, order.epoch, error)
            return
        self._send(event.TaskConfigsMade(name, order.epoch, made))

    async def _publish(self, order: action.PublishTasks) -> None:
        name, count = order.connector, len(order.configs)
        text = f"writing {count} task configs for connector {name} to the config topic"
        try:
            with self._outside.stage.during(text):
                await self._outside.task_sets.publish(name, order.configs)
        except ConnectError as error:
            self._failed(name, order.epoch, error)

    def _failed(self, connector: str, epoch: int, error: Exception) -> None:
        log.warning(
            "Task configs could not be made or published and will be tried again",
            extra={"connector": connector, "cause": message_of(error)},
        )
        self._send(event.TaskConfigsFailed(connector, epoch))

    async def _later(self, delay_s: float, later: event.Event) -> None:
        await self._outside.clock.sleep(delay_s)
        self._send(later)

    def _plan_restart(self, request: RestartRequest) -> None:
        # what is read in one go counts as pending together: the strongest is done
        name = request.connector
        pending = self._restarts.get(name)
        if pending is None:
            self._restarts[name] = request
            asyncio.get_running_loop().call_soon(self._restart, name)
        else:
            self._restarts[name] = restart.strongest([pending, request])

    def _restart(self, name: str) -> None:
        request = self._restarts.pop(name)
        status = self._outside.statuses.connector(name)
        if status is None:
            log.warning("Restart of an unknown connector is ignored", extra={"connector": name})
            return
        plan = restart.plan(request, status, self._outside.statuses.tasks(name))
        if plan.parts:
            self._send(event.PartsRestarted(plan.parts, shown=True))

    def _begin(self, coroutine: Coroutine[Any, Any, None], name: str) -> None:
        self._outside.scope.start(coroutine, name=name)


def _log_state(part: PartId, state: State, trace: str | None) -> None:
    """Log a state; the whole trace is in the status, and in the executor's own log line."""
    connector, task = (part.connector, part.task) if isinstance(part, TaskId) else (part, None)
    cause = {"cause": trace.partition("\n")[0]} if trace else {}
    with context.scope(connector, task):
        level = logging.WARNING if state is State.FAILED else logging.INFO
        log.log(level, "State has changed", extra={"state": state.value, **cause})
