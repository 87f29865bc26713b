"""The status store on a log; `memory.status_store` gives its twin without a broker."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from weir_runtime.aio.backoff import Backoff
from weir_runtime.aio.clock import Clock, SystemClock
from weir_runtime.aio.scope import Scope
from weir_runtime.api.errors import ConnectError, DataError, RequestTimeoutError
from weir_runtime.kafka.ports import Log, LogRecord
from weir_runtime.model.ids import TaskId
from weir_runtime.model.state import State, Status
from weir_runtime.storage.ports import TopicStatus
from weir_runtime.storage.status_record import (
    Part,
    TopicKey,
    decode_key,
    decode_status,
    decode_topic,
    encode_key,
    encode_value,
)
from weir_runtime.storage.status_table import StatusTable

LOG = logging.getLogger(__name__)

_WRITE_S = 30.0
_STOP_S = 5.0


class KafkaStatusStore:
    """`ports.StatusStore` on a log.

    `put` shows at once and queues; one task writes what is queued, the newest of each part, and
    repeats what fails. Until a write is read back the own entry hides what the topic says.

    Args:
        log: of the status topic.
        scope: runs the writer from `start` to `stop`.
    """

    def __init__(self, log: Log, *, scope: Scope, clock: Clock | None = None) -> None:
        self._log = log
        self._scope = scope
        self._clock = clock or SystemClock()
        self._table = StatusTable()
        # by part: whether a newer generation of another worker may stop the write
        self._queue: dict[Part, bool] = {}
        self._writing: dict[Part, bool] = {}
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._writer: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Read to the end, follow, and write from now on."""
        await self._log.start(self._apply)
        self._writer = self._scope.start(self._write_queued(), name="status-writer")

    async def stop(self) -> None:
        """Send what is queued, for a few seconds at most, and let go of the log."""
        writer, self._writer = self._writer, None
        if writer is not None:
            try:
                async with asyncio.timeout(_STOP_S):
                    await self._idle.wait()
            except TimeoutError:
                LOG.warning("%s statuses were not written in time", len(self._queue))
            writer.cancel()
            await asyncio.wait([writer])
        await self._log.stop()

    def put(self, status: Status) -> None:
        """Show a status at once and queue it."""
        self._put(status.part, status, safe=False)

    def put_safe(self, status: Status) -> None:
        """As `put`, unless a newer generation of another worker owns the entry."""
        if _may_write(self._table.get(status.part), status):
            self._put(status.part, status, safe=True)

    async def flush(self) -> None:
        """Wait until everything queued is in the topic."""
        await self._idle.wait()

    def connector(self, connector: str) -> Status | None:
        """Return the status of a connector."""
        return _visible(self._table.get(connector))

    def task(self, task: TaskId) -> Status | None:
        """Return the status of a task."""
        return _visible(self._table.get(task))

    def tasks(self, connector: str) -> Sequence[Status]:
        """Return the statuses of a connector's tasks by id."""
        found = [(part, entry) for part, entry in self._table.of(connector)]
        tasks = {part.task: entry for part, entry in found if isinstance(part, TaskId)}
        return [entry for _, entry in sorted(tasks.items()) if isinstance(entry, Status)]

    def connectors(self) -> Sequence[str]:
        """Return every connector that has a status, its own or a task's."""
        return self._table.connectors()

    def put_topic(self, status: TopicStatus) -> None:
        """Remember that a connector uses a topic."""
        part = TopicKey(status.topic, status.connector)
        if self._table.get(part) is None:
            self._put(part, status, safe=False)

    def topics(self, connector: str) -> Sequence[str]:
        """Return the active topics of a connector, sorted."""
        return sorted(
            part.topic for part, _ in self._table.of(connector) if isinstance(part, TopicKey)
        )

    def remove_topics(self, connector: str) -> None:
        """Forget the active topics of a connector."""
        for part, _ in list(self._table.of(connector)):
            if isinstance(part, TopicKey):
                self._put(part, None, safe=False)

    def _put(self, part: Part, entry: Status | TopicStatus | None, *, safe: bool) -> None:
        if isinstance(entry, Status) and entry.state is State.DESTROYED:
            entry = None
        self._table.show(part, entry)
        self._queue[part] = safe
        self._idle.clear()
        self._wake.set()

    async def _write_queued(self) -> None:
        backoff = Backoff(initial_s=0.1, maximum_s=10.0)
        while True:
            await self._wake.wait()
            self._wake.clear()
            self._writing, self._queue = self._queue, {}
            try:
                await self._write(list(self._writing))
            except ConnectError as error:
                if error.retriable or isinstance(error, RequestTimeoutError):
                    LOG.warning("Writing statuses: %s; trying again", error)
                    self._queue = {**self._writing, **self._queue}
                    self._wake.set()
                    await self._clock.sleep(backoff.next_s())
                    continue
                # other workers do not see these states; on this one they stay visible
                LOG.error("Writing statuses: %s", error)  # noqa: TRY400  one line, not a trace
            else:
                self._settle()
            backoff.reset()
            self._writing = {}
            if not self._queue:
                self._idle.set()

    async def _write(self, parts: Sequence[Part]) -> None:
        entries = []
        for part in parts:
            entry = self._table.get(part)
            # the part may have got a newer owner while this entry waited for its turn
            if self._writing[part] and not self._is_owner(part, entry):
                continue
            entries.append((encode_key(part), None if entry is None else encode_value(entry)))
        await self._log.append(entries, timeout_s=_WRITE_S)

    def _is_owner(self, part: Part, entry: Status | TopicStatus | None) -> bool:
        return not isinstance(entry, Status) or _may_write(self._table.replayed(part), entry)

    def _settle(self) -> None:
        """What is written has been read back: from here the topic speaks for itself."""
        for part in self._writing:
            if part not in self._queue:
                self._table.reveal(part)

    def _apply(self, records: Sequence[LogRecord]) -> None:
        for record in records:
            part = decode_key(record.key)
            if part is None:
                LOG.debug("Ignoring status record with key %r", record.key)
                continue
            try:
                self._table.replay(part, _decode(part, record.value))
            except DataError as error:
                LOG.warning("%s", error)
                continue
            if part not in self._queue and part not in self._writing:
                self._table.reveal(part)


def _decode(part: Part, value: bytes | None) -> Status | TopicStatus | None:
    if value is None:
        return None
    return decode_topic(part, value) if isinstance(part, TopicKey) else decode_status(part, value)


def _visible(entry: Status | TopicStatus | None) -> Status | None:
    return entry if isinstance(entry, Status) else None


def _may_write(present: Status | TopicStatus | None, status: Status) -> bool:
    """Tell whether an entry may be replaced by a "safe" write.

    Source: KafkaStatusBackingStore.CacheEntry.canWriteSafely.
    """
    return (
        not isinstance(present, Status)
        or present.worker_id == status.worker_id
        or present.generation <= status.generation
    )
