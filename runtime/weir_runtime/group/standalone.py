"""The group of a worker that shares with nobody: always leader, no broker."""

from __future__ import annotations

from weir_runtime.group.part import Parts
from weir_runtime.group.ports import Assigned, Listener
from weir_runtime.model.cluster import ClusterConfig

# as Java's standalone worker writes it into statuses
_GENERATION = 0


class StandaloneGroup:
    """`group.ports.Group` without a group."""

    def __init__(self, url: str, worker_id: str) -> None:
        self._url = url
        self._worker_id = worker_id
        self._listener: Listener | None = None

    @property
    def generation(self) -> int:
        """Return 0 while started."""
        return -1 if self._listener is None else _GENERATION

    @property
    def member_id(self) -> str:
        """Return the worker's id."""
        return self._worker_id

    @property
    def is_leader(self) -> bool:
        """Return True while started."""
        return self._listener is not None

    @property
    def leader_url(self) -> str | None:
        """Return this worker's own address while started."""
        return None if self._listener is None else self._url

    @property
    def lone(self) -> bool:
        """Return True while started."""
        return self._listener is not None

    async def start(self, listener: Listener) -> None:
        """Assign everything to this worker; `on_assigned` is called before the return."""
        self._listener = listener
        await listener.on_assigned(self._assigned(listener.snapshot()))

    async def stop(self) -> None:
        """End; there is nobody to tell."""
        self._listener = None

    def request_rejoin(self) -> None:
        """Do nothing: nobody else has a say, `reassign` is never None."""

    def reassign(self, config: ClusterConfig) -> Assigned | None:
        """Return everything that `config` wants."""
        return None if self._listener is None else self._assigned(config)

    def _assigned(self, config: ClusterConfig) -> Assigned:
        return Assigned(
            generation=_GENERATION,
            member_id=self._worker_id,
            leader_id=self._worker_id,
            leader_url=self._url,
            is_leader=True,
            lone=True,
            config_offset=config.offset,
            parts=Parts.configured(config),
        )
