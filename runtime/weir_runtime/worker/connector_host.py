"""One connector instance and the thread that every call to it is made in."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from weir_runtime.api import config as configs
from weir_runtime.api.connector import Connector, SinkConnector
from weir_runtime.api.errors import ConnectError
from weir_runtime.model.state import State, TargetState
from weir_runtime.observe import context
from weir_runtime.worker import loading, protocol, secrecy, trace
from weir_runtime.worker.border import Border
from weir_runtime.worker.protocol import Reply, StartConnector

logger = logging.getLogger(__name__)

_SHOWN = {
    TargetState.STARTED: State.RUNNING,
    TargetState.PAUSED: State.PAUSED,
    TargetState.STOPPED: State.STOPPED,
}


class TooManyTasksError(ConnectError):
    """A connector has made more task configs than it may."""


class ConnectorContext:
    """`api.connector.ConnectorContext` of one instance."""

    def __init__(self, host: ConnectorHost) -> None:
        self.connector = host.order.connector
        self.logger = logging.getLogger(f"weir_runtime.connector.{host.order.connector}")
        self._host = host

    def request_task_reconfiguration(self) -> None:
        """Have `task_configs` called again."""
        self._host.request_reconfiguration()

    def fail(self, error: BaseException) -> None:
        """Put the connector into FAILED with this cause."""
        self._host.fail(error)


class ConnectorHost:
    """Runs calls to a connector one after the other, so that only its own thread can hang."""

    def __init__(self, order: StartConnector, border: Border) -> None:
        self.order = order
        self._border = border
        self._calls: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._instance: Connector[Any] | None = None
        self._started = False
        self._failed = False
        self._silent = False
        self._thread = threading.Thread(
            target=self._main, name=f"{order.connector}|worker", daemon=True
        )

    def start(self) -> None:
        """Start the thread; the instance is made there."""
        self._thread.start()

    def set_target(self, state: str) -> None:
        """Bring the instance to a target state, after the calls that wait already."""
        self._calls.put(lambda: self._guarded(lambda: self._bring(state)))

    def task_configs(self, call: int, max_tasks: int) -> None:
        """Answer with task configs."""
        self._calls.put(lambda: self._border.answer(call, lambda: self._task_configs(max_tasks)))

    def stop(self, call: int | None = None) -> None:
        """Stop the instance, answer `call` and end the thread; nothing is reported any more."""
        self._silent = True
        self._calls.put(lambda: self._stop(call))
        self._calls.put(None)

    def wait_ended(self, timeout_s: float) -> bool:
        """Wait for the thread's end; False where it did not come in time."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def request_reconfiguration(self) -> None:
        """Tell the parent that task configs have changed."""
        if not self._silent:
            self._border.post(
                protocol.ReconfigurationRequested(
                    connector=self.order.connector, epoch=self.order.epoch
                )
            )

    def fail(self, error: BaseException) -> None:
        """Report FAILED."""
        self._failed = True
        self._report(State.FAILED, trace.text(error))

    def _main(self) -> None:
        with context.scope(self.order.connector):
            self._guarded(self._make)
            while (call := self._calls.get()) is not None:
                call()

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:
            logger.exception("Connector %s has failed", self.order.connector)
            self.fail(error)

    def _make(self) -> None:
        kind = loading.connector_class(self.order.plugin)
        secrecy.learn_typed(self.order.connector, kind.config_class, self.order.config)
        made = kind()
        made.properties = self.order.config
        made.config = configs.parse(kind.config_class, self.order.config)
        made.context = ConnectorContext(self)
        self._instance = made
        self._bring(self.order.state)

    def _bring(self, state: str) -> None:
        target = TargetState(state)
        if self._failed and target is not TargetState.STOPPED:
            # as in Java: pause and resume do not revive a failed connector
            return
        if self._instance is not None and target is TargetState.STARTED and not self._started:
            self._instance.start()
            self._started = True
        elif target is not TargetState.STARTED:
            self._failed = False
            self._stop_instance()
        self._report(_SHOWN[target], None)

    def _stop(self, call: int | None) -> None:
        if call is None:
            self._guarded(self._stop_instance)
        else:
            self._border.answer(call, self._stop_instance)

    def _stop_instance(self) -> None:
        if self._instance is not None and self._started:
            self._started = False
            self._instance.stop()

    def _task_configs(self, max_tasks: int) -> list[dict[str, str]]:
        if self._instance is None:
            raise ConnectError(f"Connector {self.order.connector} could not be made")
        made = self._instance.task_configs(max_tasks)
        order = self.order
        if len(made) > max_tasks:
            text = (
                f"The connector {order.connector} has generated {len(made)} tasks, which is "
                f"greater than {max_tasks}, the maximum number of tasks it is configured to "
                "create."
            )
            if order.config.get("tasks.max.enforce", "true").strip().lower() != "false":
                error = TooManyTasksError(text)
                self.fail(error)
                raise error
            logger.warning("%s This is accepted, as tasks.max.enforce is false.", text)
        return [_task_config(self._instance, order, config) for config in made]

    def _report(self, state: State, text: str | None) -> None:
        if not self._silent:
            self._border.post(
                protocol.ConnectorState(
                    connector=self.order.connector,
                    epoch=self.order.epoch,
                    state=state,
                    trace=text,
                )
            )


def _task_config(
    connector: Connector[Any], order: StartConnector, config: Mapping[str, Any]
) -> dict[str, str]:
    """Add to a task config what the framework always adds."""
    found = {key: str(value) for key, value in config.items() if value is not None}
    found["task.class"] = task_class_name(type(connector))
    if isinstance(connector, SinkConnector):
        for key in ("topics", "topics.regex"):
            if order.config.get(key):
                found[key] = order.config[key]
    return found


def task_class_name(kind: type[Connector[Any]]) -> str:
    """Return `task.class` of a connector's tasks: Java's name, else the Python path."""
    if kind.java_task_class:
        return kind.java_task_class
    return f"{kind.task_class.__module__}.{kind.task_class.__qualname__}"


def alter_offsets(message: protocol.AlterOffsets) -> bool:
    """Have a connector that does not run check offsets."""
    kind = loading.connector_class(message.plugin)
    made = kind()
    made.config = configs.parse(kind.config_class, message.config)
    pairs: Sequence[Any] = message.offsets
    return bool(made.alter_offsets(message.config, pairs))


def answer_stopped(border: Border, call: int) -> None:
    """Answer a stop of what is not there."""
    border.post(Reply(call=call, result=None))
