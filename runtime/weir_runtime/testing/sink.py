"""Run a sink connector against memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from weir_runtime.api.batch import RecordBatch
from weir_runtime.api.column import RowsColumn
from weir_runtime.api.connector import SinkConnector, SinkTask, TopicPartition
from weir_runtime.api.errors import RetriableError
from weir_runtime.api.schema import Schema
from weir_runtime.testing.context import MemorySinkContext
from weir_runtime.testing.instance import NAME, make_connector, make_tasks

MOST_RETRIES = 10


@dataclass
class SinkRun:
    """What a sink did.

    Attributes:
        committed: by partition, the offset to go on from, as the task has allowed it.
        task: the task, stopped, for what it has counted.
        retries: how often a batch was offered again.
    """

    task: SinkTask[Any]
    committed: dict[TopicPartition, int] = field(default_factory=dict)
    retries: int = 0


def batch(
    topic: str,
    values: Sequence[Any],
    *,
    keys: Sequence[Any] | None = None,
    schema: Schema | None = None,
    partition: int = 0,
    offset: int | None = None,
) -> RecordBatch:
    """Return a batch of Python values as a sink gets it; offsets count up from `offset`.

    Without `offset` the run lets it follow the batch before it.
    """
    return RecordBatch(
        topic,
        RowsColumn(values),
        key=None if keys is None else RowsColumn(keys),
        value_schema=schema,
        partition=partition,
        offsets=None if offset is None else range(offset, offset + len(values)),
    )


def run_sink(
    kind: type[SinkConnector[Any]],
    config: Mapping[str, Any],
    batches: Sequence[RecordBatch],
    *,
    commit_each: bool = False,
) -> SinkRun:
    """Start the connector and one task, put the batches, commit, stop.

    A batch that the task answers with RetriableError is offered again, as are offsets that it
    seeks back to; a paused partition waits until it is resumed. `commit_each` commits after each
    put, as a short flush interval would.

    Raises:
        ConfigError: the config is refused.
        AssertionError: at the end a partition is still paused and has batches left.
        ConnectError: what the connector or its task has raised.
    """
    log = _Log(batches)
    connector = make_connector(kind, {"topics": ",".join(log.topics()), **config})
    connector.start()
    try:
        (task,) = make_tasks(connector, 1)
        if not isinstance(task, SinkTask):
            raise TypeError(f"{type(task).__name__} is no SinkTask")
        context = MemorySinkContext(NAME, 0, log.partitions())
        task.context = context
        run = SinkRun(task)
        try:
            task.start()
            task.open(sorted(log.partitions()))
            _deliver(run, log, context, commit_each=commit_each)
            _commit(run, log)
            task.close(sorted(log.partitions()))
        finally:
            task.stop()
    finally:
        connector.stop()
    return run


class _Log:
    """The batches as a consumer sees them: by partition, with a position."""

    def __init__(self, batches: Sequence[RecordBatch]) -> None:
        self._ends: dict[TopicPartition, int] = defaultdict(int)
        self._batches = [self._numbered(one) for one in batches]
        self.positions = {key: self._start(key) for key in sorted(self.partitions())}

    def topics(self) -> list[str]:
        return sorted({one.topic for one in self._batches})

    def partitions(self) -> frozenset[TopicPartition]:
        return frozenset(map(_partition, self._batches))

    def next(self, paused: set[TopicPartition]) -> RecordBatch | None:
        """Return the first batch, or what is left of it, beyond its partition's position."""
        for one in self._batches:
            key = _partition(one)
            offsets = one.offsets or ()
            if key in paused or not offsets or offsets[-1] < self.positions[key]:
                continue
            skipped = sum(offset < self.positions[key] for offset in offsets)
            return one.part(skipped, len(one)) if skipped else one
        return None

    def delivered(self, one: RecordBatch) -> None:
        """Move the position behind a batch."""
        if one.offsets:
            self.positions[_partition(one)] = one.offsets[-1] + 1

    def _numbered(self, one: RecordBatch) -> RecordBatch:
        key = _partition(one)
        if one.offsets is None:
            end = self._ends[key]
            one = replace(one, partition=key[1], offsets=range(end, end + len(one)))
        if one.offsets:
            self._ends[key] = one.offsets[-1] + 1
        return one

    def _start(self, key: TopicPartition) -> int:
        firsts = (one.offsets[0] for one in self._batches if _partition(one) == key and one.offsets)
        return next(firsts, 0)


def _partition(one: RecordBatch) -> TopicPartition:
    return one.topic, one.partition or 0


def _deliver(run: SinkRun, log: _Log, context: MemorySinkContext, *, commit_each: bool) -> None:
    retries = 0
    while (one := log.next(context.paused)) is not None:
        asked = context.commits_requested
        try:
            run.task.put(one)
        except RetriableError:
            retries += 1
            run.retries += 1
            if retries > MOST_RETRIES:
                raise
            continue
        retries = 0
        log.delivered(one)
        log.positions.update(context.sought)
        context.sought.clear()
        if commit_each or context.commits_requested > asked:
            _commit(run, log)
    held = log.next(set())
    if held is not None:
        raise AssertionError(f"{_partition(held)} is still paused and has batches left")


def _commit(run: SinkRun, log: _Log) -> None:
    allowed = run.task.pre_commit(dict(log.positions))
    # Invariant 2: never beyond what was put
    run.committed.update(
        {
            key: offset
            for key, offset in allowed.items()
            if key in log.positions and offset <= log.positions[key]
        }
    )
