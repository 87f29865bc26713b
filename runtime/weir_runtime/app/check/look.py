"""Looks at a cluster and changes nothing: no group is joined, nothing is written or made."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from weir_runtime.aio.scope import Scope
from weir_runtime.api.errors import ConfigError, ConnectError, DataError, RetriableError
from weir_runtime.app.main import first
from weir_runtime.config.worker.topic import InternalTopic
from weir_runtime.kafka.control.admin import KafkaAdmin
from weir_runtime.kafka.control.connection import Connection
from weir_runtime.kafka.control.log import KafkaLog
from weir_runtime.kafka.control.settings import ClientSettings
from weir_runtime.kafka.ports import Entry, GroupDescription, LogRecord
from weir_runtime.model.cluster import ClusterConfig
from weir_runtime.storage import config_record, internal_topic, offset_index, status_record
from weir_runtime.storage.config_topic import KafkaConfigStore
from weir_runtime.storage.offset_index import OffsetIndex

REACH_S = 10.0
"""How long the cluster may take to answer at all."""

READ_S = 60.0
"""How long one internal topic may take to be read."""

_CALL_S = 5.0

Decode = Callable[[bytes | None, bytes | None], object]


@dataclass(slots=True)
class TopicLook:
    """What an internal topic is like.

    Attributes:
        partitions: None where the topic is not there.
        complaint: why a worker would refuse it.
        unseen: why it could not be looked at.
        doubled: keys that stand in several partitions.
    """

    partitions: int | None = None
    complaint: str | None = None
    unseen: str | None = None
    records: int = 0
    unreadable: list[str] = field(default_factory=list)
    places: dict[bytes, set[int]] = field(default_factory=dict)

    @property
    def doubled(self) -> int:
        """Return how many keys stand in several partitions."""
        return sum(len(numbers) > 1 for numbers in self.places.values())

    def count(self, record: LogRecord, decode: Decode) -> None:
        """Take note of a record."""
        self.records += 1
        if record.key is not None:
            self.places.setdefault(record.key, set()).add(record.partition)
        try:
            decode(record.key, record.value)
        except DataError as error:
            self.unreadable.append(str(error))


class ReadLog(KafkaLog):
    """A log that is read to its end, counted, and never written to."""

    def __init__(
        self, connection: Connection, topic: str, *, scope: Scope, look: TopicLook, decode: Decode
    ) -> None:
        super().__init__(connection, topic, scope=scope)
        self._look = look
        self._decode = decode

    async def start(
        self, apply: Callable[[Sequence[LogRecord]], None], *, timeout_s: float = READ_S
    ) -> None:
        """Read to the end."""

        def counted(records: Sequence[LogRecord]) -> None:
            for record in records:
                self._look.count(record, self._decode)
            apply(records)

        async with asyncio.timeout(timeout_s):
            await super().start(counted, timeout_s=timeout_s)

    async def append(
        self, entries: Sequence[Entry], *, timeout_s: float, read_back: bool = True
    ) -> None:
        """Refuse: a check writes nothing."""
        raise AssertionError(f"a check writes nothing to {self.topic}")


class Cluster:
    """A cluster that has answered."""

    def __init__(self, connection: Connection, scope: Scope) -> None:
        self._connection = connection
        self._scope = scope
        self._admin = KafkaAdmin(connection, timeout_s=_CALL_S)

    async def identity(self) -> tuple[str, int]:
        """Return the cluster's id and its number of brokers."""
        return await self._admin.cluster_id(), await self._admin.broker_count()

    async def group(self, name: str) -> GroupDescription:
        """Return the group of workers as it is now."""
        return await self._admin.describe_group(name)

    async def sink_offsets(self, group: str) -> int:
        """Return how many partitions a consumer group has committed offsets of."""
        return len(await self._admin.group_offsets(group))

    async def config(self, topic: InternalTopic) -> tuple[TopicLook, ClusterConfig | None]:
        """Read the config topic as a worker would."""
        look = await self._topic("config", topic)
        if not look.partitions or look.unseen:
            return look, None
        store = KafkaConfigStore(self._log(topic, look, config_record.decode))
        try:
            await store.start(lambda _: None)
            return look, store.snapshot()
        except (ConnectError, TimeoutError) as error:
            look.unseen = _reason(error)
            return look, None
        finally:
            await store.stop()

    async def offsets(self, topic: InternalTopic) -> tuple[TopicLook, OffsetIndex]:
        """Read the offsets topic."""
        index = OffsetIndex()

        def apply(records: Sequence[LogRecord]) -> None:
            for record in records:
                index.apply(record.key, record.value, record.timestamp_ms)

        look = await self._topic("offset", topic)
        await self._read(topic, look, apply, offset_index.decode)
        return look, index

    async def statuses(self, topic: InternalTopic) -> TopicLook:
        """Read the status topic."""
        look = await self._topic("status", topic)
        await self._read(topic, look, lambda _: None, _decode_status)
        return look

    async def _topic(self, store: str, topic: InternalTopic) -> TopicLook:
        look = TopicLook()
        try:
            look.partitions = await self._admin.topic_partitions(topic.name)
            if look.partitions is not None:
                await internal_topic.check_policy(self._admin, store, topic.name)
                if store == "config":
                    await internal_topic.check_single_partition(self._admin, topic.name)
        except ConfigError as error:
            look.complaint = str(error)
        except ConnectError as error:
            look.unseen = str(error)
        return look

    async def _read(
        self,
        topic: InternalTopic,
        look: TopicLook,
        apply: Callable[[Sequence[LogRecord]], None],
        decode: Decode,
    ) -> None:
        if not look.partitions or look.unseen:
            return
        log = self._log(topic, look, decode)
        try:
            await log.start(apply)
        except (ConnectError, TimeoutError) as error:
            look.unseen = _reason(error)
        finally:
            await log.stop()

    def _log(self, topic: InternalTopic, look: TopicLook, decode: Decode) -> ReadLog:
        return ReadLog(self._connection, topic.name, scope=self._scope, look=look, decode=decode)


def _reason(error: Exception) -> str:
    return str(error) or f"it was not read within {READ_S:g} s"


def _decode_status(key: bytes | None, value: bytes | None) -> object:
    part = status_record.decode_key(key)
    if part is None or value is None:
        return None
    if isinstance(part, status_record.TopicKey):
        return status_record.decode_topic(part, value)
    return status_record.decode_status(part, value)


@asynccontextmanager
async def reached(properties: Mapping[str, str], client_id: str) -> AsyncIterator[Cluster]:
    """Reach a cluster within `REACH_S`.

    Raises:
        ConfigError: the addresses or the security settings are wrong.
        RetriableError: no broker answers.
    """
    settings = ClientSettings.from_config({**properties, "client.id": client_id})
    bounded = min(settings.request_timeout_ms, int(REACH_S * 1000))
    connection = Connection(dataclasses.replace(settings, request_timeout_ms=bounded))
    try:
        async with asyncio.timeout(REACH_S):
            await connection.start()
    except TimeoutError as error:
        servers = properties["bootstrap.servers"]
        raise RetriableError(
            f"No broker of bootstrap.servers={servers} answers within {REACH_S:g} s"
        ) from error
    try:
        async with Scope() as scope:
            yield Cluster(connection, scope)
    except BaseExceptionGroup as errors:
        raise first(errors) from errors
    finally:
        await connection.close()
