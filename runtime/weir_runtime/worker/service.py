"""What executors may ask of their worker: offsets, topics, logging, metrics."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from weir_runtime.aio.clock import Clock
from weir_runtime.api.errors import ConnectError
from weir_runtime.kafka.ports import NewTopic
from weir_runtime.observe.context import LogContext
from weir_runtime.observe.window import Recency
from weir_runtime.storage.ports import OffsetStore, StatusStore, TopicStatus
from weir_runtime.worker import protocol
from weir_runtime.worker.figure import FigureTable, Starts
from weir_runtime.worker.protocol import Reply

Request = protocol.ReadOffsets | protocol.WriteOffsets | protocol.OffsetKeys | protocol.EnsureTopic


class Topics(Protocol):
    """Makes topics for source tasks."""

    async def create_topic(self, topic: NewTopic) -> bool:
        """Create a topic; False where it exists."""
        ...

    async def topic_partitions(self, topic: str) -> int | None:
        """Return the number of partitions, None for an unknown topic."""
        ...


@dataclass
class Services:
    """Answers the requests of executors.

    Attributes:
        topics: None where topics are not to be created.
        rule: by connector and topic, how the topic is to be made; None leaves it to the broker.
        figures: what executors have last said about their tasks.
        starts: how starts of connectors and tasks went.
    """

    offsets: OffsetStore
    statuses: StatusStore
    clock: Clock
    topics: Topics | None = None
    rule: Callable[[str, str], NewTopic | None] = lambda _connector, _topic: None
    recency: Recency = field(default_factory=Recency)
    figures: FigureTable = field(default_factory=FigureTable)
    starts: Starts = field(init=False)

    def __post_init__(self) -> None:
        """Begin to count starts."""
        self.starts = Starts(self.recency, self.clock.now_ms())

    async def answer(self, request: Request) -> Reply:
        """Carry out a request; failures become part of the reply."""
        try:
            result = await self._result(request)
        except ConnectError as error:
            return Reply(call=request.call, error=str(error), error_type=type(error).__name__)
        return Reply(call=request.call, result=result)

    async def _result(self, request: Request) -> Any:
        match request:
            case protocol.ReadOffsets(connector=connector, partitions=partitions):
                return await self.offsets.read(connector, partitions)
            case protocol.WriteOffsets(connector=connector, offsets=offsets):
                await self.offsets.write(connector, offsets)
                return True
            case protocol.OffsetKeys(connector=connector, partitions=partitions):
                return [self.offsets.key_for(connector, partition) for partition in partitions]
            case protocol.EnsureTopic(connector=connector, topic=topic):
                return await self._ensure_topic(connector, topic)

    async def _ensure_topic(self, connector: str, topic: str) -> bool:
        if self.topics is None or await self.topics.topic_partitions(topic) is not None:
            return False
        rule = self.rule(connector, topic)
        return rule is not None and await self.topics.create_topic(rule)

    def topic_used(self, message: protocol.TopicUsed) -> None:
        """Remember that a connector uses a topic."""
        self.statuses.put_topic(
            TopicStatus(message.topic, message.connector, message.task, self.clock.now_ms())
        )

    def measured(self, message: protocol.Metrics) -> None:
        """Keep what an executor says about its tasks."""
        self.figures.merge(message.tasks)


def relog(message: protocol.LogRecord) -> None:
    """Hand a child's log record to this process's loggers, which decide on its level."""
    logger = logging.getLogger(message.logger)
    if not logger.isEnabledFor(message.level):
        return
    record = logger.makeRecord(
        message.logger, message.level, "(executor)", 0, message.message, (), None
    )
    record.created = message.created
    record.msecs = (message.created % 1) * 1000
    record.exc_text = message.exception
    record.context = None
    if message.connector is not None:
        record.context = LogContext(message.connector, message.task, message.part)
    for name, value in message.fields.items():
        setattr(record, name, value)
    logger.handle(record)
