"""A compacted topic as a replayed log: `ports.Log` on aiokafka's consumer and producer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError

from weir_runtime.aio.scope import Scope
from weir_runtime.api.errors import RequestTimeoutError, RetriableError
from weir_runtime.codec.murmur2 import partition_for
from weir_runtime.kafka.control.connection import Connection, plain
from weir_runtime.kafka.control.error import translate, translated
from weir_runtime.kafka.ports import Entry, LogRecord

LOG = logging.getLogger(__name__)

_GETMANY_MS = 2_000
_FETCH_BYTES = 8 * 1_048_576
# Below the broker's default message.max.bytes, which applies to whole batches
_BATCH_BYTES = 524_288
# Control records and compacted ends move the position without giving a record to wake up for.
_POSITION_CHECK_S = 0.02
_ERROR_PAUSE_S = 1.0


class KafkaLog:
    """One topic: a consumer of all partitions without a group, and a producer.

    The follower runs as a task of `scope`, from `start` to `stop`.

    Args:
        connection: started; used for metadata and end offsets, since the consumer's own
            connection is busy with a fetch that the broker holds back.
        topic: has to exist.
        committed: read only what is committed (the worker writes in transactions).
    """

    def __init__(
        self, connection: Connection, topic: str, *, scope: Scope, committed: bool = False
    ) -> None:
        self.topic = topic
        self._connection = connection
        self._scope = scope
        self._committed = committed
        self._consumer: Any = None
        self._producer: Any = None
        self._partitions: tuple[TopicPartition, ...] = ()
        self._follower: asyncio.Task[None] | None = None
        self._apply: Callable[[Sequence[LogRecord]], None] = lambda _: None
        self._position: dict[int, int] = {}
        self._waiters: list[tuple[Mapping[int, int], asyncio.Future[None]]] = []
        self._write = asyncio.Lock()

    async def start(
        self, apply: Callable[[Sequence[LogRecord]], None], *, timeout_s: float = 900.0
    ) -> None:
        """Replay from the beginning and follow from there.

        Raises:
            RetriableError: the topic's leaders cannot be reached.
            RequestTimeoutError: the end was not reached in time.
        """
        self._apply = apply
        leaders = await self._connection.retry(
            lambda: self._connection.leaders(self.topic),
            self._connection.settings.request_timeout_ms / 1000,
        )
        self._partitions = tuple(TopicPartition(self.topic, number) for number in sorted(leaders))
        with translated(f"Starting to read topic {self.topic}"):
            await self._start_clients()
        self._follower = self._scope.start(self._follow(), name=f"log-{self.topic}")
        await self.read_to_end(timeout_s)

    async def stop(self) -> None:
        """Stop following and close both clients."""
        follower, self._follower = self._follower, None
        if follower is not None:
            follower.cancel()
            await asyncio.wait([follower])
        consumer, self._consumer = self._consumer, None
        producer, self._producer = self._producer, None
        for client in (producer, consumer):
            if client is not None:
                await client.stop()

    async def append(
        self, entries: Sequence[Entry], *, timeout_s: float, read_back: bool = True
    ) -> None:
        """Write `entries` in order, as one batch a partition where they fit."""
        if not entries:
            return
        try:
            async with asyncio.timeout(timeout_s):
                ends = await self._produce(entries)
                if read_back:
                    await self._reached(ends)
        except TimeoutError as error:
            raise RequestTimeoutError(
                f"Writing to topic {self.topic} and reading back was not done in {timeout_s:g} s"
            ) from error

    async def read_to_end(self, timeout_s: float) -> None:
        """Apply everything that is in the topic now."""
        try:
            async with asyncio.timeout(timeout_s):
                numbers = [part.partition for part in self._partitions]
                ends = await self._connection.retry(
                    lambda: self._connection.end_offsets(
                        self.topic, numbers, committed=self._committed
                    ),
                    timeout_s,
                )
                await self._reached(ends)
        except (TimeoutError, RetriableError) as error:
            raise RequestTimeoutError(
                f"The end of topic {self.topic} was not reached in {timeout_s:g} s"
            ) from error

    def position(self) -> Mapping[int, int]:
        """Return by partition the offset of the next record to apply."""
        return self._position

    async def _start_clients(self) -> None:
        keywords = self._connection.settings.keywords()
        self._consumer = AIOKafkaConsumer(
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed" if self._committed else "read_uncommitted",
            fetch_max_wait_ms=self._connection.settings.fetch_wait_ms,
            fetch_max_bytes=_FETCH_BYTES,
            **keywords,
        )
        self._producer = AIOKafkaProducer(
            acks="all",
            enable_idempotence=False,
            linger_ms=0,
            max_batch_size=_BATCH_BYTES,
            max_request_size=self._connection.settings.max_request_bytes,
            **keywords,
        )
        await self._consumer.start()
        await self._producer.start()
        self._consumer.assign(self._partitions)
        await self._consumer.seek_to_beginning(*self._partitions)

    async def _follow(self) -> None:
        while True:
            try:
                batches = await self._consumer.getmany(timeout_ms=_GETMANY_MS)
            except KafkaError as error:
                LOG.warning("Reading topic %s: %s; trying again", self.topic, plain(error))
                await asyncio.sleep(_ERROR_PAUSE_S)
                continue
            for part, records in batches.items():
                self._apply(
                    [
                        LogRecord(part.partition, r.offset, r.timestamp, r.key, r.value)
                        for r in records
                    ]
                )
            await self._advance()

    async def _advance(self) -> None:
        """Take over the consumer's position, which counts what it skips, and wake who waits.

        The consumer moves its position in the same step of the loop in which the follower
        applies the records, so that a position seen here is always applied.
        """
        for part in self._partitions:
            self._position[part.partition] = await self._consumer.position(part)
        waiting = []
        for ends, reached in self._waiters:
            if reached.done():
                continue
            if all(self._position[number] >= end for number, end in ends.items()):
                reached.set_result(None)
            else:
                waiting.append((ends, reached))
        self._waiters = waiting

    async def _reached(self, ends: Mapping[int, int]) -> None:
        reached = asyncio.get_running_loop().create_future()
        self._waiters.append((ends, reached))
        await self._advance()
        while not reached.done():
            await asyncio.wait([reached], timeout=_POSITION_CHECK_S)
            await self._advance()

    async def _produce(self, entries: Sequence[Entry]) -> dict[int, int]:
        """Return by partition the offset behind the last entry written."""
        if self._producer is None:
            raise RetriableError(f"The log of topic {self.topic} is closed")
        what = f"Writing to topic {self.topic}"
        sent: list[asyncio.Future[Any]] = []
        with translated(what):
            async with self._write:  # entries of one call stay together
                for key, value in entries:
                    number = partition_for(key, len(self._partitions))
                    sent.append(
                        await self._producer.send(
                            self.topic, value=value, key=key, partition=number
                        )
                    )
        await asyncio.wait(sent)
        ends: dict[int, int] = {}
        for future in sent:
            if (error := future.exception()) is not None:
                raise translate(error, what) from error
            written = future.result()
            ends[written.partition] = max(ends.get(written.partition, 0), written.offset + 1)
        return ends
