"""What the leader does besides deciding: bury old statuses, make and rotate the session key."""

from __future__ import annotations

import asyncio
import logging
import secrets
from dataclasses import dataclass

from weir_runtime.aio.clock import Clock
from weir_runtime.api.errors import ConnectError
from weir_runtime.group.ports import Group
from weir_runtime.herder.stage import Stage
from weir_runtime.model.cluster import ClusterConfig, SessionKey
from weir_runtime.model.ids import TaskId
from weir_runtime.model.state import State, Status
from weir_runtime.storage.ports import ConfigStore, StatusStore

log = logging.getLogger(__name__)

RETRY_S = 5.0


def orphans(config: ClusterConfig, statuses: StatusStore) -> list[str | TaskId]:
    """Return parts that have a status and no place in the config topic."""
    found: list[str | TaskId] = []
    for connector in statuses.connectors():
        known = connector in config.connectors
        if not known and statuses.connector(connector) is not None:
            found.append(connector)
        wanted = config.task_ids(connector) if known else ()
        shown = (status.part for status in statuses.tasks(connector))
        found += [task for task in shown if isinstance(task, TaskId) and task not in wanted]
    return found


def bury(config: ClusterConfig, statuses: StatusStore, worker_id: str, generation: int) -> None:
    """Write tombstones for statuses of what no longer exists."""
    for part in orphans(config, statuses):
        statuses.put(Status(part, State.DESTROYED, worker_id, generation))
        if isinstance(part, str):
            statuses.remove_topics(part)


@dataclass(frozen=True, slots=True)
class KeySettings:
    """How session keys are made and when they are replaced."""

    algorithm: str = "HmacSHA256"
    size_bits: int = 256
    ttl_ms: int = 3_600_000


def key_due_in_s(key: SessionKey | None, settings: KeySettings, now_ms: int) -> float:
    """Return in how many seconds a new key is due; 0 for now."""
    if key is None or key.algorithm != settings.algorithm:
        return 0.0
    if settings.ttl_ms == 0:
        return float("inf")  # Source: KIP-507, a ttl of 0 never rotates
    return max(0.0, (key.created_ms + settings.ttl_ms - now_ms) / 1000)


class KeyKeeper:
    """Keeps the session key fresh while this worker leads (KIP-507)."""

    def __init__(
        self,
        configs: ConfigStore,
        group: Group,
        settings: KeySettings,
        *,
        clock: Clock,
        stage: Stage,
    ) -> None:
        self._configs = configs
        self._group = group
        self._settings = settings
        self._clock = clock
        self._stage = stage
        self._leads = asyncio.Event()

    def on_lead(self) -> None:
        """Look at the key, because this worker leads now."""
        self._leads.set()

    async def run(self) -> None:
        """Write keys for ever."""
        while True:
            await self._leads.wait()
            self._leads.clear()
            await self._keep()

    async def _keep(self) -> None:
        while self._group.is_leader:
            now_ms = self._clock.now_ms()
            wait_s = key_due_in_s(self._configs.snapshot().session_key, self._settings, now_ms)
            if wait_s > 0:
                await self._clock.sleep(min(wait_s, 60.0))
                continue
            key = SessionKey(
                secrets.token_bytes(self._settings.size_bits // 8), self._settings.algorithm, now_ms
            )
            try:
                with self._stage.during("writing a new session key to the config topic"):
                    await self._configs.put_session_key(key)
            except ConnectError as error:
                log.warning("Session key could not be written", extra={"cause": str(error)})
                await self._clock.sleep(RETRY_S)
