"""Counters of one task, read once a second by another thread."""

from __future__ import annotations

from collections import defaultdict


class Meter:
    """Totals since the start of a task, by Connect's metric names.

    Written by the task's thread only; a reader may see counters of slightly different moments.
    """

    def __init__(self) -> None:
        self._values: defaultdict[str, float] = defaultdict(float)
        self._batches = 0
        self._rows = 0

    def declare(self, *names: str) -> None:
        """Show these from the start, at zero."""
        for name in names:
            self.add(name, 0)

    def add(self, name: str, amount: float = 1) -> None:
        """Raise a total."""
        self._values[name] += amount

    def set(self, name: str, value: float) -> None:
        """Set a present value."""
        self._values[name] = value

    def peak(self, name: str, value: float) -> None:
        """Keep the largest value seen."""
        self._values[name] = max(self._values[name], value)

    def batch(self, rows: int) -> None:
        """Count a batch for `batch-size-max` and `batch-size-avg`."""
        self._batches += 1
        self._rows += rows
        self.peak("batch-size-max", rows)
        self._values["batch-size-avg"] = self._rows / self._batches

    def snapshot(self) -> dict[str, float]:
        """Return all values."""
        # a copy in one step of the interpreter: the task may add a name meanwhile
        return dict(self._values.copy())
