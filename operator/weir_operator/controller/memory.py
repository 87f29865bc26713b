"""Twins of the ports that live in memory, for tests and for programs that embed a controller."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from weir_operator.controller.ports import Change, Gone, OwnerGoneError, Present, ReportError
from weir_operator.plan.model import Desired, Owner


class MemorySource:
    """Desires that a program sets."""

    def __init__(self, *desires: Desired) -> None:
        self.desires = {desired.owner.uid: desired for desired in desires}
        self._changes: asyncio.Queue[Change] = asyncio.Queue()

    async def list(self) -> Sequence[Desired]:
        """Return every desire."""
        return list(self.desires.values())

    async def changes(self) -> AsyncIterator[Change]:
        """Yield what was set or removed since."""
        while True:
            yield await self._changes.get()

    def put(self, desired: Desired) -> None:
        """Create or replace a desire."""
        self.desires[desired.owner.uid] = desired
        self._changes.put_nowait(Present(desired))

    def remove(self, uid: str) -> None:
        """Take a desire away."""
        if self.desires.pop(uid, None) is not None:
            self._changes.put_nowait(Gone(uid))


class MemoryReport:
    """Results kept in memory; a deleted resource goes with its finalizer, as on an API server.

    `failing` makes every write fail while it holds a sentence.
    """

    def __init__(self, source: MemorySource) -> None:
        self._source = source
        self.statuses: dict[str, dict[str, Any]] = {}
        self.writes: list[tuple[str, str]] = []
        self.events: list[tuple[str, str, str]] = []
        self.failing = ""

    def _known(self, owner: Owner) -> Desired:
        if self.failing:
            raise ReportError(self.failing)
        desired = self._source.desires.get(owner.uid)
        if desired is None:
            raise OwnerGoneError(f"{owner} does not exist")
        return desired

    async def status(self, owner: Owner, status: Mapping[str, Any]) -> None:
        """Keep a status."""
        self._known(owner)
        self.writes.append((owner.name, "status"))
        self.statuses[owner.name] = copy.deepcopy(dict(status))

    async def add_finalizer(self, owner: Owner) -> None:
        """Hold a resource."""
        desired = self._known(owner)
        if desired.deleting:
            raise OwnerGoneError(f"{owner} is being deleted")
        self.writes.append((owner.name, "add_finalizer"))
        self._source.put(replace(desired, finalizer=True))

    async def remove_finalizer(self, owner: Owner) -> None:
        """Let a resource go."""
        if self.failing:
            raise ReportError(self.failing)
        desired = self._source.desires.get(owner.uid)
        if desired is None:
            return
        self.writes.append((owner.name, "remove_finalizer"))
        if desired.deleting:
            self._source.remove(owner.uid)
        else:
            self._source.put(replace(desired, finalizer=False))

    async def event(
        self, owner: Owner, *, kind: Literal["Normal", "Warning"], reason: str, message: str
    ) -> None:
        """Keep an event."""
        del kind
        self.events.append((owner.name, reason, message))
