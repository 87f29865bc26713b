"""Positions of FileStreamSource that a Java worker has written.

Java counts characters where a file has bytes, and skips as many bytes when it starts again; Weir
counts bytes. They differ as soon as the file holds something else than ASCII.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from weir_runtime.storage.ports import OffsetPair

CLASS = "org.apache.kafka.connect.file.FileStreamSourceConnector"

_CHUNK = 1_048_576
_BOUND = 1 << 30


def notes(pairs: Iterable[OffsetPair]) -> Iterator[str]:
    """Yield a sentence for each file whose position would not mean the same here."""
    for partition, offset in pairs:
        name, position = partition.get("filename"), (offset or {}).get("position")
        if isinstance(name, str) and isinstance(position, int) and position > 0:
            sentence = _note(Path(name), position)
            if sentence is not None:
                yield sentence


def _note(path: Path, position: int) -> str | None:
    try:
        size = path.stat().st_size
        if not path.is_file():
            return None
        if size < position:
            return f"{path} has {size} bytes, less than its position {position}: it is read anew"
        again = repeated(path, position)
    except OSError:
        return None  # the file of another machine
    if not again:
        return None
    return (
        f"{path} holds other text than ASCII before its position {position}: if Java wrote that, "
        f"it counted characters, and up to {again} bytes come again, the first line perhaps torn"
    )


def repeated(path: Path, characters: int) -> int:
    """Return how many bytes more than characters the beginning of a file has, read up to 1 GiB."""
    decoder: Any = codecs.getincrementaldecoder("utf-8")("replace")
    seen = length = 0
    with path.open("rb") as file:
        while seen < characters and length < _BOUND:
            data = file.read(_CHUNK)
            if not data:
                break
            if data.isascii() and not decoder.getstate()[0]:
                taken = min(len(data), characters - seen)
                seen, length = seen + taken, length + taken
                continue
            # Java's characters are units of UTF-16
            units = decoder.decode(data).encode("utf-16-le", "surrogatepass")
            part = units[: 2 * (characters - seen)]
            seen += len(part) // 2
            length += len(part.decode("utf-16-le", "replace").encode())
    return max(0, length - seen)
