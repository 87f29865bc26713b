"""Read the offset file of a standalone Java worker: a serialised `HashMap<byte[], byte[]>`.

A parser of the few shapes that such a file has; it makes bytes and nothing else, whatever
classes the file names.

Source: Java Object Serialization Specification, section 6; FileOffsetBackingStore.
"""

from __future__ import annotations

import struct
from typing import Any

from weir_runtime.api.errors import DataError

MAGIC = b"\xac\xed\x00\x05"

_NULL, _REFERENCE, _CLASS, _OBJECT, _ARRAY, _BLOCK, _END = 0x70, 0x71, 0x72, 0x73, 0x75, 0x77, 0x78
_FIRST_HANDLE = 0x7E0000
_MAP = "java.util.HashMap"
_BYTES = "[B"
# a field of HashMap: type code and bytes of its value
_FIELD_SIZES = {"F": 4, "I": 4}


def parse(data: bytes) -> list[tuple[bytes, bytes | None]]:
    """Return the entries of the map.

    Raises:
        DataError: the bytes are not such a map; the message says where.
    """
    reader = _Reader(data)
    try:
        return reader.read_map()
    except (struct.error, IndexError) as error:
        raise DataError(f"The Java map ends unexpectedly at byte {reader.place}") from error


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.place = 0
        self._data = data
        self._handles: list[Any] = []

    def read_map(self) -> list[tuple[bytes, bytes | None]]:
        if self._take(4) != MAGIC:
            raise self._wrong("a Java object stream")
        self._expect(_OBJECT)
        name, fields = self._class()
        if name != _MAP:
            raise self._wrong(_MAP)
        self._handles.append(None)  # the map itself
        self._take(sum(fields))
        self._expect(_BLOCK)
        if self._unpack(">B") != 8:
            raise self._wrong("the map's size")
        self._take(4)  # the number of buckets
        count = self._unpack(">i")
        entries = [(self._bytes(), self._bytes()) for _ in range(count)]
        self._expect(_END)
        if self.place != len(self._data):
            raise DataError(f"The Java map is followed by other bytes at byte {self.place}")
        return [(key, value) for key, value in entries if key is not None]

    def _class(self) -> tuple[str, list[int]]:
        """Read a class description and return its name and its fields' sizes."""
        code = self._unpack(">B")
        if code == _REFERENCE:
            found = self._referenced()
            if not isinstance(found, tuple):
                raise self._wrong("a class")
            return found[0], found[1]
        if code != _CLASS:
            raise self._wrong("a class")
        name = self._text()
        handle = len(self._handles)
        self._handles.append(None)
        self._take(9)  # version and flags
        sizes = []
        for _ in range(self._unpack(">H")):
            kind = chr(self._unpack(">B"))
            if kind not in _FIELD_SIZES:
                raise self._wrong("a field of a HashMap")
            sizes.append(_FIELD_SIZES[kind])
            self._text()
        self._expect(_END)
        self._expect(_NULL)  # no superclass that could be written
        self._handles[handle] = (name, sizes)
        return name, sizes

    def _bytes(self) -> bytes | None:
        code = self._unpack(">B")
        if code == _NULL:
            return None
        if code == _REFERENCE:
            found = self._referenced()
            if not isinstance(found, bytes):
                raise self._wrong("bytes")
            return found
        if code != _ARRAY or self._class()[0] != _BYTES:
            raise self._wrong("bytes")
        content = self._take(self._unpack(">i"))
        self._handles.append(content)
        return content

    def _referenced(self) -> Any:
        index = self._unpack(">i") - _FIRST_HANDLE
        if not 0 <= index < len(self._handles):
            raise self._wrong("a known reference")
        return self._handles[index]

    def _text(self) -> str:
        return self._take(self._unpack(">H")).decode("latin-1")

    def _expect(self, code: int) -> None:
        if self._unpack(">B") != code:
            raise self._wrong(f"code {code:#x}")

    def _unpack(self, form: str) -> int:
        number: int = struct.unpack(form, self._take(struct.calcsize(form)))[0]
        return number

    def _take(self, size: int) -> bytes:
        if size < 0 or self.place + size > len(self._data):
            raise IndexError(size)
        self.place += size
        return self._data[self.place - size : self.place]

    def _wrong(self, wanted: str) -> DataError:
        return DataError(f"The Java map does not hold {wanted} at byte {self.place}")
