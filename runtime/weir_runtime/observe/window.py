"""Figures of the recent past, as Kafka keeps them.

Time is cut into samples of `window_ms`; `samples` of them are looked at, the present one
included, so that a figure covers between one sample less and all of them.
Source: org.apache.kafka.common.metrics.stats.SampledStat, Rate, Avg, Max, Frequencies.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Recency:
    """`metrics.num.samples` and `metrics.sample.window.ms`."""

    samples: int = 2
    window_ms: int = 30_000


@dataclass(slots=True)
class _Sample:
    start_ms: float
    last_ms: float
    events: int = 0
    total: float = 0.0
    largest: float = -math.inf


class Window:
    """Values that were recorded recently; times are milliseconds that never go back."""

    def __init__(self, recency: Recency, now_ms: float) -> None:
        self._recency = recency
        self._samples = [_Sample(now_ms, now_ms)]
        self._at = 0

    def record(self, value: float, now_ms: float, events: int = 1) -> None:
        """Take a value; `value` may stand for several `events`."""
        sample = self._samples[self._at]
        if now_ms - sample.start_ms >= self._recency.window_ms:
            sample = self._advance(now_ms)
        sample.events += events
        sample.total += value
        sample.last_ms = now_ms
        sample.largest = max(sample.largest, value)

    def maximum(self, now_ms: float) -> float:
        """Return the largest recent value; NaN where there is none."""
        values = [sample.largest for sample in self._recent(now_ms) if sample.events]
        return max(values, default=math.nan)

    def average(self, now_ms: float) -> float:
        """Return the mean of recent values; NaN where there is none."""
        total, events = self._sums(now_ms)
        return total / events if events else math.nan

    def share(self, now_ms: float) -> float:
        """Return the mean of recent values that are 0 or 1; 0 where there is none."""
        total, events = self._sums(now_ms)
        return total / events if events else 0.0

    @property
    def has_events(self) -> bool:
        """Return whether anything was recorded that still counts."""
        return any(sample.events for sample in self._samples)

    def rate(self, now_ms: float) -> float:
        """Return the sum of recent values a second."""
        total, _ = self._sums(now_ms)
        oldest = min(sample.start_ms for sample in self._samples)
        span_ms = now_ms - oldest
        window_ms = self._recency.window_ms
        # a sum of too few samples would be a large rate just after the start
        missing = self._recency.samples - 1 - int(span_ms // window_ms) if window_ms else 0
        span_ms += max(0, missing) * window_ms
        return 1000 * total / span_ms if span_ms else 0.0

    def _sums(self, now_ms: float) -> tuple[float, int]:
        recent = list(self._recent(now_ms))
        return sum(sample.total for sample in recent), sum(sample.events for sample in recent)

    def _recent(self, now_ms: float) -> Iterator[_Sample]:
        """Empty what is too old, and yield the samples."""
        age_ms = self._recency.samples * self._recency.window_ms
        for index, sample in enumerate(self._samples):
            if now_ms - sample.last_ms >= age_ms and now_ms - sample.start_ms >= age_ms:
                self._samples[index] = _Sample(now_ms, now_ms)
        yield from self._samples

    def _advance(self, now_ms: float) -> _Sample:
        self._at = (self._at + 1) % (self._recency.samples + 1)
        fresh = _Sample(now_ms, now_ms)
        if self._at >= len(self._samples):
            self._samples.append(fresh)
        else:
            self._samples[self._at] = fresh
        return fresh
