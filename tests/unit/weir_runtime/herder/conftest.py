"""A world for the herder's decisions: the config topic and executors as plain data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from weir_runtime.herder import action, event
from weir_runtime.herder.decide import decide
from weir_runtime.herder.state import HerderState, Ownership, PartId
from weir_runtime.model.cluster import ClusterConfig
from weir_runtime.model.ids import TaskId
from weir_runtime.model.state import State, TargetState
from weir_runtime.storage import ports

EVERYTHING = Ownership(generation=1, leader=True, everything=True)


class World:
    """Runs `decide`, keeps the statuses, and lets a test play topic and executors."""

    def __init__(self) -> None:
        self.state = HerderState("w:8083", ownership=EVERYTHING)
        self.config = ClusterConfig()
        self.statuses: dict[PartId, State] = {}
        self.history: list[tuple[PartId, State]] = []
        self.done: list[action.Action] = []

    def send(self, what: event.Event) -> tuple[action.Action, ...]:
        self.state, actions = decide(self.state, what)
        for item in actions:
            if isinstance(item, action.PutStatus):
                self.statuses[item.status.part] = item.status.state
                self.history.append((item.status.part, item.status.state))
        self.done += actions
        return actions

    def read(self, change: ports.ConfigEvent) -> tuple[action.Action, ...]:
        return self.send(event.ConfigRead(change, self.config))

    def put(self, name: str, config: dict[str, str] | None = None) -> tuple[action.Action, ...]:
        created = name not in self.config.connectors
        stored = {**self.config.connectors, name: config or {"name": name}}
        self.config = replace(self.config, connectors=stored)
        return self.read(ports.ConnectorChanged(name, created))

    def remove(self, name: str) -> tuple[action.Action, ...]:
        def without(items: Any) -> Any:
            return {key: value for key, value in items.items() if key != name}

        self.config = replace(
            self.config,
            connectors=without(self.config.connectors),
            tasks=without(self.config.tasks),
            applied=without(self.config.applied),
            target_states=without(self.config.target_states),
        )
        return self.read(ports.ConnectorRemoved(name))

    def commit(self, name: str, *configs: dict[str, str]) -> tuple[action.Action, ...]:
        self.config = replace(
            self.config,
            tasks={**self.config.tasks, name: configs},
            applied={**self.config.applied, name: self.config.connectors[name]},
        )
        ids = tuple(TaskId(name, number) for number in range(len(configs)))
        return self.read(ports.TasksChanged(name, ids))

    def target(self, name: str, target: TargetState) -> tuple[action.Action, ...]:
        states = {**self.config.target_states, name: target}
        self.config = replace(self.config, target_states=states)
        return self.read(ports.TargetStateChanged(name))

    def report(self, part: PartId, state: State, **more: Any) -> tuple[action.Action, ...]:
        epoch = more.pop("epoch", None) or self.state.parts[part].epoch
        return self.send(event.PartReported(part, epoch, state, **more))

    def stopped(self, part: PartId) -> tuple[action.Action, ...]:
        return self.send(event.PartStopped(part, self.state.parts[part].epoch))

    def close_window(self) -> tuple[action.Action, ...]:
        return self.send(event.WindowClosed(self.state.window))

    def running(self, name: str, tasks: int = 1) -> None:
        """Bring a connector and its tasks to RUNNING."""
        self.put(name)
        self.report(name, State.RUNNING)
        self.commit(name, *({"task": str(number)} for number in range(tasks)))
        for number in range(tasks):
            self.report(TaskId(name, number), State.RUNNING)
        self.done.clear()
        self.history.clear()


def kinds(actions: tuple[action.Action, ...]) -> list[str]:
    return [type(item).__name__ for item in actions if not isinstance(item, action.PutStatus)]


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def names_of() -> Callable[[tuple[action.Action, ...]], list[str]]:
    return kinds


@pytest.fixture(scope="session")
def new_world() -> Callable[[], World]:
    return World
