"""Takes a look at the worker for its metrics; asks no executor and waits for nothing."""

from __future__ import annotations

from dataclasses import dataclass

from weir_runtime import KAFKA_VERSION
from weir_runtime.aio.clock import Clock
from weir_runtime.group.meter import GroupMeter
from weir_runtime.group.ports import Group
from weir_runtime.herder import request, scene
from weir_runtime.herder.catalog import Catalog
from weir_runtime.herder.loop import Loop
from weir_runtime.herder.state import Part
from weir_runtime.model.ids import TaskId
from weir_runtime.model.state import State
from weir_runtime.observe.metric import MetricRegistry
from weir_runtime.worker import protocol
from weir_runtime.worker.describe import Describer
from weir_runtime.worker.service import Services
from weir_runtime.worker.worker import Worker


@dataclass(frozen=True, slots=True)
class GroupSight:
    """What is looked at of a group."""

    group: Group
    meter: GroupMeter
    protocol: str


@dataclass(frozen=True, slots=True)
class Seen:
    """The parts of a worker that are looked at."""

    loop: Loop
    worker: Worker
    services: Services
    describer: Describer
    catalog: Catalog


@dataclass(frozen=True, slots=True)
class Sights:
    """What is looked at.

    Attributes:
        client_id: of the worker's own clients.
        registry: what the process counts itself.
        group: None in a standalone worker.
    """

    client_id: str
    commit: str
    clock: Clock
    seen: Seen
    registry: MetricRegistry
    group: GroupSight | None


class Monitor:
    """Looks at one worker."""

    def __init__(self, sights: Sights) -> None:
        self._sights = sights
        self._started_ms = sights.clock.now_ms()

    def look(self) -> scene.Scene:
        """Return what there is to see now."""
        sights, seen = self._sights, self._sights.seen
        parts = seen.loop.state.parts
        connectors = {key: part for key, part in parts.items() if isinstance(key, str)}
        tasks = {key: part for key, part in parts.items() if isinstance(key, TaskId)}
        counts = {"connector-count": float(len(connectors)), "task-count": float(len(tasks))}
        starts = seen.services.starts.values(sights.clock.now_ms())
        return scene.Scene(
            client_id=sights.client_id,
            worker={**counts, **starts},
            app={
                "version": KAFKA_VERSION,
                "commit-id": sights.commit,
                "start-time-ms": self._started_ms,
            },
            connectors=[self._connector(key, part) for key, part in connectors.items()],
            tasks=[self._task(key, part) for key, part in tasks.items()],
            group=self._group(len(connectors), len(tasks)),
            executors=[*self._executors()],
            starts=seen.worker.pool.starts,
            crashes=seen.worker.crashes,
            extra=list(sights.registry.families()),
        )

    def _connector(self, name: str, part: Part) -> scene.ConnectorSeen:
        order = self._sights.seen.worker.order(name, part.epoch)
        named = part.made_from.get(request.CLASS, "")
        texts = {
            "status": _state(part),
            "connector-type": self._sights.seen.catalog.connector_type(named),
            "connector-class": named if order is None else order.plugin.class_name,
        }
        if order is not None and order.plugin.version:
            texts["connector-version"] = order.plugin.version
        return scene.ConnectorSeen(name, texts)

    def _task(self, task: TaskId, part: Part) -> scene.TaskSeen:
        order = self._sights.seen.worker.order(task, part.epoch)
        row = self._sights.seen.services.figures.row(task, part.epoch)
        made_of = _made_of(order) if isinstance(order, protocol.StartTask) else {}
        if row is None:
            return scene.TaskSeen(task, _state(part), made_of, {}, ())
        return scene.TaskSeen(task, _state(part), made_of, row.values.copy(), row.lags)

    def _group(self, connectors: int, tasks: int) -> scene.GroupSeen | None:
        sight = self._sights.group
        if sight is None:
            return None
        texts = {"connect-protocol": sight.protocol}
        if sight.group.leader_url is not None:
            texts["leader-name"] = sight.group.leader_url
        return scene.GroupSeen(
            texts,
            {"epoch": sight.group.generation, **sight.meter.rebalances()},
            {
                "assigned-connectors": connectors,
                "assigned-tasks": tasks,
                **sight.meter.coordinator(),
            },
            sight.meter.client(),
        )

    def _executors(self) -> list[scene.ExecutorSeen]:
        pool = self._sights.seen.worker.pool
        found = [
            scene.ExecutorSeen(
                remote.name, remote.pid, sum(isinstance(key, TaskId) for key in pool.parts(remote))
            )
            for remote in pool.remotes()
        ]
        describing = self._sights.seen.describer.remote
        if describing is not None and not describing.ended:
            found.append(scene.ExecutorSeen(describing.name, describing.pid, 0))
        return found


def _state(part: Part) -> str:
    return (State.RESTARTING if part.restarting else part.state).value.lower()


def _made_of(order: protocol.StartTask) -> dict[str, str]:
    """Return the classes and versions that a task is made of."""
    return {
        "connector_class": order.plugin.class_name,
        "connector_type": "source" if order.producer else "sink",
        "connector_version": order.plugin.version,
        "task_class": order.config.get("task.class", ""),
        "key_converter_class": order.key_converter.plugin.class_name,
        "value_converter_class": order.value_converter.plugin.class_name,
        "header_converter_class": order.header_converter.plugin.class_name,
    }
