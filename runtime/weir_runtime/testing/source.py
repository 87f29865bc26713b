"""Run a source connector against memory."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from weir_runtime.api.batch import MAX_BATCH_ROWS, RecordBatch
from weir_runtime.api.connector import Offset, Partition, SourceConnector, SourceTask
from weir_runtime.api.errors import RetriableError
from weir_runtime.testing.context import (
    MemoryConnectorContext,
    MemorySourceContext,
    partition_key,
)
from weir_runtime.testing.instance import NAME, make_connector, make_tasks

MOST_RETRIES = 3


@dataclass
class SourceRun:
    """What a source gave.

    Attributes:
        batches: in the order in which they were yielded.
        committed: the offset of each source partition, once everything was acknowledged.
    """

    batches: list[RecordBatch] = field(default_factory=list)
    committed: list[tuple[Partition, Offset]] = field(default_factory=list)

    @property
    def rows(self) -> list[Any]:
        """Return all values as Python values."""
        return [row for batch in self.batches for row in batch.value.rows_view()]

    @property
    def keys(self) -> list[Any]:
        """Return all keys as Python values."""
        return [
            key
            for batch in self.batches
            for key in (batch.key.rows_view() if batch.key is not None else [None] * len(batch))
        ]


def run_source(
    kind: type[SourceConnector[Any]],
    config: Mapping[str, Any],
    *,
    rows: int | None = None,
    offsets: Sequence[tuple[Partition, Offset]] = (),
    tasks: int = 1,
    timeout_s: float = 5.0,
) -> SourceRun:
    """Start the connector, read, acknowledge each batch at once, stop.

    With `rows` it reads until there are at least so many; without, until each task has nothing
    more for now: it yields None, waits, or its generator ends. `offsets` are those to go on from,
    such as the `committed` of an earlier run. With several tasks, each yields a batch in turn.

    Raises:
        ConfigError: the config is refused.
        TimeoutError: `rows` did not come in time.
        ConnectError: what the connector or a task has raised.
    """
    run = SourceRun()
    known = {partition_key(partition): (partition, offset) for partition, offset in offsets}
    connector = make_connector(kind, config)
    connector.start()
    try:
        deadline_s = time.monotonic() + timeout_s
        with _Drivers(connector, tasks, known, stop_when_waiting=rows is None) as drivers:
            while drivers.step(run, known):
                missing = None if rows is None else rows - sum(map(len, run.batches))
                if missing is not None and missing <= 0:
                    break
                if time.monotonic() > deadline_s:
                    raise TimeoutError(f"{missing} rows did not come within {timeout_s:g} s")
    finally:
        connector.stop()
    context = connector.context
    if isinstance(context, MemoryConnectorContext) and context.failure is not None:
        raise context.failure
    run.committed = list(known.values())
    return run


def check_resume(kind: type[SourceConnector[Any]], config: Mapping[str, Any]) -> int:
    """Restart the source after each of its batches; all rows must come, each once, in order.

    For sources that end or wait at the end of what they read. Returns how many restarts it made.

    Raises:
        AssertionError: rows are lost, repeated or changed after a restart.
    """
    whole = run_source(kind, config)
    expected = whole.rows
    offsets: dict[str, tuple[Partition, Offset]] = {}
    done = 0
    for batch in whole.batches:
        done += len(batch)
        _remember(batch, offsets)
        rest = run_source(kind, config, offsets=list(offsets.values())).rows
        if rest != expected[done:]:
            raise AssertionError(
                f"Restarted at {[offset for _, offset in offsets.values()]}, after {done} of "
                f"{len(expected)} rows, it gave {rest[:3]} ({len(rest)} rows) "
                f"and not {expected[done : done + 3]} ({len(expected) - done} rows)"
            )
    return len(whole.batches)


def _remember(batch: RecordBatch, offsets: dict[str, tuple[Partition, Offset]]) -> None:
    if batch.source_partition is not None and batch.source_offset is not None:
        key = partition_key(batch.source_partition)
        offsets[key] = (batch.source_partition, batch.source_offset)


class _Drivers:
    """The tasks of a connector, started on entry and stopped on exit."""

    def __init__(
        self,
        connector: SourceConnector[Any],
        count: int,
        offsets: dict[str, tuple[Partition, Offset]],
        *,
        stop_when_waiting: bool,
    ) -> None:
        self._drivers: list[_Driver] = []
        for number, task in enumerate(make_tasks(connector, count)):
            if not isinstance(task, SourceTask):
                raise TypeError(f"{type(task).__name__} is no SourceTask")
            task.context = MemorySourceContext(
                NAME, number, offsets=offsets, stop_when_waiting=stop_when_waiting
            )
            self._drivers.append(_Driver(task, stop_when_waiting))
        self._running = list(self._drivers)

    def __enter__(self) -> Self:
        started: list[_Driver] = []
        try:
            for driver in self._drivers:
                started.append(driver)
                driver.task.start()
        except BaseException:
            for driver in started:
                driver.task.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for driver in self._drivers:
            driver.close()

    def step(self, run: SourceRun, offsets: dict[str, tuple[Partition, Offset]]) -> bool:
        """Take one batch of each task; False once none has more."""
        for driver in list(self._running):
            batch = driver.next()
            if batch is None:
                if driver.ended:
                    self._running.remove(driver)
                continue
            _check(batch)
            run.batches.append(batch)
            _remember(batch, offsets)
            if batch.source_partition is not None and batch.source_offset is not None:
                driver.task.acknowledged(batch.source_partition, batch.source_offset)
        return bool(self._running)


class _Driver:
    """One task and the generator of its batches, plain or asynchronous."""

    def __init__(self, task: SourceTask[Any], end_when_idle: bool) -> None:
        self.task = task
        self.ended = False
        self._end_when_idle = end_when_idle
        self._batches: Iterator[RecordBatch | None] | AsyncIterator[RecordBatch | None] | None
        self._batches = None
        self._runner: asyncio.Runner | None = None
        self._retries = 0

    def next(self) -> RecordBatch | None:
        """Return the next batch; None for nothing now or, with `ended`, nothing ever."""
        try:
            batch = self._advance()
        except (StopIteration, StopAsyncIteration):
            self.ended = True
            return None
        except RetriableError:
            # a worker makes a new generator after a back-off, and gives up on none
            self._retries += 1
            if self._retries > MOST_RETRIES:
                raise
            self._batches = None
            return None
        self._retries = 0
        self.ended = self._end_when_idle and batch is None
        return batch

    def close(self) -> None:
        """Ask the task to stop, end the generator, stop the task."""
        context = self.task.context
        if isinstance(context, MemorySourceContext):
            context.stopping = True
        try:
            self._close_generator()
        finally:
            self.task.stop()
            if self._runner is not None:
                self._runner.close()

    def _advance(self) -> RecordBatch | None:
        if self._batches is None:
            self._batches = self.task.batches()
        if isinstance(self._batches, AsyncIterator):
            if self._runner is None:
                self._runner = asyncio.Runner()
            return self._runner.run(_next(self._batches))
        return next(self._batches)

    def _close_generator(self) -> None:
        batches = self._batches
        if isinstance(batches, AsyncIterator):
            closing = getattr(batches, "aclose", None)
            if closing is not None and self._runner is not None:
                self._runner.run(closing())
        elif batches is not None:
            closing = getattr(batches, "close", None)
            if closing is not None:
                closing()


async def _next(batches: AsyncIterator[RecordBatch | None]) -> RecordBatch | None:
    return await anext(batches)


def _check(batch: RecordBatch) -> None:
    """Refuse what a worker would refuse."""
    if not isinstance(batch, RecordBatch):
        raise TypeError(f"A source yields RecordBatch or None, not {type(batch).__name__}")
    if len(batch) > MAX_BATCH_ROWS:
        raise ValueError(f"A batch of {len(batch)} rows is above the limit of {MAX_BATCH_ROWS}")
    if batch.key is not None and len(batch.key) != len(batch):
        raise ValueError(f"{len(batch.key)} keys for {len(batch)} values")
