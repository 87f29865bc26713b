"""Base classes of connectors and tasks, with Apache's names.

A connector runs in an executor process, its tasks in threads there. What blocks, hangs or
raises in one of these methods is the runtime's to handle; an author only says what to do.

Source: org.apache.kafka.connect.source and .sink; KIP-875 (offsets), KIP-618 (exactly once).
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from weir_runtime.api.batch import RecordBatch
from weir_runtime.api.config import Config

C = TypeVar("C", bound=Config)

Partition = Mapping[str, Any]
Offset = Mapping[str, Any]
TopicPartition = tuple[str, int]


class TaskContext(Protocol):
    """What every task may ask of the runtime."""

    connector: str
    task: int
    logger: logging.Logger

    @property
    def stopping(self) -> bool:
        """True once the task has been asked to stop."""
        ...

    def wait(self, duration_s: float) -> bool:
        """Wait up to `duration_s` and return True at once when the task is asked to stop."""
        ...


class SourceTaskContext(TaskContext, Protocol):
    """What a source task may ask of the runtime."""

    def offset(self, partition: Partition) -> Offset | None:
        """Return the last committed offset of `partition`; may block on the offset store."""
        ...


class SinkTaskContext(TaskContext, Protocol):
    """What a sink task may ask of the runtime."""

    def assignment(self) -> frozenset[TopicPartition]:
        """Return the partitions this task holds now."""
        ...

    def seek(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Read on from these offsets after the present call returns."""
        ...

    def pause(self, partitions: Iterable[TopicPartition]) -> None:
        """Deliver nothing of these partitions until they are resumed."""
        ...

    def resume(self, partitions: Iterable[TopicPartition]) -> None:
        """Deliver these partitions again."""
        ...

    def request_commit(self) -> None:
        """Commit offsets soon instead of after the flush interval."""
        ...


class ConnectorContext(Protocol):
    """What a connector may ask of the runtime."""

    connector: str
    logger: logging.Logger

    def request_task_reconfiguration(self) -> None:
        """Have `task_configs` called again, because what is to be read has changed."""
        ...

    def fail(self, error: BaseException) -> None:
        """Put the connector into FAILED with this cause."""
        ...


class Task(Generic[C]):
    """One unit of work; made anew for each start.

    A task class may name a `config_class` of its own, for keys that its connector adds to task
    configs; without, a task config is parsed by the connector's.
    """

    config: C
    context: Any

    def start(self) -> None:
        """Open what the task needs; `config` and `context` are set."""

    def stop(self) -> None:
        """Close what `start` opened; called once, also after a failure."""


class SourceTask(Task[C]):
    """Reads from somewhere and yields batches."""

    context: SourceTaskContext

    def batches(self) -> Iterator[RecordBatch | None] | AsyncIterator[RecordBatch | None]:
        """Yield batches in order; None for "nothing now".

        A plain or an async generator. Waits go through `context.wait`, so that a stop ends
        them. A yielded batch is one poll, so it should stay below `MAX_BATCH_ROWS` rows.

        Raises:
            RetriableError: the same generator cannot go on; a new one is made after a back-off.
        """
        raise NotImplementedError

    def acknowledged(self, partition: Partition, offset: Offset) -> None:
        """Hear that everything up to `offset` is in Kafka and the offset is stored."""


class SinkTask(Task[C]):
    """Takes batches and writes them somewhere."""

    context: SinkTaskContext

    def open(self, partitions: Sequence[TopicPartition]) -> None:
        """Prepare for newly assigned partitions."""

    def put(self, batch: RecordBatch) -> None:
        """Take a batch of one partition.

        Raises:
            RetriableError: the same batch is offered again after a back-off.
        """
        raise NotImplementedError

    def pre_commit(self, offsets: Mapping[TopicPartition, int]) -> Mapping[TopicPartition, int]:
        """Make everything before `offsets` durable and return what may be committed."""
        self.flush()
        return offsets

    def flush(self) -> None:
        """Make everything put so far durable."""

    def close(self, partitions: Sequence[TopicPartition]) -> None:
        """Let go of partitions; what they hold has been committed where that was possible."""


class Connector(Generic[C]):
    """Describes a connector and splits its work into task configs.

    Class attributes:
        config_class: the pydantic model of the connector's own keys.
        task_class: what `task_configs` configure.
        java_task_class: `task.class` as Java writes it, for connectors that stand in for one
            of Apache's; empty for our own (then the Python path is written).
        version: shown in status and plugin lists.

    Attributes:
        config: the connector's own keys, parsed.
        properties: every key of the connector as it was given, also the framework's.
        context: what may be asked of the runtime.
    """

    config_class: ClassVar[type[Config]] = Config
    task_class: ClassVar[type[Task[Any]]]
    java_task_class: ClassVar[str] = ""
    version: ClassVar[str]

    config: C
    properties: Mapping[str, str]
    context: ConnectorContext

    def start(self) -> None:
        """Begin to watch what decides on the tasks; the attributes are set."""

    def stop(self) -> None:
        """End what `start` began."""

    def task_configs(self, max_tasks: int) -> list[dict[str, str]]:
        """Return one config a task, at most `max_tasks` of them.

        A task's config is parsed as the connector's was, so it holds what the task needs of
        `properties`.
        """
        raise NotImplementedError

    def validate(self, config: Mapping[str, str]) -> Mapping[str, list[str]]:
        """Return errors by key that no single key shows; called without `start`."""
        return {}

    def test_connection(self) -> None:
        """Try the credentials; raises ConnectError with what failed. Not called by `validate`."""

    def preview(self, max_rows: int) -> RecordBatch | None:
        """Return a few rows without moving anything, or None where that is not offered."""
        return None

    def alter_offsets(
        self, config: Mapping[str, str], offsets: Sequence[tuple[Partition, Offset | None]]
    ) -> bool:
        """Check offsets that a person wants to set; None resets a partition.

        Returns True where the connector confirms that these are all the offsets there are.

        Raises:
            ConnectError: the partition or offset is not one of this connector's.
        """
        return False


class SourceConnector(Connector[C]):
    """A connector whose tasks are `SourceTask`s."""

    def exactly_once_support(self, config: Mapping[str, str]) -> bool | None:
        """Tell whether `config` allows exactly-once; None where the author does not say."""
        return None


class SinkConnector(Connector[C]):
    """A connector whose tasks are `SinkTask`s."""
