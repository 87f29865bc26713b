"""Figures of one task, read once a second by another thread.

Batches are counted, never records. Names are Connect's; `stem` is a name without `-total` or
`-rate`, and in a `pattern` such as `put-batch-{}-time-ms` the braces stand for `max` or `avg`.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping

from weir_runtime.model.state import State
from weir_runtime.observe.window import Recency, Window

SUCCESS = "offset-commit-success-percentage"
FAILURE = "offset-commit-failure-percentage"
COMMIT_TIME = "offset-commit-{}-time-ms"
BATCH = "batch-size-{}"

LATENCY = "latency-{}-ms"
WAITING = "commit-waiting-ms"
"""Names that Connect does not have: age of records put, since when offsets wait for a commit."""

ERRORS = (
    "total-record-failures",
    "total-record-errors",
    "total-records-skipped",
    "total-retries",
    "total-errors-logged",
    "deadletterqueue-produce-requests",
    "deadletterqueue-produce-failures",
    "last-error-timestamp",
)

_RATIOS = {"running-ratio": State.RUNNING, "pause-ratio": State.PAUSED}


def milliseconds() -> float:
    """Return milliseconds of a clock that never goes back."""
    return time.monotonic() * 1000


class Meter:
    """Totals since the start of a task and figures of its recent past.

    Any thread may write; a reader may see values of slightly different moments.

    Attributes:
        lags: topic, partition and records that a sink is behind.
    """

    def __init__(
        self, recency: Recency | None = None, clock_ms: Callable[[], float] = milliseconds
    ) -> None:
        self.lags: list[tuple[str, int, int]] = []
        self._recency = recency or Recency()
        self._clock_ms = clock_ms
        self._lock = threading.Lock()
        self._values: defaultdict[str, float] = defaultdict(float)
        self._rates: dict[str, Window] = {}
        self._stats: dict[str, Window] = {}
        self._outcomes = Window(self._recency, clock_ms())
        self._durations: defaultdict[State, float] = defaultdict(float)
        self._state: State | None = None
        self._state_ms = 0.0
        self._values.update(dict.fromkeys(ERRORS, 0.0))

    def declare(
        self, *names: str, rates: tuple[str, ...] = (), stats: tuple[str, ...] = ()
    ) -> None:
        """Show these from the start: plain names, stems that have a rate, patterns."""
        now = self._clock_ms()
        with self._lock:
            for name in names:
                self._values[name] += 0
            for stem in rates:
                self._values[f"{stem}-total"] += 0
                self._rates[stem] = Window(self._recency, now)
            for pattern in stats:
                self._stats[pattern] = Window(self._recency, now)

    def add(self, name: str, amount: float = 1) -> None:
        """Raise a total that has no rate."""
        with self._lock:
            self._values[name] += amount

    def count(self, stem: str, amount: float = 1) -> None:
        """Raise a total and its rate."""
        with self._lock:
            self._count(stem, amount)

    def reach(self, stem: str, total: float) -> None:
        """Raise a total and its rate to a figure that is counted elsewhere."""
        with self._lock:
            amount = total - self._values[f"{stem}-total"]
            if amount > 0:
                self._count(stem, amount)

    def set(self, name: str, value: float) -> None:
        """Set a present value."""
        with self._lock:
            self._values[name] = value

    def measure(self, pattern: str, value: float) -> None:
        """Take a value for a maximum and a mean."""
        now = self._clock_ms()
        with self._lock:
            self._stat(pattern, now).record(value, now)

    def committed(self, took_ms: float, *, success: bool) -> None:
        """Take the end of an offset commit."""
        now = self._clock_ms()
        with self._lock:
            self._outcomes.record(float(success), now)
            if success:
                self._stat(COMMIT_TIME, now).record(took_ms, now)
            self._values[f"offset-commit-{'success' if success else 'failure'}-total"] += 1

    def failed(self, now_ms: int) -> None:
        """Take note of a record that could not be processed, at a time since 1970."""
        with self._lock:
            self._values["total-record-errors"] += 1
            self._values["total-record-failures"] += 1
            self._values["last-error-timestamp"] = now_ms

    def show_lags(self, name: str, lags: Mapping[tuple[str, int], int]) -> None:
        """Show how many records a sink is behind, by topic and partition, and the most of them."""
        with self._lock:
            self.lags = [(topic, partition, lag) for (topic, partition), lag in lags.items()]
            if lags:
                self._values[name] = max(lags.values())
            else:
                self._values.pop(name, None)

    def show(self, state: State) -> None:
        """Take note of the task's state, for the ratios."""
        now = self._clock_ms()
        with self._lock:
            self._settle(now)
            self._state = state

    def snapshot(self) -> dict[str, float]:
        """Return all values."""
        now = self._clock_ms()
        with self._lock:
            self._settle(now)
            found = dict(self._values)
            for stem, window in self._rates.items():
                found[f"{stem}-rate"] = window.rate(now)
            for pattern, window in self._stats.items():
                found[pattern.format("max")] = window.maximum(now)
                found[pattern.format("avg")] = window.average(now)
            success = self._outcomes.share(now)
            found[SUCCESS] = success
            found[FAILURE] = 1 - success if self._outcomes.has_events else 0.0
            lived = sum(self._durations.values())
            for name, state in _RATIOS.items():
                found[name] = self._durations[state] / lived if lived else 0.0
        return found

    def _count(self, stem: str, amount: float) -> None:
        now = self._clock_ms()
        self._values[f"{stem}-total"] += amount
        window = self._rates.get(stem)
        if window is None:
            window = self._rates[stem] = Window(self._recency, now)
        window.record(amount, now)

    def _stat(self, pattern: str, now: float) -> Window:
        window = self._stats.get(pattern)
        if window is None:
            window = self._stats[pattern] = Window(self._recency, now)
        return window

    def _settle(self, now: float) -> None:
        if self._state is not None:
            self._durations[self._state] += now - self._state_ms
        self._state_ms = now
