"""The offset store of a standalone worker: one file, replaced whole.

The file is JSON: a format name, the SHA-256 of the entries' text, the entries with keys and
values as in the offsets topic. A file of a Java worker is read, and kept beside ours as
`<file>.java` when it is first replaced.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from weir_runtime.api.errors import ConfigError, ConnectError, DataError
from weir_runtime.codec import java_json
from weir_runtime.storage import java_map
from weir_runtime.storage.offset_index import OffsetIndex
from weir_runtime.storage.ports import OffsetPair

FORMAT = "weir-offsets-1"


class FileOffsetStore:
    """`ports.OffsetStore` on a file.

    A write returns once the new file is on the disk under its name. Writes wait for each other.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._index = OffsetIndex()
        self._from_java = False
        self._turn = asyncio.Lock()

    async def start(self) -> None:
        """Read the file; none is an empty one.

        Raises:
            ConfigError: the file is damaged, cannot be read, or cannot be written beside.
        """
        entries, self._from_java = await asyncio.to_thread(_read, self._path)
        for key, value in entries:
            self._index.apply(key, value)

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

    async def _replace(self, entries: Mapping[bytes, bytes]) -> None:
        try:
            await asyncio.to_thread(_write, self._path, entries, keep=self._from_java)
        except OSError as error:
            raise ConnectError(
                f"Cannot write the offsets to {self._path}: {error.strerror}"
            ) from error
        self._from_java = False


def _read(path: Path) -> tuple[list[tuple[bytes, bytes | None]], bool]:
    """Return the entries of a file, and whether Java has written it."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        data = b""
    except OSError as error:
        raise ConfigError(_refusal(path, f"cannot be read: {error.strerror}")) from error
    if not os.access(path.parent, os.W_OK):
        raise ConfigError(_refusal(path, f"cannot be replaced in {path.parent}"))
    try:
        if not data:
            return [], False
        if data.startswith(java_map.MAGIC):
            return java_map.parse(data), True
        return _decode(data), False
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


def _write(path: Path, entries: Mapping[bytes, bytes], *, keep: bool) -> None:
    texts = [[key.decode(), value.decode()] for key, value in entries.items()]
    content = {"format": FORMAT, "sha256": _digest(texts), "entries": texts}
    if keep:
        _keep(path)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(java_json.dumps(content))
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _keep(path: Path) -> None:
    kept = path.with_name(path.name + ".java")
    if not kept.exists():
        os.link(path, kept)


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
