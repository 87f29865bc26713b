"""One task in its thread: make it, run it, report what becomes of it, stop it in time."""

from __future__ import annotations

import logging
import math
import threading
import time
from typing import Any, Protocol

from weir_runtime.api import config as configs
from weir_runtime.api.connector import SinkTask, SourceTask
from weir_runtime.api.errors import ConnectError
from weir_runtime.model.state import State
from weir_runtime.observe import context
from weir_runtime.observe.window import Recency
from weir_runtime.worker import loading, protocol, secrecy
from weir_runtime.worker.border import Border
from weir_runtime.worker.control import Control
from weir_runtime.worker.meter import Meter
from weir_runtime.worker.protocol import Reply, StartTask
from weir_runtime.worker.sink_task import SinkRunner
from weir_runtime.worker.source_task import SourceRunner

logger = logging.getLogger(__name__)


class Runner(Protocol):
    """Runs one task."""

    def run(self) -> None:
        """Run until asked to stop."""
        ...

    def pulse(self, now: float) -> None:
        """Do what cannot wait for the task's thread."""
        ...


class TaskHost:
    """Owns the thread of one task."""

    def __init__(self, order: StartTask, border: Border) -> None:
        self.order = order
        self.meter = Meter(Recency(order.metric_samples, order.metric_window_ms))
        self._sent: dict[str, float] = {}
        self._sent_lags: list[tuple[str, int, int]] = []
        self._border = border
        self._control = Control(self._report)
        self._control.set_target(order.state)
        self._runner: Runner | None = None
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._stop_calls: list[int] = []
        self._stop_at: float | None = None
        self._cancelled = False
        self._thread = threading.Thread(
            target=self._main, name=f"{order.connector}-{order.task}", daemon=True
        )

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def set_target(self, state: str) -> None:
        """Pause or resume."""
        self._control.set_target(state)

    def stop(self, timeout_s: float, call: int | None = None) -> None:
        """Ask the task to end; `call` is answered when it has, or when the time is over."""
        with self._lock:
            if call is not None:
                self._stop_calls.append(call)
            self._stop_at = time.monotonic() + timeout_s
        self._control.stop(timeout_s)
        if self._ended.is_set():
            self._answer(None)

    def wait_ended(self, timeout_s: float) -> bool:
        """Wait for the thread's end; False where it did not come in time."""
        return self._ended.wait(timeout_s)

    @property
    def ended(self) -> bool:
        """True once the task has let go of everything."""
        return self._ended.is_set()

    @property
    def let_go(self) -> bool:
        """True once the task was asked to stop; one that failed stays until then."""
        return self._stop_at is not None

    def pulse(self, now: float) -> None:
        """Let the task do what cannot wait for its thread, and watch its stop."""
        runner = self._runner
        if runner is not None and not self._ended.is_set():
            with context.scope(self.order.connector, self.order.task, "offsets"):
                try:
                    runner.pulse(now)
                except Exception as error:  # noqa: BLE001 - it fails the task, not its neighbours
                    self._control.fail(error)
        if self._stop_at is not None and now > self._stop_at and not self._ended.is_set():
            # Invariant 6: from here on the task is given up and reports nothing
            self._cancelled = True
            self._answer(f"Task {self.order.connector}-{self.order.task} did not stop in time")

    def figures(self) -> protocol.TaskFigures | None:
        """Return what has changed of the figures since the last call, None where nothing has."""
        now, lags = self.meter.snapshot(), self.meter.lags
        values = {name: value for name, value in now.items() if self._is_news(name, value)}
        news = None if lags == self._sent_lags else lags
        self._sent, self._sent_lags = now, lags
        if not values and news is None:
            return None
        order = self.order
        return protocol.TaskFigures(order.connector, order.task, order.epoch, values, news)

    def _is_news(self, name: str, value: float) -> bool:
        old = self._sent.get(name)
        # a figure without values is NaN, which equals nothing
        return old is None or (old != value and not (math.isnan(old) and math.isnan(value)))

    def _main(self) -> None:
        order = self.order
        with context.scope(order.connector, order.task):
            try:
                self._runner = self._make()
                self._runner.run()
            except BaseException as error:
                logger.exception("Task threw an uncaught and unrecoverable exception")
                self._control.fail(error)
            finally:
                self._runner = None
                self._ended.set()
                self._answer(None)

    def _make(self) -> Runner:
        order = self.order
        connector = loading.connector_class(order.plugin)
        task: Any = connector.task_class()
        model = getattr(connector.task_class, "config_class", connector.config_class)
        secrecy.learn_typed(order.connector, model, order.config)
        task.config = configs.parse(model, order.config)
        if isinstance(task, SourceTask):
            return SourceRunner(
                order, task, border=self._border, control=self._control, meter=self.meter
            )
        if isinstance(task, SinkTask):
            return SinkRunner(
                order, task, border=self._border, control=self._control, meter=self.meter
            )
        raise ConnectError(f"{type(task).__name__} is neither a SourceTask nor a SinkTask")

    def _report(self, state: State, trace: str | None) -> None:
        self.meter.show(state)
        if self._cancelled:
            return
        order = self.order
        self._border.post(
            protocol.TaskState(
                connector=order.connector,
                task=order.task,
                epoch=order.epoch,
                state=state,
                trace=trace,
            )
        )

    def _answer(self, error: str | None) -> None:
        with self._lock:
            calls, self._stop_calls = self._stop_calls, []
        for call in calls:
            kind = None if error is None else ConnectError.__name__
            self._border.post(Reply(call=call, result=None, error=error, error_type=kind))
