"""Requests that change something: checked, written, read back."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

from weir_runtime.api.errors import AlreadyExistsError, NotFoundError, NotLeaderError
from weir_runtime.group.ports import Group
from weir_runtime.herder import request, restart
from weir_runtime.herder.catalog import Catalog
from weir_runtime.herder.event import PartsRestarted
from weir_runtime.herder.loop import Loop
from weir_runtime.herder.read import Reader
from weir_runtime.herder.request import Raw
from weir_runtime.herder.stage import Stage
from weir_runtime.herder.state import HerderState, Part, PartId, Phase
from weir_runtime.model.cluster import ConnectorConfig, RestartRequest
from weir_runtime.model.entities import ConnectorInfo, ConnectorStatus
from weir_runtime.model.ids import TaskId
from weir_runtime.model.state import State, TargetState
from weir_runtime.storage.ports import ConfigStore, StatusStore

REACHED_S = 1.0
"""How long a reply waits for the connector instance, so that a reader sees the new state."""

RESTARTED_S = 5.0
"""How long the reply to a plain restart waits for the instance or task to run again."""

_REACHED = {
    TargetState.STARTED: State.RUNNING,
    TargetState.PAUSED: State.PAUSED,
    TargetState.STOPPED: State.STOPPED,
}


Locks = weakref.WeakValueDictionary[str, asyncio.Lock]


@dataclass(frozen=True, slots=True)
class Ports:
    """What requests work on."""

    configs: ConfigStore
    statuses: StatusStore
    group: Group
    catalog: Catalog
    stage: Stage


def leading(group: Group) -> None:
    """Refuse where another worker leads.

    Raises:
        NotLeaderError: with the leader's address, if there is a leader.
    """
    # Invariant 3: one writer to the config topic, the leader
    if not group.is_leader:
        raise NotLeaderError("Only the leader may do this", group.leader_url)


class Writer:
    """Writes configs, target states and restarts; one request a connector at a time."""

    def __init__(self, ports: Ports, reader: Reader, loop: Loop) -> None:
        self._ports = ports
        self._reader = reader
        self._loop = loop
        self._locks: Locks = weakref.WeakValueDictionary()
        self._task_set_locks: Locks = weakref.WeakValueDictionary()

    async def create(
        self, name: str | None, config: Raw, initial_state: TargetState | None
    ) -> ConnectorInfo:
        """Validate and write a new connector."""
        name, config = request.named(name, config)
        async with self._writing(name):
            await self._validate(config)
            leading(self._ports.group)
            if name in self._ports.configs.snapshot().connectors:
                raise AlreadyExistsError(f"Connector {name} already exists")
            await self._put(name, config, initial_state)
            return self._reader.connector_info(name)

    async def put(self, connector: str, config: Raw) -> tuple[bool, ConnectorInfo]:
        """Create or replace; the first item tells whether it was created."""
        connector, config = request.named(connector, config)
        async with self._writing(connector):
            await self._validate(config)
            leading(self._ports.group)
            snapshot = self._ports.configs.snapshot()
            outcome = request.put(snapshot, connector, config, self._reader.states(connector))
            if outcome.write:
                await self._replace(connector, config)
            if outcome.revive:
                await self._request_restart(RestartRequest(connector, True, True))
            return outcome.created, self._reader.connector_info(connector)

    async def patch(self, connector: str, patch: Raw) -> ConnectorInfo:
        """Merge into the stored config."""
        async with self._writing(connector):
            stored = self._reader.connector_config(connector)
            config = request.patched(connector, stored, patch)
            await self._validate(config)
            leading(self._ports.group)
            if dict(stored) != config:
                await self._replace(connector, config)
            return self._reader.connector_info(connector)

    async def delete(self, connector: str) -> None:
        """Delete config and target state; offsets stay."""
        async with self._writing(connector):
            leading(self._ports.group)
            self._reader.connector_config(connector)
            text = f"removing the config for connector {connector} from the config topic"
            with self._ports.stage.during(text):
                async with _locked(self._task_set_locks, connector):
                    await self._ports.configs.remove_connector(connector)

            def gone(state: HerderState) -> bool:
                return connector not in state.parts and not any(state.tasks_here(connector))

            await self._loop.wait_until(gone, REACHED_S)

    async def set_target_state(self, connector: str, state: TargetState) -> None:
        """Pause, resume or stop; returns once the instance is there, or after a second."""
        async with self._writing(connector):
            stopping = state is TargetState.STOPPED
            if stopping:
                leading(self._ports.group)
            configs = self._ports.configs
            request.known(configs.snapshot(), connector, f"Unknown connector {connector}")
            text = f"writing the {state} target stage for connector {connector} to the config topic"
            with self._ports.stage.during(text):
                async with _locked(self._task_set_locks, connector):
                    if stopping:
                        await configs.put_tasks(connector, ())
                    await configs.put_target_state(connector, state)
            wanted = _REACHED[state]

            def reached(now: HerderState) -> bool:
                part = now.parts.get(connector)
                if part is None:
                    return True
                return part.phase is Phase.ACTIVE and part.state in (wanted, State.FAILED)

            await self._loop.wait_until(reached, REACHED_S)

    async def publish(self, connector: str, configs: Sequence[ConnectorConfig]) -> None:
        """Write a task set; nothing for a connector that was stopped or deleted meanwhile.

        Raises:
            NotLeaderError: another worker leads.
        """
        leading(self._ports.group)
        async with _locked(self._task_set_locks, connector):
            config = self._ports.configs.snapshot()
            stopped = config.target_state(connector) is TargetState.STOPPED
            if connector in config.connectors and not stopped:
                await self._ports.configs.put_tasks(connector, configs)

    async def restart_connector(
        self, connector: str, *, include_tasks: bool, only_failed: bool
    ) -> ConnectorStatus | None:
        """Restart parts; None for the plain form."""
        configs, statuses = self._ports.configs, self._ports.statuses
        request.known(configs.snapshot(), connector, f"Unknown connector: {connector}")
        if not include_tasks and not only_failed:
            if configs.snapshot().target_state(connector) is not TargetState.STOPPED:
                await self._restart_part(connector)
            return None
        leading(self._ports.group)
        status = statuses.connector(connector)
        if status is None:
            raise NotFoundError(f"Status for connector {connector} not found")
        wish = RestartRequest(connector, only_failed=only_failed, include_tasks=include_tasks)
        plan = restart.plan(wish, status, statuses.tasks(connector))
        body = restart.planned(self._reader.connector_status(connector), plan)
        await self._request_restart(wish)
        return body

    async def restart_task(self, connector: str, task: int) -> None:
        """Restart one task."""
        config = self._ports.configs.snapshot()
        request.known(config, connector, f"Unknown connector: {connector}")
        key = TaskId(connector, task)
        if key not in config.task_ids(connector):
            raise NotFoundError(f"Unknown task: {key}")
        await self._restart_part(key)

    async def _restart_part(self, part: PartId) -> None:
        await self._loop.turn()
        before = self._loop.state.parts.get(part)
        self._loop.send(PartsRestarted((part,)))
        await self._started_again(part, before, RESTARTED_S)

    async def _replace(self, connector: str, config: Raw) -> None:
        """Write a config; the instance that runs here runs with it on return, if it starts soon."""
        before = self._loop.state.parts.get(connector)
        await self._put(connector, config, None)
        await self._started_again(connector, before, REACHED_S)

    async def _started_again(self, part: PartId, before: Part | None, timeout_s: float) -> None:
        if before is None:
            return

        def again(state: HerderState) -> bool:
            now = state.parts.get(part)
            return now is not None and now.epoch != before.epoch and now.phase is Phase.ACTIVE

        await self._loop.wait_until(again, timeout_s)

    async def _request_restart(self, wish: RestartRequest) -> None:
        text = f"writing restart request for connector {wish.connector} to the config topic"
        with self._ports.stage.during(text):
            await self._ports.configs.put_restart_request(wish)
        # one turn to plan it and one to begin it: who asks next does not see the old RUNNING
        await self._loop.turn()
        await self._loop.turn()

    async def _validate(self, config: Raw) -> None:
        with self._ports.stage.during("validating connector configuration"):
            request.refuse_invalid(await self._ports.catalog.validate(config))

    async def _put(self, connector: str, config: Raw, initial_state: TargetState | None) -> None:
        stored: Mapping[str, str] = {k: v for k, v in config.items() if v is not None}
        text = f"writing a config for connector {connector} to the config topic"
        with self._ports.stage.during(text):
            await self._ports.configs.put_connector(connector, stored, initial_state)

    def _writing(self, connector: str) -> AbstractAsyncContextManager[None]:
        return _locked(self._locks, connector)


@asynccontextmanager
async def _locked(locks: Locks, connector: str) -> AsyncIterator[None]:
    lock = locks.setdefault(connector, asyncio.Lock())
    async with lock:
        yield
