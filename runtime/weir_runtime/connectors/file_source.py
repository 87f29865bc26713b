"""FileStreamSource: the lines of a file, or of standard input, as records.

Keys, offsets and line ends are Java's. Differences: a file that was truncated or replaced is
noticed and read from its beginning, positions count bytes where Java counts characters, and the
last line of a stream that has ended is delivered without a line end.

Source: org.apache.kafka.connect.file.FileStreamSourceConnector and FileStreamSourceTask.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from weir_runtime.api.batch import MAX_BATCH_ROWS, RecordBatch
from weir_runtime.api.column import TextColumn
from weir_runtime.api.config import Config, Opt
from weir_runtime.api.connector import Offset, Partition, SourceConnector, SourceTask
from weir_runtime.api.errors import ConnectError
from weir_runtime.api.schema import STRING
from weir_runtime.connectors.line import LineSplitter
from weir_runtime.connectors.stream import End, Stream, open_stream

MISSING_FILE_WAIT_S = 1.0
LEAST_WAIT_S, MOST_WAIT_S = 0.05, 1.0
FILENAME, POSITION = "filename", "position"


class FileSourceConfig(Config):
    """Keys of FileStreamSource."""

    file: str | None = Opt(
        None,
        doc="Source filename. If not specified, the standard input will be used",
        importance="high",
    )
    topic: str = Opt(doc="The topic to publish data to", importance="high", min_length=1)
    batch_size: int = Opt(
        2000,
        doc="The maximum number of records the source task can read from the file each time it "
        "is polled",
        importance="low",
    )


class FileStreamSourceTask(SourceTask[FileSourceConfig]):
    """Reads blocks and yields their lines as text that is never decoded."""

    def start(self) -> None:
        """Make ready; the file itself may come later."""
        self._stream: Stream | None = None
        self._lines = LineSplitter()
        # fewer than one a poll is one, as in Java
        self._rows = min(max(self.config.batch_size, 1), MAX_BATCH_ROWS)
        self._partition: Partition | None = None
        self._position = 0

    def stop(self) -> None:
        """Close the file; standard input stays open."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def batches(self) -> Iterator[RecordBatch | None]:
        """Yield lines as they come, after waiting for a file that is not there yet."""
        stream = self._wait_open()
        if stream is not None and stream.regular and self.config.file:
            self._partition = {FILENAME: self.config.file}
            self._resume(stream, self._partition)
        idle_s = LEAST_WAIT_S
        while stream is not None and not self.context.stopping:
            if block := stream.read():
                idle_s = LEAST_WAIT_S
                yield from self._cut(block)
            elif end := stream.end():
                yield from self._last_line()
                stream = self._after(end, stream)
            else:
                yield None
                self.context.wait(idle_s)
                idle_s = min(idle_s * 2, MOST_WAIT_S)

    def _wait_open(self) -> Stream | None:
        """Return the open stream, None on a stop."""
        waited = False
        while (stream := open_stream(self.config.file)) is None:
            if not waited:
                self.context.logger.warning(
                    "Couldn't find file %s, waiting for it to be created", self.config.file
                )
            waited = True
            if self.context.wait(MISSING_FILE_WAIT_S):
                return None
        self._stream = stream
        return stream

    def _resume(self, stream: Stream, partition: Partition) -> None:
        position = (self.context.offset(partition) or {}).get(POSITION)
        if position is None:
            return
        if not _is_long(position):
            raise ConnectError("Offset position is the incorrect type")
        size = stream.size()
        if position > size:
            self.context.logger.warning(
                "File %s has %d bytes, fewer than its offset %d: it must be another file, "
                "which is read from its beginning",
                self.config.file,
                size,
                position,
            )
            return
        stream.seek(position)
        self._position = position

    def _after(self, end: End, stream: Stream) -> Stream | None:
        """Return what to read on once a stream has ended, None on a stop."""
        if end is End.CLOSED:
            self.context.wait(MOST_WAIT_S)
            return stream
        self.context.logger.warning(
            "File %s %s and is read from its beginning", self.config.file, end.value
        )
        self._position = 0
        if end is End.TRUNCATED:
            stream.seek(0)
            return stream
        self.stop()
        return self._wait_open()

    def _cut(self, block: bytes) -> Iterator[RecordBatch]:
        lines, sizes = self._lines.split(block)
        for first in range(0, len(lines), self._rows):
            rows = lines[first : first + self._rows]
            if sizes is None:
                self._position += sum(map(len, rows)) + len(rows)
            else:
                self._position += sum(sizes[first : first + self._rows])
            yield self._batch(rows, self._position)

    def _last_line(self) -> Iterator[RecordBatch]:
        """Yield what was held back: its end can no longer come."""
        line = self._lines.rest()
        if line is not None:
            yield self._batch([line], 0)

    def _batch(self, rows: list[bytes], position: int) -> RecordBatch:
        return RecordBatch(
            self.config.topic,
            TextColumn(rows),
            value_schema=STRING,
            source_partition=self._partition,
            source_offset=None if self._partition is None else {POSITION: position},
        )


class FileStreamSourceConnector(SourceConnector[FileSourceConfig]):
    """One task for one file."""

    config_class = FileSourceConfig
    task_class = FileStreamSourceTask
    java_task_class: ClassVar[str] = "org.apache.kafka.connect.file.FileStreamSourceTask"
    version: ClassVar[str] = "4.3.1"

    def task_configs(self, max_tasks: int) -> list[dict[str, str]]:
        """Return one config: a file is read in order."""
        return [dict(self.properties)]

    def alter_offsets(
        self, config: Mapping[str, str], offsets: Sequence[tuple[Partition, Offset | None]]
    ) -> bool:
        """Check that every offset is a position in a named file.

        Raises:
            ConnectError: one is not, or the connector reads standard input.
        """
        if not config.get("file"):
            raise ConnectError(
                "Offsets cannot be modified if the 'file' configuration is unspecified. This is "
                "because stdin is used for input and offsets are not tracked."
            )
        for partition, offset in offsets:
            # a partition of any shape may be taken out, so that what is wrong can be cleaned up
            if offset is not None:
                _check(partition, offset)
        return True

    def exactly_once_support(self, config: Mapping[str, str]) -> bool:
        """Return True where a file is set: standard input has no offsets."""
        return bool(config.get("file"))


def _check(partition: Partition | None, offset: Offset) -> None:
    if POSITION not in offset:
        raise ConnectError("Offset objects should either be null or contain the key 'position'")
    position = offset[POSITION]
    if not _is_long(position):
        raise ConnectError(
            "The value for the 'position' key in the offset is expected to be a Long value"
        )
    if position < 0:
        raise ConnectError(
            "The value for the 'position' key in the offset should be a non-negative value"
        )
    if partition is None:
        raise ConnectError("Partition objects cannot be null")
    if FILENAME not in partition:
        raise ConnectError("Partition objects should contain the key 'filename'")


def _is_long(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
