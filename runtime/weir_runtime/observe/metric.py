"""Counters and gauges by group and labels.

Names are Connect's: a group such as `connector-task-metrics`, a metric such as
`offset-commit-max-time-ms`. Written from any thread; a reader may see values of slightly
different moments.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

Labels = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class MetricId:
    """One series; labels are sorted by name."""

    group: str
    name: str
    labels: Labels = ()


@dataclass(frozen=True, slots=True)
class Sample:
    """A series, its kind (`counter` or `gauge`) and its value now."""

    id: MetricId
    kind: str
    value: float


class Counter:
    """A total that only grows."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._value = 0.0

    def add(self, amount: float = 1) -> None:
        """Raise the total.

        Raises:
            ValueError: the amount is negative.
        """
        if amount < 0:
            raise ValueError("a counter only grows")
        with self._lock:
            self._value += amount

    @property
    def value(self) -> float:
        """Return the total."""
        return self._value


class Gauge:
    """A present value, set or asked for."""

    def __init__(self, ask: Callable[[], float] | None = None) -> None:
        self._ask = ask
        self._value = 0.0

    def set(self, value: float) -> None:
        """Keep a value until the next one."""
        self._value = value

    @property
    def value(self) -> float:
        """Return the value now."""
        return self._value if self._ask is None else self._ask()


class MetricRegistry:
    """All metrics of a process; asking for one twice gives the same."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._metrics: dict[MetricId, Counter | Gauge] = {}

    def counter(self, group: str, name: str, **labels: str) -> Counter:
        """Return a counter, made at first.

        Raises:
            TypeError: a gauge has that name.
        """
        found = self._metric(metric_id(group, name, labels), Counter)
        if not isinstance(found, Counter):
            raise TypeError(f"{group} {name} is a gauge")
        return found

    def gauge(
        self, group: str, name: str, *, ask: Callable[[], float] | None = None, **labels: str
    ) -> Gauge:
        """Return a gauge, made at first; `ask` gives its value whenever it is read.

        Raises:
            TypeError: a counter has that name.
        """
        found = self._metric(metric_id(group, name, labels), lambda: Gauge(ask))
        if not isinstance(found, Gauge):
            raise TypeError(f"{group} {name} is a counter")
        return found

    def remove(self, **labels: str) -> None:
        """Forget every series that has all of these labels, such as those of a connector."""
        wanted = set(labels.items())
        with self._lock:
            for key in [key for key in self._metrics if wanted <= set(key.labels)]:
                del self._metrics[key]

    def samples(self) -> Iterator[Sample]:
        """Yield every series with its value, sorted by group, name and labels."""
        with self._lock:
            there = list(self._metrics.items())
        for key, metric in sorted(there, key=lambda item: _order(item[0])):
            kind = "counter" if isinstance(metric, Counter) else "gauge"
            yield Sample(key, kind, metric.value)

    def _metric(self, key: MetricId, make: Callable[[], Counter | Gauge]) -> Counter | Gauge:
        with self._lock:
            if key not in self._metrics:
                self._metrics[key] = make()
            return self._metrics[key]


def metric_id(group: str, name: str, labels: dict[str, str]) -> MetricId:
    """Return the id of a series."""
    return MetricId(group, name, tuple(sorted(labels.items())))


def _order(key: MetricId) -> tuple[str, str, Labels]:
    return (key.group, key.name, key.labels)
