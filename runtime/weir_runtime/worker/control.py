"""What a running task is asked to do: go on, pause, stop by a deadline."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from weir_runtime.model.state import State, TargetState
from weir_runtime.worker import trace


class Control:
    """Carries wishes of other threads to the thread of a task.

    `report` is called with a state, and for FAILED with its trace.
    """

    def __init__(
        self,
        report: Callable[[State, str | None], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._report = report
        self._clock = clock
        self._changed = threading.Condition()
        self._stopping = False
        self._deadline: float | None = None
        self._paused = False
        self._shown: State | None = None
        self._on_stop: Callable[[], object] | None = None

    # other threads

    def stop(self, timeout_s: float) -> None:
        """Ask the task to end within `timeout_s`."""
        self._deadline = self._clock() + timeout_s
        self.end()

    def set_target(self, state: str) -> None:
        """Ask the task to pause (PAUSED) or to go on."""
        with self._changed:
            self._paused = state == TargetState.PAUSED
            self._changed.notify_all()

    def fail(self, error: BaseException) -> None:
        """Report FAILED, once, and have the task end; no state is reported after it."""
        with self._changed:
            if self._shown is State.FAILED:
                return
            self._shown = State.FAILED
        self._report(State.FAILED, trace.text(error))
        self.end()

    def end(self) -> None:
        """Have the task end, in its own time."""
        with self._changed:
            self._stopping = True
            on_stop = self._on_stop
            self._changed.notify_all()
        if on_stop is not None:
            on_stop()

    # the task's thread

    @property
    def stopping(self) -> bool:
        """True once the task has been asked to end."""
        return self._stopping

    @property
    def paused(self) -> bool:
        """True while the task should be paused."""
        return self._paused

    def remaining_s(self, default_s: float) -> float:
        """Return how long the task may still take to end."""
        deadline = self._deadline
        return default_s if deadline is None else max(0.0, deadline - self._clock())

    def on_stop(self, wake: Callable[[], object] | None) -> None:
        """Have `wake` called by the thread that asks for the end; at once if that has been."""
        with self._changed:
            self._on_stop = wake
            stopping = self._stopping
        if stopping and wake is not None:
            wake()

    def show(self, state: State) -> None:
        """Report a state unless it is the one reported last, or the task has failed."""
        with self._changed:
            if self._shown in (state, State.FAILED):
                return
            self._shown = state
        self._report(state, None)

    def checkpoint(self) -> bool:
        """Hold while paused; return True when the task is to end."""
        if self._paused and not self._stopping:
            shown = self._shown
            self.show(State.PAUSED)
            with self._changed:
                self._changed.wait_for(lambda: self._stopping or not self._paused)
            self._resumed(shown)
        return self._stopping

    def _resumed(self, shown: State | None) -> None:
        if shown is not None and not self._stopping:
            self.show(shown)

    def wait(self, duration_s: float) -> bool:
        """Wait up to `duration_s`, holding while paused; True at once when to end."""
        with self._changed:
            self._changed.wait_for(lambda: self._stopping or self._paused, max(0.0, duration_s))
        return self.checkpoint()
