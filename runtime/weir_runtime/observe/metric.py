"""Counters, gauges and histograms of a process, and families of samples to be exported.

Written from any thread; a reader may see values of slightly different moments.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from weir_runtime.observe.series import Kind, Series


class Labels:
    """Values of a series' labels, with their text made once for all series of a part.

    Equal to other labels with the same pairs.
    """

    __slots__ = ("pairs", "text")

    def __init__(self, **pairs: str) -> None:
        self.pairs = pairs
        self.text = ",".join(f'{name}="{escaped(value)}"' for name, value in pairs.items())

    def with_pair(self, name: str, value: str) -> Labels:
        """Return these labels and one more."""
        return Labels(**self.pairs, **{name: value})

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Labels) and other.pairs == self.pairs

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"{{{self.text}}}"


NONE = Labels()


def escaped(value: str) -> str:
    r"""Return a label's value with `\`, `"` and line breaks escaped."""
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


@dataclass(frozen=True, slots=True)
class Distribution:
    """What a histogram holds: by upper bound how many values, their sum and number."""

    buckets: Sequence[tuple[float, int]]
    total: float
    count: int


Value = float | str | Distribution
Sample = tuple[Labels, Value]


@dataclass(slots=True)
class Family:
    """The samples of one series; a str for a series of kind TEXT."""

    series: Series
    samples: list[Sample] = field(default_factory=list)


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


class Histogram:
    """How often values of which size were seen."""

    def __init__(self, bounds: Sequence[float]) -> None:
        self._lock = threading.Lock()
        self._bounds = (*bounds, float("inf"))
        self._counts = [0] * len(self._bounds)
        self._total = 0.0

    def observe(self, value: float) -> None:
        """Take a value."""
        with self._lock:
            self._counts[bisect_left(self._bounds, value)] += 1
            self._total += value

    @property
    def value(self) -> Distribution:
        """Return what was seen, each bucket with all below it."""
        with self._lock:
            counts, total = list(self._counts), self._total
        running, buckets = 0, []
        for bound, count in zip(self._bounds, counts, strict=True):
            running += count
            buckets.append((bound, running))
        return Distribution(buckets, total, running)


SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Bounds for times of requests and waits."""


class MetricRegistry:
    """Counters and histograms of a process; asking for one twice gives the same."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._metrics: dict[Series, dict[Labels, Counter | Histogram]] = {}

    def counter(self, series: Series, labels: Labels = NONE) -> Counter:
        """Return a counter, made at first.

        Raises:
            TypeError: the series is no counter.
        """
        found = self._metric(series, labels)
        if not isinstance(found, Counter):
            raise TypeError(f"{series.name} is no counter")
        return found

    def histogram(self, series: Series, labels: Labels = NONE) -> Histogram:
        """Return a histogram, made at first.

        Raises:
            TypeError: the series is no histogram.
        """
        found = self._metric(series, labels)
        if not isinstance(found, Histogram):
            raise TypeError(f"{series.name} is no histogram")
        return found

    def families(self) -> Iterator[Family]:
        """Yield every series with its samples."""
        with self._lock:
            there = [(series, list(found.items())) for series, found in self._metrics.items()]
        for series, found in there:
            yield Family(series, [(labels, metric.value) for labels, metric in found])

    def _metric(self, series: Series, labels: Labels) -> Counter | Histogram:
        with self._lock:
            of = self._metrics.setdefault(series, {})
            if labels not in of:
                of[labels] = Counter() if series.kind is Kind.COUNTER else Histogram(SECONDS)
            return of[labels]


def tabulated(series: Iterable[Series]) -> dict[tuple[str, str], Family]:
    """Return an empty family for each series, by group and name."""
    return {(each.group, each.name): Family(each) for each in series}
