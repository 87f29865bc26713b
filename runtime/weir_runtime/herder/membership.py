"""The herder's side of the group: assignments become events, revocations are waited for."""

from __future__ import annotations

import logging
from collections.abc import Callable

from weir_runtime.api.errors import ConnectError
from weir_runtime.group.part import Parts
from weir_runtime.group.ports import Assigned, Group
from weir_runtime.herder.event import OwnershipChanged
from weir_runtime.herder.loop import Loop
from weir_runtime.herder.state import HerderState, Ownership, PartId
from weir_runtime.model.cluster import ClusterConfig
from weir_runtime.storage.ports import (
    ConfigEvent,
    ConfigStore,
    ConnectorChanged,
    ConnectorRemoved,
    TasksChanged,
)

log = logging.getLogger(__name__)

CATCH_UP_S = 3.0
STOPPED_S = 30.0


class Membership:
    """Hears the group and tells the loop."""

    def __init__(
        self, configs: ConfigStore, group: Group, loop: Loop, on_lead: Callable[[], None]
    ) -> None:
        self._configs = configs
        self._group = group
        self._loop = loop
        self._on_lead = on_lead

    def snapshot(self) -> ClusterConfig:
        """Return the config topic as read."""
        return self._configs.snapshot()

    async def on_assigned(self, assigned: Assigned) -> None:
        """Catch up with the config topic, then own what is assigned."""
        if assigned.config_mismatch or assigned.config_offset > self.snapshot().offset:
            try:
                await self._configs.refresh(CATCH_UP_S)
            except ConnectError as error:
                log.warning("Config topic could not be read", extra={"cause": str(error)})
                self._group.request_rejoin()
                return
        if assigned.config_mismatch:
            self._group.request_rejoin()
            return
        ownership = Ownership(
            assigned.generation,
            assigned.is_leader,
            everything=assigned.lone,
            connectors=assigned.parts.connectors,
            tasks=assigned.parts.tasks,
        )
        self._loop.send(OwnershipChanged(ownership, self.snapshot()))
        if assigned.is_leader:
            self._on_lead()

    async def on_revoked(self, parts: Parts) -> None:
        """Stop parts that another worker will get."""
        now = self._loop.state.ownership
        mine = _owned(self._loop.state) - parts
        left = Ownership(now.generation, now.leader, connectors=mine.connectors, tasks=mine.tasks)
        self._loop.send(OwnershipChanged(left, self.snapshot()))
        await self._wait_stopped(parts)

    async def on_coordinator_lost(self, parts: Parts) -> None:
        """Stop everything."""
        self._loop.send(OwnershipChanged(Ownership(generation=-1), self.snapshot()))
        await self._wait_stopped(_owned(self._loop.state) | parts)

    def config_changed(self, change: ConfigEvent) -> None:
        """Have the group deal out anew what a change of the config asks for."""
        if self._group.lone or not isinstance(
            change, ConnectorChanged | ConnectorRemoved | TasksChanged
        ):
            return
        if isinstance(change, ConnectorChanged) and not change.created:
            return
        self._group.request_rejoin()

    async def _wait_stopped(self, parts: Parts) -> None:
        keys: set[PartId] = {*parts.connectors, *parts.tasks}

        def stopped(state: HerderState) -> bool:
            return not keys & state.parts.keys()

        if not await self._loop.wait_until(stopped, STOPPED_S):
            log.warning(
                "Revoked parts did not stop in time", extra={"parts": sorted(map(str, keys))}
            )


def _owned(state: HerderState) -> Parts:
    return Parts.of(
        (part for part in state.parts if isinstance(part, str)),
        (part for part in state.parts if not isinstance(part, str)),
    )
