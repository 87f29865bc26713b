"""One look at a worker, and the series that it makes.

Taken on the event loop in one go and made into series elsewhere: a thousand tasks must not hold
back heartbeats.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from weir_runtime.model.ids import TaskId
from weir_runtime.observe import connect_series as connect
from weir_runtime.observe import own_series as own
from weir_runtime.observe import process, series
from weir_runtime.observe.metric import NONE, Family, Labels, Value, tabulated
from weir_runtime.observe.series import Series
from weir_runtime.worker import meter
from weir_runtime.worker.figure import Lag

_TASK_SERIES = (*connect.TASK, *connect.SOURCE, *connect.SINK, *connect.ERROR)

_OWN: Mapping[str, tuple[Series, float]] = {
    meter.LATENCY.format("max"): (own.SINK_LATENCY_MAX, 1000),
    meter.LATENCY.format("avg"): (own.SINK_LATENCY_AVG, 1000),
    meter.WAITING: (own.SOURCE_COMMIT_AGE, 1000),
}
"""Figures that Connect does not have, and what they are divided by."""


@dataclass(frozen=True, slots=True)
class TaskSeen:
    """One task of this worker.

    Attributes:
        made_of: labels of `weir_task_info`.
        values: by metric, as its executor last said.
    """

    id: TaskId
    state: str
    made_of: Mapping[str, str]
    values: Mapping[str, float]
    lags: Sequence[Lag]


@dataclass(frozen=True, slots=True)
class ConnectorSeen:
    """One connector instance of this worker; `texts` by metric."""

    name: str
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ExecutorSeen:
    """One executor process; no pid before it has said hello."""

    name: str
    pid: int | None
    tasks: int


@dataclass(frozen=True, slots=True)
class GroupSeen:
    """The worker in its group; `texts` by metric."""

    texts: Mapping[str, str]
    rebalances: Mapping[str, float]
    coordinator: Mapping[str, float]
    client: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Scene:
    """All that is exported of a worker but for what its process counts itself.

    Attributes:
        client_id: of the worker's own clients.
        group: None in a standalone worker.
        executors: those of tasks and the one that describes plugins.
    """

    client_id: str
    worker: Mapping[str, float]
    app: Mapping[str, str | float]
    connectors: Sequence[ConnectorSeen] = ()
    tasks: Sequence[TaskSeen] = ()
    group: GroupSeen | None = None
    executors: Sequence[ExecutorSeen] = ()
    starts: int = 0
    crashes: int = 0
    extra: Sequence[Family] = field(default=())

    def families(self) -> Iterator[Family]:
        """Yield every series with its samples, those without any left out."""
        made = (
            self._of_worker(),
            self._of_group(),
            self._of_connectors(),
            self._of_tasks(),
            self._of_executors(),
            self.extra,
        )
        for part in made:
            yield from (family for family in part if family.samples)

    def _of_worker(self) -> Iterable[Family]:
        client = Labels(client_id=self.client_id)
        yield from _filled(connect.WORKER, self.worker, NONE)
        yield from _filled(connect.APP, self.app, client)

    def _of_group(self) -> Iterable[Family]:
        group = self.group
        if group is None:
            return
        client = Labels(client_id=self.client_id)
        yield from _filled(connect.REBALANCE, {**group.texts, **group.rebalances}, NONE)
        yield from _filled(connect.COORDINATOR, group.coordinator, client)
        yield from _filled(connect.CLIENT, group.client, client)

    def _of_connectors(self) -> Iterable[Family]:
        table = tabulated((*connect.CONNECTOR, *connect.WORKER_CONNECTOR))
        counted: dict[str, Counter[str]] = {seen.name: Counter() for seen in self.connectors}
        for task in self.tasks:
            counted.setdefault(task.id.connector, Counter())[task.state] += 1
        for name, states in counted.items():
            labels = Labels(connector=name)
            total = table[series.WORKER, "connector-total-task-count"]
            total.samples.append((labels, states.total()))
            for state in connect.TASK_STATES:
                family = table[series.WORKER, f"connector-{state}-task-count"]
                family.samples.append((labels, states[state]))
        for seen in self.connectors:
            labels = Labels(connector=seen.name)
            for metric, text in seen.texts.items():
                table[series.CONNECTOR, metric].samples.append((labels, text))
        return table.values()

    def _of_tasks(self) -> Iterable[Family]:
        families = [Family(each) for each in (*_TASK_SERIES, *own.TASKS)]
        by_metric = {family.series.name: family for family in families}
        lags = by_metric[own.SINK_LAG.name]
        for task in self.tasks:
            labels = Labels(connector=task.id.connector, task=str(task.id.task))
            by_metric["status"].samples.append((labels, task.state))
            if task.made_of:
                info = Labels(**labels.pairs, **task.made_of)
                by_metric[own.TASK_INFO.name].samples.append((info, 1))
            for metric, value in task.values.items():
                found = by_metric.get(metric)
                if found is not None:
                    found.samples.append((labels, value))
            for metric, (each, scale) in _OWN.items():
                if metric in task.values:
                    by_metric[each.name].samples.append((labels, task.values[metric] / scale))
            for topic, partition, lag in task.lags:
                place = Labels(**labels.pairs, topic=topic, partition=str(partition))
                lags.samples.append((place, lag))
        return families

    def _of_executors(self) -> Iterable[Family]:
        table = {each: Family(each) for each in own.EXECUTORS}
        for executor in self.executors:
            labels = Labels(executor=executor.name)
            table[own.EXECUTOR_TASKS].samples.append((labels, executor.tasks))
            found = None if executor.pid is None else process.figures(executor.pid)
            if found is not None:
                table[own.EXECUTOR_CPU].samples.append((labels, found.cpu_s))
                table[own.EXECUTOR_RSS].samples.append((labels, found.resident_bytes))
                table[own.EXECUTOR_FDS].samples.append((labels, found.open_fds))
        table[own.EXECUTOR_STARTS].samples.append((NONE, self.starts))
        table[own.EXECUTOR_CRASHES].samples.append((NONE, self.crashes))
        return table.values()


def _filled(
    wanted: Iterable[Series], values: Mapping[str, Value], labels: Labels
) -> Iterator[Family]:
    """Yield a family of one sample for each value that there is."""
    for each in wanted:
        value = values.get(each.name)
        if value is not None:
            yield Family(each, [(labels, value)])
