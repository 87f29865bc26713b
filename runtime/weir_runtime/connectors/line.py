"""Lines out of a stream of bytes that arrives in blocks.

A line ends at a line feed, a carriage return, or both. What has no end yet is held back.
Source: org.apache.kafka.connect.file.FileStreamSourceTask.extractLine.
"""

from __future__ import annotations


class LineSplitter:
    """Cuts blocks into lines and tells how many bytes each line took."""

    def __init__(self) -> None:
        self._held: list[bytes] = []

    def split(self, block: bytes) -> tuple[list[bytes], list[int] | None]:
        """Return the lines that `block` completes and the bytes of each, its end included.

        The second is None where every line ends with one byte, so that they need no counting.
        """
        held = self._held
        # a line of many blocks is joined once, at its end
        if b"\n" not in block and b"\r" not in block and not (held and held[-1].endswith(b"\r")):
            held.append(block)
            return [], None
        data = b"".join([*held, block]) if held else block
        held.clear()
        if b"\r" in data:
            return self._universal(data)
        lines = data.split(b"\n")
        self._hold(lines.pop())
        return lines, None

    def rest(self) -> bytes | None:
        """Return the line that is held back, None where there is none, and forget it."""
        data = b"".join(self._held)
        self._held.clear()
        return data.removesuffix(b"\r") if data else None

    def _universal(self, data: bytes) -> tuple[list[bytes], list[int]]:
        pieces = data.splitlines(keepends=True)
        # a carriage return at the very end may be the first half of an end of two bytes
        if not pieces[-1].endswith(b"\n"):
            self._hold(pieces.pop())
        return [piece.rstrip(b"\r\n") for piece in pieces], [len(piece) for piece in pieces]

    def _hold(self, data: bytes) -> None:
        if data:
            self._held.append(data)
