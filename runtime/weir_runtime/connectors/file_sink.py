"""FileStreamSink: the values of records as lines of a file, or on standard output.

Keys and lines are Java's. Differences: bytes are written as they are; a commit syncs the file to
disk; a line torn by a crash is ended before the next one begins.

Source: org.apache.kafka.connect.file.FileStreamSinkConnector and FileStreamSinkTask.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from weir_runtime.api.batch import RecordBatch
from weir_runtime.api.column import BytesColumn, TextColumn
from weir_runtime.api.config import Config, Opt
from weir_runtime.api.connector import Offset, Partition, SinkConnector, SinkTask
from weir_runtime.api.errors import ConnectError
from weir_runtime.codec.java_text import text_of

STDOUT = 1


class FileSinkConfig(Config):
    """Keys of FileStreamSink."""

    file: str | None = Opt(
        None,
        doc="Destination filename. If not specified, the standard output will be used",
        importance="high",
    )


class FileStreamSinkTask(SinkTask[FileSinkConfig]):
    """Appends one line a record; a batch is one write."""

    def start(self) -> None:
        """Open the file, which is made where it is not there.

        Raises:
            ConnectError: it can neither be opened nor made.
        """
        self._descriptor = STDOUT
        self._unsynced = False
        if not self.config.file:
            return
        try:
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
            self._descriptor = os.open(self.config.file, flags, 0o666)
            self._end_torn_line(Path(self.config.file))
        except OSError as error:
            raise ConnectError(
                f"Couldn't find or create file '{self.config.file}' for FileStreamSinkTask: "
                f"{error.strerror}"
            ) from error

    def put(self, batch: RecordBatch) -> None:
        """Write the values, a line each.

        Raises:
            ConnectError: the operating system refuses, as on a full disk.
        """
        if len(batch):
            self._write(b"\n".join([*_lines(batch), b""]))

    def flush(self) -> None:
        """Sync what was written to disk, once for all puts before it.

        Raises:
            ConnectError: the operating system could not; what was put may be lost.
        """
        if not self._unsynced:
            return
        try:
            os.fsync(self._descriptor)
        except OSError as error:
            raise self._refused(error) from error
        self._unsynced = False

    def stop(self) -> None:
        """Close the file; standard output stays open."""
        if self._descriptor != STDOUT:
            os.close(self._descriptor)
            self._descriptor = STDOUT

    def _write(self, data: bytes) -> None:
        view = memoryview(data)
        try:
            while view:
                view = view[os.write(self._descriptor, view) :]
        except OSError as error:
            raise self._refused(error) from error
        self._unsynced = self._descriptor != STDOUT and self._regular()

    def _regular(self) -> bool:
        return stat.S_ISREG(os.fstat(self._descriptor).st_mode)

    def _refused(self, error: OSError) -> ConnectError:
        return ConnectError(f"Couldn't write file '{self.config.file}': {error.strerror}")

    def _end_torn_line(self, path: Path) -> None:
        """End a last line without an end: what a crash has torn must not swallow the next line."""
        if not self._regular() or os.fstat(self._descriptor).st_size == 0:
            return
        with path.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            torn = file.read(1) != b"\n"
        if torn:
            self.context.logger.warning("File %s ends within a line, which is ended now", path)
            self._write(b"\n")


class FileStreamSinkConnector(SinkConnector[FileSinkConfig]):
    """Every task appends to the same file."""

    config_class = FileSinkConfig
    task_class = FileStreamSinkTask
    java_task_class: ClassVar[str] = "org.apache.kafka.connect.file.FileStreamSinkTask"
    version: ClassVar[str] = "4.3.1"

    def task_configs(self, max_tasks: int) -> list[dict[str, str]]:
        """Return the connector's config for each task."""
        return [dict(self.properties) for _ in range(max_tasks)]

    def alter_offsets(
        self, config: Mapping[str, str], offsets: Sequence[tuple[Partition, Offset | None]]
    ) -> bool:
        """Return True: all offsets there are are the consumer group's."""
        return True


def _lines(batch: RecordBatch) -> Sequence[bytes]:
    column = batch.value
    if isinstance(column, TextColumn | BytesColumn):
        view = column.bytes_view()
        return [b"null" if row is None else row for row in view]
    schema = batch.value_schema
    return [
        row if isinstance(row, bytes) else text_of(row, schema).encode("utf-8", "replace")
        for row in column.rows_view()
    ]
