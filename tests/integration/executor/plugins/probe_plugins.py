"""Connectors that the tests of executors run in a child process."""

import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from weir_runtime.api.batch import RecordBatch
from weir_runtime.api.column import BytesColumn, TextColumn
from weir_runtime.api.config import Config, Opt
from weir_runtime.api.connector import (
    SinkConnector,
    SinkTask,
    SourceConnector,
    SourceTask,
    TopicPartition,
)
from weir_runtime.api.errors import ConnectError, RetriableError


class CountConfig(Config):
    """A source that counts."""

    topic: str = Opt(doc="Where to")
    rows: int = Opt(10_000, doc="How many")
    batch: int = Opt(500, doc="Rows a batch")
    size: int = Opt(0, doc="Bytes of padding; every tenth row is ten times as long")
    oversized: int = Opt(-1, doc="This row is too large for any broker")
    mode: str = Opt("plain", doc="plain, async, retriable, hang, keyed")
    pause_ms: int = Opt(0, doc="Wait between batches")


class CountTask(SourceTask[CountConfig]):
    """Counts from the stored offset on."""

    def batches(self) -> Iterator[RecordBatch | None] | AsyncIterator[RecordBatch | None]:
        if self.config.mode == "async":
            return self._async()
        return self._plain()

    def _batch(self, start: int) -> RecordBatch:
        config = self.config
        stop = min(start + config.batch, config.rows)
        rows = [self._row(number) for number in range(start, stop)]
        batch = RecordBatch(
            config.topic,
            BytesColumn(rows),
            source_partition={"counter": "one"},
            source_offset={"next": stop},
        )
        if config.mode == "keyed":
            batch.key = TextColumn([f"k{number % 7}".encode() for number in range(start, stop)])
            batch.headers = [
                None if number % 2 else [("n", str(number).encode()), ("null", None)]
                for number in range(start, stop)
            ]
            batch.timestamps = [1_700_000_000_000 + number for number in range(start, stop)]
        return batch

    def _row(self, number: int) -> bytes:
        if number == self.config.oversized:
            return b"x" * 3_000_000
        padding = self.config.size * (10 if number % 10 == 0 else 1)
        return f"{number:08}".encode() + b"." * padding

    def _start(self) -> int:
        offset = self.context.offset({"counter": "one"})
        return 0 if offset is None else int(offset["next"])

    def _plain(self) -> Iterator[RecordBatch | None]:
        start, began = self._start(), time.monotonic()
        while start < self.config.rows:
            batch = self._batch(start)
            start += len(batch)
            yield batch
            if self.config.pause_ms and self.context.wait(self.config.pause_ms / 1000):
                return
            if self.config.mode == "retriable" and time.monotonic() - began > 0.3:
                raise RetriableError("the database is away for a moment")
        if self.config.mode == "hang":
            time.sleep(600)
        while not self.context.wait(60):
            yield None

    async def _async(self) -> AsyncIterator[RecordBatch | None]:
        import asyncio

        start = self._start()
        while start < self.config.rows:
            batch = self._batch(start)
            start += len(batch)
            yield batch
            await asyncio.sleep(0)
        await asyncio.sleep(600)


class CountSource(SourceConnector[CountConfig]):
    """Makes one task."""

    config_class = CountConfig
    task_class = CountTask
    version: ClassVar[str] = "1.0"

    def task_configs(self, max_tasks: int) -> list[dict[str, str]]:
        return [{"topic": self.config.topic}] * max_tasks

    def validate(self, config: Mapping[str, str]) -> Mapping[str, list[str]]:
        return {"modules": sorted(sys.modules)}


class CollectConfig(Config):
    """A sink that writes lines."""

    file: str = Opt(doc="Where to")
    mode: str = Opt("plain", doc="plain, retriable, fail, kill, slow")
    at: int = Opt(0, doc="After how many rows")


class CollectTask(SinkTask[CollectConfig]):
    """Appends topic, partition, offset and value of each row, and the calls it has heard."""

    def start(self) -> None:
        self._file = Path(self.config.file).open("a", buffering=1 << 16)  # noqa: SIM115 - stop
        self._rows = 0
        self._refused = 0

    def open(self, partitions: Sequence[TopicPartition]) -> None:
        self._call("open", partitions)

    def close(self, partitions: Sequence[TopicPartition]) -> None:
        self._call("close", partitions)

    def put(self, batch: RecordBatch) -> None:
        mode, reached = self.config.mode, self._rows >= self.config.at
        if mode == "retriable" and reached and self._refused < 3:
            self._refused += 1
            raise RetriableError("not now")
        if mode == "fail" and reached:
            raise ConnectError("this row is not wanted")
        if mode == "kill" and reached:
            os.kill(os.getpid(), signal.SIGKILL)
        offsets = batch.offsets or ()
        times: Any = batch.timestamps
        for row, value in enumerate(batch.value.bytes_view()):
            text = "" if value is None else value.decode()
            key = "" if batch.key is None else batch.key.bytes_view()[row]
            header = batch.headers[row] if batch.headers else None
            print(
                batch.topic, batch.partition, offsets[row], text, key, header, times[row],
                sep="|", file=self._file,
            )  # fmt: skip
        self._rows += len(batch)

    def flush(self) -> None:
        self._file.flush()

    def stop(self) -> None:
        self._file.close()

    def _call(self, name: str, partitions: Sequence[TopicPartition]) -> None:
        print(f"#{name}", sorted(partitions), file=self._file, flush=True)


class CollectSink(SinkConnector[CollectConfig]):
    """Makes one task."""

    config_class = CollectConfig
    task_class = CollectTask
    version: ClassVar[str] = "1.0"

    def task_configs(self, max_tasks: int) -> list[dict[str, str]]:
        return [{"file": self.config.file}] * max_tasks
