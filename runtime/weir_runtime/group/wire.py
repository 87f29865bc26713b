"""Bytes that members and leader exchange through the broker.

Big-endian; strings have an int16 length, bytes an int32 length, arrays an int32 count, -1 for
null. Task -1 stands for the connector instance. Fields missing at the end take defaults; bytes
after the last known field are left alone, as later versions only append.

Source: KIP-415, KIP-507, ConnectProtocol, IncrementalCooperativeConnectProtocol.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

from weir_runtime.api.errors import DataError
from weir_runtime.group.part import NONE, Parts
from weir_runtime.model.ids import TaskId

NEWEST: Final = 2
CONFIG_MISMATCH: Final = 1
_CONNECTOR_TASK: Final = -1
_STRING_MAX: Final = (1 << 15) - 1
# a string's length and an array's count
_ENTRY_SIZE: Final = 6


@dataclass(frozen=True, slots=True)
class Assignment:
    """What the leader tells a member.

    Attributes:
        version: 0 holds everything a member owns; 1 and 2 only what is new, and `revoked`.
        error: 0, or `CONFIG_MISMATCH`.
        offset: of the config topic as the leader knew it.
        delay_ms: after which the member joins again.
    """

    version: int
    leader_id: str
    leader_url: str
    offset: int
    error: int = 0
    parts: Parts = NONE
    revoked: Parts = NONE
    delay_ms: int = 0


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a member tells the leader: where it is, what it has read, what it runs."""

    version: int
    url: str
    offset: int
    assignment: Assignment | None = None


def encode_metadata(metadata: Metadata) -> bytes:
    """Return the bytes of a JoinGroup protocol."""
    encoded = _short(metadata.version) + _string(metadata.url) + _long(metadata.offset)
    if metadata.version == 0:
        return encoded
    if metadata.assignment is None:
        return encoded + _int(-1)
    nested = encode_assignment(metadata.assignment)
    return encoded + _int(len(nested)) + nested


def decode_metadata(data: bytes) -> Metadata:
    """Read a member's metadata.

    Raises:
        DataError: the bytes are no metadata.
    """
    reader = _Reader(data)
    version = reader.version()
    url, offset = reader.string(), reader.int64()
    nested = reader.nullable_bytes() if version > 0 and reader.left else None
    assignment = decode_assignment(nested) if nested else None
    return Metadata(version, url, offset, assignment)


def encode_assignment(assignment: Assignment) -> bytes:
    """Return the bytes of a SyncGroup assignment."""
    encoded = (
        _short(assignment.version)
        + _short(assignment.error)
        + _string(assignment.leader_id)
        + _string(assignment.leader_url)
        + _long(assignment.offset)
        + _parts(assignment.parts)
    )
    if assignment.version == 0:
        return encoded
    return encoded + _parts(assignment.revoked) + _int(assignment.delay_ms)


def decode_assignment(data: bytes) -> Assignment:
    """Read an assignment.

    Raises:
        DataError: the bytes are no assignment.
    """
    reader = _Reader(data)
    version = reader.version()
    error, leader_id, leader_url = reader.int16(), reader.string(), reader.string()
    offset = reader.int64()
    parts = reader.parts()
    revoked, delay_ms = NONE, 0
    if version > 0:
        revoked = reader.parts() if reader.left else revoked
        delay_ms = reader.int32() if reader.left else delay_ms
    return Assignment(
        version=version,
        leader_id=leader_id,
        leader_url=leader_url,
        offset=offset,
        error=error,
        parts=parts,
        revoked=revoked,
        delay_ms=max(delay_ms, 0),
    )


def _short(value: int) -> bytes:
    return struct.pack(">h", value)


def _int(value: int) -> bytes:
    return struct.pack(">i", value)


def _long(value: int) -> bytes:
    return struct.pack(">q", value)


def _string(text: str) -> bytes:
    encoded = text.encode()
    if len(encoded) > _STRING_MAX:
        raise DataError(f"{text[:40]!r}... has {len(encoded)} bytes; the group's limit is 32767")
    return _short(len(encoded)) + encoded


def _parts(parts: Parts) -> bytes:
    numbers = {connector: [_CONNECTOR_TASK] for connector in parts.connectors}
    for connector, task in sorted(parts.tasks):
        numbers.setdefault(connector, []).append(task)
    encoded = [_int(len(numbers))]
    for connector, tasks in sorted(numbers.items()):
        encoded += (_string(connector), _int(len(tasks)), struct.pack(f">{len(tasks)}i", *tasks))
    return b"".join(encoded)


class _Reader:
    """Takes values off bytes that anyone may have sent."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def left(self) -> int:
        return len(self._data) - self._at

    def take(self, size: int) -> bytes:
        if size < 0 or size > self.left:
            raise DataError(f"Group data ends early: {size} bytes wanted, {self.left} left")
        self._at += size
        return self._data[self._at - size : self._at]

    def int16(self) -> int:
        return int.from_bytes(self.take(2), "big", signed=True)

    def int32(self) -> int:
        return int.from_bytes(self.take(4), "big", signed=True)

    def int64(self) -> int:
        return int.from_bytes(self.take(8), "big", signed=True)

    def version(self) -> int:
        version = self.int16()
        if version < 0:
            raise DataError(f"Group data has version {version}")
        return min(version, NEWEST)

    def string(self) -> str:
        try:
            return self.take(self.int16()).decode()
        except UnicodeDecodeError as error:
            raise DataError("Group data holds a string that is not UTF-8") from error

    def nullable_bytes(self) -> bytes | None:
        size = self.int32()
        return None if size == -1 else self.take(size)

    def count(self, entry_size: int) -> int:
        count = self.int32()
        if count == -1:
            return 0
        # checked before anything is read: a count cannot make the reader work or store more
        # than the bytes that came with it
        if count < 0 or count * entry_size > self.left:
            raise DataError(f"Group data claims {count} entries in {self.left} bytes")
        return count

    def parts(self) -> Parts:
        connectors: set[str] = set()
        tasks: set[TaskId] = set()
        for _ in range(self.count(_ENTRY_SIZE)):
            connector = self.string()
            count = self.count(4)
            for task in struct.unpack(f">{count}i", self.take(4 * count)):
                if task == _CONNECTOR_TASK:
                    connectors.add(connector)
                elif task >= 0:
                    tasks.add(TaskId(connector, task))
                else:
                    raise DataError(f"Group data holds task {task} of connector {connector!r}")
        return Parts.of(connectors, tasks)
