"""The offset store of a standalone worker: one file, replaced whole.

The file is JSON: a format name, the SHA-256 of the entries' text, the entries with keys and
values as in the offsets topic. A file of a Java worker is taken over at the start: first it gets a
second name, `<file>.java`, then ours takes its place, so that at every moment one of the two is
there whole.
"""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import logging
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from weir_runtime.api.errors import ConfigError, ConnectError, DataError
from weir_runtime.codec import java_json
from weir_runtime.storage import java_map
from weir_runtime.storage.offset_index import OffsetIndex
from weir_runtime.storage.ports import OffsetPair

LOG = logging.getLogger(__name__)

FORMAT = "weir-offsets-1"

LARGEST = 268_435_456
"""Bytes of the largest file that is read; a million offsets take less."""


@dataclass(frozen=True, slots=True)
class OffsetFile:
    """What a file holds; an absent or empty one holds nothing."""

    entries: Sequence[tuple[bytes, bytes | None]] = ()
    from_java: bool = False


class FileOffsetStore:
    """`ports.OffsetStore` on a file.

    A write returns once the new file is on the disk under its name. Writes wait for each other.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._index = OffsetIndex()
        self._turn = asyncio.Lock()

    async def start(self) -> None:
        """Read the file; none is an empty one. One that Java has written becomes ours.

        Raises:
            ConfigError: the file is damaged, cannot be read, or cannot be written beside.
            ConnectError: Java's file could not be replaced; it is where it was.
        """
        found = await asyncio.to_thread(read, self._path)
        for key, value in found.entries:
            self._index.apply(key, value)
        if found.from_java:
            await self._take_over()

    async def stop(self) -> None:
        """Wait for a write under way."""
        async with self._turn:
            pass

    async def read(
        self, connector: str, partitions: Sequence[Mapping[str, Any]]
    ) -> list[Mapping[str, Any] | None]:
        """Return the offsets of `partitions`."""
        return [self._index.get(connector, partition) for partition in partitions]

    async def list(self, connector: str) -> list[OffsetPair]:
        """Return every partition with an offset."""
        return self._index.pairs(connector)

    async def write(self, connector: str, offsets: Sequence[OffsetPair]) -> None:
        """Write offsets, all of the call or none; None deletes.

        Raises:
            ConnectError: the disk refuses; what was there before stays.
        """
        async with self._turn:
            changed = self._index.entries_for(connector, offsets)
            entries = dict(self._index.entries())
            for key, value in changed:
                entries.pop(key, None)
                if value is not None:
                    entries[key] = value
            # a cancelled caller must not leave file and index apart
            await asyncio.shield(self._replace(entries))
            for key, value in changed:
                self._index.apply(key, value)

    def key_for(self, connector: str, partition: Mapping[str, Any]) -> bytes:
        """Return the record key for a partition."""
        return self._index.key_for(connector, partition)

    async def _take_over(self) -> None:
        try:
            kept = await asyncio.to_thread(_keep, self._path)
        except OSError as error:
            raise ConnectError(
                f"Cannot keep a copy of the Java worker's offsets beside {self._path}: "
                f"{error.strerror}"
            ) from error
        entries = self._index.entries()
        await self._replace(dict(entries))
        LOG.info(
            "The offsets of a Java worker were taken over; its file is kept",
            extra={
                "file": str(self._path),
                "kept": str(kept),
                "offsets": len(entries),
                "connectors": len(self._index.connectors()),
            },
        )

    async def _replace(self, entries: Mapping[bytes, bytes]) -> None:
        try:
            await asyncio.to_thread(_write, self._path, entries)
        except OSError as error:
            raise ConnectError(
                f"Cannot write the offsets to {self._path}: {error.strerror}"
            ) from error


def read(path: Path) -> OffsetFile:
    """Return what a file holds, changing nothing.

    Raises:
        ConfigError: the file is damaged, cannot be read, or cannot be written beside.
    """
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise ConfigError(_refusal(path, f"has {size} bytes, the bound is {LARGEST}"))
        data = path.read_bytes()
    except FileNotFoundError:
        data = b""
    except OSError as error:
        raise ConfigError(_refusal(path, f"cannot be read: {error.strerror}")) from error
    if not os.access(path.parent, os.W_OK):
        raise ConfigError(_refusal(path, f"cannot be replaced in {path.parent}"))
    try:
        if not data:
            return OffsetFile()
        if data.startswith(java_map.MAGIC):
            return OffsetFile(java_map.parse(data), from_java=True)
        return OffsetFile(_decode(data))
    except DataError as error:
        raise ConfigError(_refusal(path, f"is damaged: {error}")) from error


def _decode(data: bytes) -> list[tuple[bytes, bytes | None]]:
    try:
        content = java_json.loads(data)
    except ValueError as error:
        raise DataError(f"it is no JSON: {error}") from error
    match content:
        case {"format": str() as name, "sha256": str() as digest, "entries": list() as entries}:
            pass
        case _:
            raise DataError("format, sha256 or entries are missing")
    if name != FORMAT:
        raise DataError(f"its format is {name}, known is {FORMAT}")
    if digest != _digest(entries):
        raise DataError("its content does not fit its checksum")
    return [(key.encode(), value.encode()) for key, value in entries]


def _digest(entries: Sequence[Sequence[str]]) -> str:
    return hashlib.sha256(java_json.dumps(entries)).hexdigest()


def _write(path: Path, entries: Mapping[bytes, bytes]) -> None:
    texts = [[key.decode(), value.decode()] for key, value in entries.items()]
    _put(path, java_json.dumps({"format": FORMAT, "sha256": _digest(texts), "entries": texts}))


def _put(path: Path, data: bytes) -> None:
    """Make a file or replace it whole."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _keep(path: Path) -> Path:
    """Give a file a second name that lasts, and return it.

    A file that is kept already is not kept again: a crash may have come before it was replaced.
    One that a Java worker has written since an earlier take-over gets a name of its own.
    """
    data = path.read_bytes()
    for number in itertools.count():
        kept = path.with_name(f"{path.name}.java" + (f".{number}" if number else ""))
        if not kept.exists():
            # a copy: not every file system has links, and Java writes into the file it finds
            _put(kept, data)
            shutil.copymode(path, kept)
            return kept
        if kept.read_bytes() == data:
            return kept
    raise AssertionError("unreachable")


def _sync_folder(folder: Path) -> None:
    """Make the new name durable: without it a power cut may bring the old file back."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _refusal(path: Path, what: str) -> str:
    return (
        f"The file {path} of offset.storage.file.filename {what}. Repair it or put back a copy;"
        " without it source connectors start from the beginning"
    )
