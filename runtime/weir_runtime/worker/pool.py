"""Executors for connectors and tasks: as many as there are cores, placed by load."""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from weir_runtime.aio.scope import Scope
from weir_runtime.model.ids import TaskId
from weir_runtime.worker.pipe import Launcher
from weir_runtime.worker.protocol import Shutdown, ToChild
from weir_runtime.worker.remote import Listener, Remote

log = logging.getLogger(__name__)

PartId = str | TaskId


class Isolation(StrEnum):
    """Who shares an executor."""

    SHARED = "shared"
    CONNECTOR = "connector"


@dataclass(eq=False)
class Slot:
    """An executor and the parts that were placed on it."""

    key: str | None
    started: asyncio.Event = field(default_factory=asyncio.Event)
    remote: Remote | None = None
    failure: BaseException | None = None
    parts: set[PartId] = field(default_factory=set)

    @property
    def tasks(self) -> int:
        """Return how many tasks it holds; instances cost next to nothing."""
        return sum(isinstance(part, TaskId) for part in self.parts)

    @property
    def usable(self) -> bool:
        """Tell whether new parts may be placed on it."""
        if self.failure is not None:
            return False
        return self.remote is None or not (self.remote.ended or self.remote.draining)


class Pool:
    """Launches executors when needed and says which one a part goes to.

    Attributes:
        starts: executors launched so far.
    """

    def __init__(
        self,
        scope: Scope,
        launcher: Launcher,
        *,
        listener: Listener,
        size: int,
        isolation: Isolation = Isolation.SHARED,
    ) -> None:
        self._scope = scope
        self._launcher = launcher
        self._listener = listener
        self._size = max(1, size)
        self._isolation = isolation
        self._slots: list[Slot] = []
        self.starts = 0
        self._numbers = itertools.count(1)

    async def place(self, part: PartId) -> Remote:
        """Choose an executor for a part, starting one where that is better.

        Raises:
            OSError: the executor cannot be started.
        """
        slot = self._choose(part)
        slot.parts.add(part)
        await slot.started.wait()
        if slot.failure is not None:
            slot.parts.discard(part)
            raise slot.failure
        if slot.remote is None:
            raise AssertionError("a started slot has an executor")
        return slot.remote

    def remove(self, part: PartId, remote: Remote) -> None:
        """Take a part off its executor; an emptied one that is being given up is ended."""
        for slot in self._slots:
            if slot.remote is remote:
                slot.parts.discard(part)
                if remote.draining and not slot.parts:
                    remote.kill()

    def parts(self, remote: Remote) -> list[PartId]:
        """Return the parts placed on an executor."""
        return [part for slot in self._slots if slot.remote is remote for part in slot.parts]

    def forget(self, remote: Remote) -> list[PartId]:
        """Drop an executor that has ended and return the parts it held."""
        held = self.parts(remote)
        self._slots = [slot for slot in self._slots if slot.remote is not remote]
        return held

    def remotes(self) -> Iterator[Remote]:
        """Yield the running executors."""
        for slot in self._slots:
            if slot.remote is not None and not slot.remote.ended:
                yield slot.remote

    def post_all(self, message: ToChild) -> None:
        """Send a one-way message to every executor."""
        for remote in self.remotes():
            remote.post(message)

    async def stop(self, timeout_s: float) -> None:
        """Ask every executor to end, and kill those that do not."""
        remotes = list(self.remotes())
        for remote in remotes:
            remote.post(Shutdown())
        deadline = asyncio.get_running_loop().time() + timeout_s
        while any(not remote.ended for remote in remotes):
            if asyncio.get_running_loop().time() > deadline:
                for remote in remotes:
                    remote.kill()
                return
            await asyncio.sleep(0.01)

    def _choose(self, part: PartId) -> Slot:
        key = None
        if self._isolation is Isolation.CONNECTOR:
            key = part.connector if isinstance(part, TaskId) else part
        open_slots = [slot for slot in self._slots if slot.usable and slot.key == key]
        best = min(open_slots, key=lambda slot: (slot.tasks, len(slot.parts)), default=None)
        if best is not None and (key is not None or best.tasks == 0):
            return best
        if best is None or len(open_slots) < self._size:
            return self._launch(key)
        return best

    def _launch(self, key: str | None) -> Slot:
        slot = Slot(key)
        self.starts += 1
        self._slots.append(slot)
        name = f"executor-{next(self._numbers)}"
        self._scope.start(self._serve(slot, name), name=name)
        return slot

    async def _serve(self, slot: Slot, name: str) -> None:
        try:
            pipe = await self._launcher(name)
        except OSError as error:
            log.warning(
                "Executor could not be started", extra={"executor": name, "cause": str(error)}
            )
            slot.failure = error
            self._slots.remove(slot)
            slot.started.set()
            return
        slot.remote = Remote(pipe, self._listener)
        slot.started.set()
        await slot.remote.run()
