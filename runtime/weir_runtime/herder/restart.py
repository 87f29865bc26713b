"""Restarts: which parts a request means, and how they are brought about.

Source: KIP-745; org.apache.kafka.connect.runtime.RestartPlan.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from weir_runtime.herder import settle
from weir_runtime.herder.action import Action, PutStatus
from weir_runtime.herder.event import PartsRestarted
from weir_runtime.herder.settle import Step
from weir_runtime.herder.state import HerderState, PartId, Phase
from weir_runtime.model.cluster import RestartRequest
from weir_runtime.model.entities import ConnectorStatus
from weir_runtime.model.ids import TaskId
from weir_runtime.model.state import State, Status


@dataclass(frozen=True, slots=True)
class RestartPlan:
    """The parts that a restart request means."""

    connector: str | None
    tasks: tuple[TaskId, ...]

    @property
    def parts(self) -> tuple[PartId, ...]:
        """Return the connector, if it is meant, then the tasks."""
        first: tuple[PartId, ...] = () if self.connector is None else (self.connector,)
        return first + self.tasks


def plan(request: RestartRequest, connector: Status, tasks: Iterable[Status]) -> RestartPlan:
    """Choose parts by the statuses as they are now."""

    def meant(status: Status) -> bool:
        return not request.only_failed or status.state is State.FAILED

    chosen = tuple(
        status.part
        for status in tasks
        if request.include_tasks and isinstance(status.part, TaskId) and meant(status)
    )
    return RestartPlan(request.connector if meant(connector) else None, chosen)


def planned(status: ConnectorStatus, restart: RestartPlan) -> ConnectorStatus:
    """Return the status with the planned parts RESTARTING: the body of the reply."""
    shown = State.RESTARTING.value
    numbers = {task.task for task in restart.tasks}
    connector = status.connector
    if restart.connector is not None:
        connector = dataclasses.replace(connector, state=shown)
    tasks = [
        dataclasses.replace(task, state=shown) if task.id in numbers else task
        for task in status.tasks
    ]
    return ConnectorStatus(status.name, connector, tasks, status.type)


def strongest(requests: Sequence[RestartRequest]) -> RestartRequest:
    """Return the request that covers what the others ask for."""
    return max(requests, key=lambda request: request.strength)


def parts_restarted(state: HerderState, event: PartsRestarted) -> Step:
    """Stop the named parts that are owned here; they are started once they have stopped."""
    actions: list[Action] = []
    for key in event.parts:
        part = state.parts.get(key)
        if not state.ownership.has(key):
            continue
        if part is None:
            state, more = settle.settle(state, key)
            actions += more
        elif part.phase is not Phase.STOPPING:
            # shown at once for all parts, so that no reader finds one half of a restart
            actions.append(PutStatus(state.status(key, State.UNASSIGNED), safe=True))
            if event.shown:
                actions.append(PutStatus(state.status(key, State.RESTARTING)))
            state, more = settle.stop(state, key, restarting=True)
            actions += more
    return state, tuple(actions)
