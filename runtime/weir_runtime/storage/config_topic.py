"""The config store on a log; `memory.config_store` gives its twin without a broker."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from weir_runtime.api.errors import DataError
from weir_runtime.kafka.ports import Log, LogRecord
from weir_runtime.model.cluster import ClusterConfig, ConnectorConfig, RestartRequest, SessionKey
from weir_runtime.model.ids import TaskId
from weir_runtime.model.state import TargetState
from weir_runtime.storage.config_record import (
    CommitRecord,
    ConfigRecord,
    ConnectorRecord,
    LoggerRecord,
    RestartRecord,
    SessionKeyRecord,
    TargetStateRecord,
    TaskCountRecord,
    TaskRecord,
    decode,
    encode,
)
from weir_runtime.storage.config_replay import ConfigReplay
from weir_runtime.storage.ports import ConfigEvent

LOG = logging.getLogger(__name__)


class KafkaConfigStore:
    """`ports.ConfigStore` on a log of one partition.

    Args:
        log: of the config topic.
        timeout_s: for one write and its read-back.
    """

    def __init__(self, log: Log, *, timeout_s: float = 30.0) -> None:
        self._log = log
        self._timeout_s = timeout_s
        self._replay = ConfigReplay()
        self._listener: Callable[[ConfigEvent], None] | None = None

    def snapshot(self) -> ClusterConfig:
        """Return the state as of the last record read."""
        return self._replay.snapshot()

    async def start(self, listener: Callable[[ConfigEvent], None]) -> None:
        """Read to the end; `listener` hears what changes from then on."""
        await self._log.start(self._apply)
        self._replay.finish()
        self._listener = listener

    async def stop(self) -> None:
        """Let go of the log."""
        self._listener = None
        await self._log.stop()

    async def refresh(self, timeout_s: float) -> None:
        """Read to the end as it is now."""
        await self._log.read_to_end(timeout_s)

    async def put_connector(
        self, connector: str, config: ConnectorConfig, target_state: TargetState | None = None
    ) -> None:
        """Write a config, a given target state before it."""
        records: list[ConfigRecord] = [ConnectorRecord(connector, dict(config))]
        if target_state is not None:
            # KIP-980: the connector must not be seen without the state it is to start in
            records.insert(0, TargetStateRecord(connector, target_state))
        await self._write(*records)

    async def remove_connector(self, connector: str) -> None:
        """Write tombstones for config and target state.

        Where tasks were committed, an empty commit follows. Java passes over it, since the
        connector is gone; once compaction has removed the tombstones it says to us that the old
        task configs belong to nobody, also if the connector comes back.
        """
        records: list[ConfigRecord] = [
            ConnectorRecord(connector, None),
            TargetStateRecord(connector, None),
        ]
        if self._replay.has_trace(connector):
            records.append(CommitRecord(connector, 0))
        await self._write(*records)

    async def put_tasks(self, connector: str, configs: Sequence[ConnectorConfig]) -> None:
        """Write task configs and their commit."""
        tasks = [
            TaskRecord(TaskId(connector, number), config) for number, config in enumerate(configs)
        ]
        await self._write(*tasks, CommitRecord(connector, len(tasks)))

    async def put_target_state(self, connector: str, state: TargetState) -> None:
        """Write a target state."""
        await self._write(TargetStateRecord(connector, state))

    async def put_restart_request(self, request: RestartRequest) -> None:
        """Write a restart request."""
        await self._write(RestartRecord(request))

    async def put_logger_level(self, namespace: str, level: str) -> None:
        """Write a cluster-wide log level."""
        await self._write(LoggerRecord(namespace, level))

    async def put_session_key(self, key: SessionKey) -> None:
        """Write the key for internal requests."""
        await self._write(SessionKeyRecord(key))

    async def put_task_count(self, connector: str, tasks: int) -> None:
        """Write how many producers the next generation has to fence."""
        await self._write(TaskCountRecord(connector, tasks))

    async def _write(self, *records: ConfigRecord) -> None:
        await self._log.append([encode(record) for record in records], timeout_s=self._timeout_s)

    def _apply(self, records: Sequence[LogRecord]) -> None:
        for record in records:
            try:
                decoded = decode(record.key, record.value)
            except DataError as error:
                LOG.warning("%s (offset %s)", error, record.offset)
                decoded = None
            if decoded is None:
                self._replay.skip(record.offset)
                continue
            event = self._replay.apply(decoded, record.offset)
            if event is not None and self._listener is not None:
                self._listener(event)
