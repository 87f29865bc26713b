"""What executors have last said about their tasks, and how the worker's starts went."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from weir_runtime.model.ids import TaskId
from weir_runtime.observe.window import Recency, Window
from weir_runtime.worker.protocol import TaskFigures

Lag = tuple[str, int, int]


@dataclass(slots=True)
class TaskRow:
    """Figures of one run of a task; lags are topic, partition and records."""

    epoch: int
    values: dict[str, float] = field(default_factory=dict)
    lags: Sequence[Lag] = ()


class FigureTable:
    """Figures by task; those of a later start replace those of an earlier one."""

    def __init__(self) -> None:
        self._rows: dict[TaskId, TaskRow] = {}

    def merge(self, changes: Iterable[TaskFigures]) -> None:
        """Take changes from an executor."""
        for change in changes:
            key = TaskId(change.connector, change.task)
            row = self._rows.get(key)
            if row is None or row.epoch < change.epoch:
                row = self._rows[key] = TaskRow(change.epoch)
            if row.epoch == change.epoch:
                row.values.update(change.values)
                if change.lags is not None:
                    row.lags = change.lags

    def row(self, task: TaskId, epoch: int) -> TaskRow | None:
        """Return the figures of one run; None where there are none yet."""
        row = self._rows.get(task)
        return row if row is not None and row.epoch == epoch else None

    def drop(self, task: TaskId, epoch: int) -> None:
        """Forget a run that is over."""
        row = self._rows.get(task)
        if row is not None and row.epoch <= epoch:
            del self._rows[task]

    def __len__(self) -> int:
        return len(self._rows)


class Starts:
    """How starts of connectors and of tasks went; `kind` is connector or task."""

    def __init__(self, recency: Recency, now_ms: int) -> None:
        self._totals: defaultdict[str, int] = defaultdict(int)
        self._windows = {kind: Window(recency, now_ms) for kind in ("connector", "task")}

    def ended(self, kind: str, now_ms: int, *, success: bool) -> None:
        """Count a start."""
        self._totals[f"{kind}-startup-attempts-total"] += 1
        self._totals[f"{kind}-startup-{'success' if success else 'failure'}-total"] += 1
        self._windows[kind].record(float(success), now_ms)

    def values(self, now_ms: int) -> Mapping[str, float]:
        """Return figures by Connect's names."""
        found: dict[str, float] = {}
        for kind, window in self._windows.items():
            for what in ("attempts", "success", "failure"):
                name = f"{kind}-startup-{what}-total"
                found[name] = self._totals[name]
            share = window.share(now_ms)
            found[f"{kind}-startup-success-percentage"] = share
            found[f"{kind}-startup-failure-percentage"] = 1 - share if window.has_events else 0.0
        return found
