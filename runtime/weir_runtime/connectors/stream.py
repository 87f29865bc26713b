"""A file, pipe or standard input, read in blocks without ever blocking for long."""

from __future__ import annotations

import errno
import os
import select
import stat
from enum import Enum
from pathlib import Path

from weir_runtime.api.errors import ConnectError

BLOCK = 1 << 20
PATIENCE_S = 0.1
STDIN = 0


class End(Enum):
    """Why nothing more comes out of a stream."""

    TRUNCATED = "was truncated"
    REPLACED = "was replaced by another file"
    CLOSED = "was closed by its writer"


class Stream:
    """An open file or pipe.

    Attributes:
        regular: a file with positions, which may grow, rather than a pipe or a terminal.
        position: bytes from the beginning of a regular file to what is read next.
    """

    def __init__(self, descriptor: int, path: str | None) -> None:
        self._descriptor = descriptor
        self._path = path
        self._replaced = False
        self._hung_up = False
        self.position = 0
        self.regular = stat.S_ISREG(os.fstat(descriptor).st_mode)

    def size(self) -> int:
        """Return how many bytes a regular file has now."""
        return os.fstat(self._descriptor).st_size

    def seek(self, position: int) -> None:
        """Read on from `position` of a regular file."""
        os.lseek(self._descriptor, position, os.SEEK_SET)
        self.position = position

    def read(self) -> bytes:
        """Return the next block; empty where there is nothing now.

        Raises:
            ConnectError: the operating system refuses.
        """
        try:
            block = os.read(self._descriptor, BLOCK) if self.regular else self._read_pipe()
        except OSError as error:
            raise unreadable(self._path, error) from error
        self.position += len(block)
        return block

    def end(self) -> End | None:
        """Return why no more comes; asked after a read that gave nothing."""
        if not self.regular:
            return End.CLOSED if self._hung_up else None
        if self.size() < self.position:
            return End.TRUNCATED
        if self._replaced:
            return End.REPLACED
        # said at the next call only: the old file may have got its last bytes since it was read
        self._replaced = self._path is not None and self._is_another(self._path)
        return None

    def close(self) -> None:
        """Close; standard input stays open."""
        if self._descriptor != STDIN:
            os.close(self._descriptor)

    def _read_pipe(self) -> bytes:
        # waited for with a bound, so that the task hears a stop
        ready, _, _ = select.select([self._descriptor], [], [], PATIENCE_S)
        if not ready:
            return b""
        try:
            block = os.read(self._descriptor, BLOCK)
        except BlockingIOError:
            return b""
        self._hung_up = not block
        return block

    def _is_another(self, path: str) -> bool:
        try:
            found = Path(path).stat()
        except OSError:
            # moved away and nothing in its place yet: its writer may still write
            return False
        own = os.fstat(self._descriptor)
        return (found.st_dev, found.st_ino) != (own.st_dev, own.st_ino)


def open_stream(path: str | None) -> Stream | None:
    """Return the open stream, standard input without a path; None for a file that is not there.

    Raises:
        ConnectError: it is there and cannot be read.
    """
    if not path:
        return Stream(STDIN, None)
    try:
        # without O_NONBLOCK the open of a FIFO waits for a writer, deaf to a stop
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise unreadable(path, error) from error
    if stat.S_ISDIR(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise unreadable(path, IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR)))
    return Stream(descriptor, path)


def unreadable(path: str | None, error: OSError) -> ConnectError:
    """Return the error of a stream that cannot be read."""
    return ConnectError(f"Couldn't read file '{path or 'standard input'}': {error.strerror}")
