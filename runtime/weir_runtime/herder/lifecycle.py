"""Start and stop of a herder: stores first and last, the group in between."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

from weir_runtime.aio.scope import Scope
from weir_runtime.api.errors import ConnectError
from weir_runtime.group.ports import Group
from weir_runtime.herder import duty
from weir_runtime.herder.duty import KeyKeeper
from weir_runtime.herder.event import ConfigRead, OwnershipChanged
from weir_runtime.herder.herder import WorkerHerder
from weir_runtime.herder.loop import Loop, Performer
from weir_runtime.herder.membership import Membership
from weir_runtime.herder.stage import Stage
from weir_runtime.herder.state import HerderState, Ownership
from weir_runtime.observe.redaction import SECRETS
from weir_runtime.storage.ports import (
    ConfigEvent,
    ConfigStore,
    ConnectorChanged,
    OffsetStore,
    StatusStore,
)
from weir_runtime.worker.worker import Worker

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Running:
    """Everything that is started and stopped with a herder; `keys` None where none are used."""

    scope: Scope
    stage: Stage
    loop: Loop
    performer: Performer
    configs: ConfigStore
    statuses: StatusStore
    offsets: OffsetStore
    group: Group
    worker: Worker
    keys: KeyKeeper | None


class Lifecycle:
    """Starts a herder bottom-up and stops it top-down.

    Attributes:
        running: what is started and stopped.
        replayed: set once the internal topics have been read.
    """

    def __init__(self, running: Running, herder: WorkerHerder) -> None:
        self.running = running
        self._herder = herder
        self._membership = Membership(running.configs, running.group, running.loop, self._on_lead)
        self.replayed = asyncio.Event()

    async def start(self) -> None:
        """Read the internal topics, then begin to join the group.

        Raises:
            ConnectError: a store cannot be read, or its topic is not as it must be.
        """
        running = self.running
        running.scope.start(running.loop.run(running.performer), name="herder")
        with running.stage.during("initializing and reading to the end of internal topics"):
            await together(
                running.statuses.start(),
                running.offsets.start(),
                running.configs.start(self._on_change),
            )
        self.replayed.set()
        if running.keys is not None:
            running.scope.start(running.keys.run(), name="session key")
        await running.group.start(self._membership)
        running.scope.start(self._join(), name="first assignment")

    async def stop(self, budget_s: float) -> None:
        """Stop parts, leave the group, let go of stores; what hangs is left behind."""
        running = self.running
        deadline = asyncio.get_running_loop().time() + budget_s
        with running.stage.during("shutting down"):
            generation = running.loop.state.ownership.generation
            empty = OwnershipChanged(Ownership(generation), running.configs.snapshot())
            running.loop.send(empty)
            if not await running.loop.wait_until(_idle, budget_s * 0.8):
                log.warning(
                    "Parts did not stop in time",
                    extra={"parts": sorted(map(str, running.loop.state.parts))},
                )
            steps = (
                running.worker.stop(max(0.5, deadline - asyncio.get_running_loop().time())),
                running.statuses.flush(),
                running.group.stop(),
                running.configs.stop(),
                running.statuses.stop(),
                running.offsets.stop(),
            )
            for step in steps:
                await _within(step, deadline)

    async def _join(self) -> None:
        with self.running.stage.during("ensuring membership in the cluster"):
            await self.running.loop.wait_until(_is_member, float("inf"))
        self._herder.ready.set()
        log.info("Worker is ready", extra={"generation": self.running.group.generation})

    def _on_change(self, change: ConfigEvent) -> None:
        if isinstance(change, ConnectorChanged):
            SECRETS.learn_config(change.connector, self._configs_of(change.connector))
        self.running.loop.send(ConfigRead(change, self.running.configs.snapshot()))
        self._membership.config_changed(change)

    def _configs_of(self, connector: str) -> Mapping[str, str]:
        return self.running.configs.snapshot().connectors.get(connector, {})

    def _on_lead(self) -> None:
        running = self.running
        state = running.loop.state
        generation = running.group.generation
        duty.bury(running.configs.snapshot(), running.statuses, state.worker_id, generation)
        if running.keys is not None:
            running.keys.on_lead()


async def together(*steps: Coroutine[Any, Any, None]) -> None:
    """Run steps at the same time; the first error is raised as it is, once all have ended."""
    try:
        async with asyncio.TaskGroup() as group:
            for step in steps:
                group.create_task(step)
    except* ConnectError as errors:
        raise _first(errors) from None


def _first(errors: BaseExceptionGroup[ConnectError]) -> ConnectError:
    first = errors.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first


async def _within(step: Coroutine[Any, Any, None], deadline: float) -> None:
    left = max(0.5, deadline - asyncio.get_running_loop().time())
    try:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(left):
                await step
    except ConnectError as error:
        log.warning("Could not be stopped cleanly", extra={"cause": str(error)})


def _idle(state: HerderState) -> bool:
    return not state.parts


def _is_member(state: HerderState) -> bool:
    ownership = state.ownership
    return ownership.everything or ownership.generation > 0
