"""Columns: the keys or values of a batch, held in the form in which they came.

Every column offers all views of `batch.Column`; a view that needs work is built at its first
use and kept. A column of bytes or text that is only read as bytes costs nothing a row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from weir_runtime.api.errors import ConnectError, DataError


def _pyarrow() -> Any:
    try:
        import pyarrow  # noqa: PLC0415 - an extra; loaded where Arrow columns are built
    except ImportError as error:
        raise ConnectError(
            "Arrow columns need pyarrow: install the extra weir-runtime[arrow]"
        ) from error
    return pyarrow


class BytesColumn:
    """Rows that are bytes; the bytes view is the list itself."""

    __slots__ = ("_arrow", "_values")

    def __init__(self, values: Sequence[bytes | None]) -> None:
        self._values = values
        self._arrow: Any = None

    def __len__(self) -> int:
        return len(self._values)

    def bytes_view(self) -> Sequence[bytes | None]:
        """Return the rows as they are held."""
        return self._values

    def rows_view(self) -> Sequence[Any]:
        """Return the rows as they are held."""
        return self._values

    def arrow_view(self) -> Any:
        """Return a `pyarrow` array of type binary."""
        if self._arrow is None:
            arrow = _pyarrow()
            self._arrow = arrow.array(self._values, type=arrow.binary())
        return self._arrow

    def part(self, start: int, stop: int) -> BytesColumn:
        """Return the rows from `start` up to `stop`."""
        return BytesColumn(self._values[start:stop])


class TextColumn:
    """Rows that are text, held as UTF-8; only the rows view decodes.

    Bytes that are not UTF-8 read as U+FFFD in the rows view, as in Java, and stay untouched in
    the bytes view.
    """

    __slots__ = ("_arrow", "_rows", "_values")

    def __init__(self, values: Sequence[bytes | None]) -> None:
        self._values = values
        self._rows: Sequence[str | None] | None = None
        self._arrow: Any = None

    def __len__(self) -> int:
        return len(self._values)

    def bytes_view(self) -> Sequence[bytes | None]:
        """Return the UTF-8 bytes as they are held."""
        return self._values

    def rows_view(self) -> Sequence[Any]:
        """Return the rows as `str`."""
        if self._rows is None:
            self._rows = [
                None if value is None else value.decode("utf-8", "replace")
                for value in self._values
            ]
        return self._rows

    def arrow_view(self) -> Any:
        """Return a `pyarrow` array of type string."""
        if self._arrow is None:
            arrow = _pyarrow()
            self._arrow = arrow.array(self.rows_view(), type=arrow.string())
        return self._arrow

    def part(self, start: int, stop: int) -> TextColumn:
        """Return the rows from `start` up to `stop`."""
        return TextColumn(self._values[start:stop])


class RowsColumn:
    """Rows that are Python values."""

    __slots__ = ("_arrow", "_bytes", "_values")

    def __init__(self, values: Sequence[Any]) -> None:
        self._values = values
        self._bytes: Sequence[bytes | None] | None = None
        self._arrow: Any = None

    def __len__(self) -> int:
        return len(self._values)

    def bytes_view(self) -> Sequence[bytes | None]:
        """Return bytes rows as they are and text rows as UTF-8.

        Raises:
            DataError: a row is neither bytes nor text.
        """
        if self._bytes is None:
            self._bytes = [_as_bytes(row, value) for row, value in enumerate(self._values)]
        return self._bytes

    def rows_view(self) -> Sequence[Any]:
        """Return the rows as they are held."""
        return self._values

    def arrow_view(self) -> Any:
        """Return a `pyarrow` array of the type that pyarrow infers."""
        if self._arrow is None:
            self._arrow = _pyarrow().array(self._values)
        return self._arrow

    def part(self, start: int, stop: int) -> RowsColumn:
        """Return the rows from `start` up to `stop`."""
        return RowsColumn(self._values[start:stop])


class JsonColumn:
    """Schemaless rows held as JSON texts; only the rows view parses.

    A source that reads JSON yields this, so that a JsonConverter without schemas passes the
    texts on as they are.
    """

    __slots__ = ("_parsed", "_texts")

    def __init__(self, texts: Sequence[bytes | None]) -> None:
        self._texts = texts
        self._parsed: RowsColumn | None = None

    def __len__(self) -> int:
        return len(self._texts)

    def json_view(self) -> Sequence[bytes | None]:
        """Return the JSON texts as they are held; None for null."""
        return self._texts

    def bytes_view(self) -> Sequence[bytes | None]:
        """Return rows that are JSON strings as UTF-8.

        Raises:
            DataError: a row is not text, or no JSON.
        """
        return self._column().bytes_view()

    def rows_view(self) -> Sequence[Any]:
        """Return the rows as dicts, lists, strings, numbers.

        Raises:
            DataError: a row is no JSON.
        """
        return self._column().rows_view()

    def arrow_view(self) -> Any:
        """Return a `pyarrow` array of the type that pyarrow infers."""
        return self._column().arrow_view()

    def part(self, start: int, stop: int) -> JsonColumn:
        """Return the rows from `start` up to `stop`."""
        return JsonColumn(self._texts[start:stop])

    def _column(self) -> RowsColumn:
        if self._parsed is None:
            self._parsed = RowsColumn(_parse(self._texts))
        return self._parsed


class NullColumn:
    """Rows that are all null."""

    __slots__ = ("_count",)

    def __init__(self, count: int) -> None:
        self._count = count

    def __len__(self) -> int:
        return self._count

    def bytes_view(self) -> Sequence[bytes | None]:
        """Return nulls."""
        return [None] * self._count

    def rows_view(self) -> Sequence[Any]:
        """Return nulls."""
        return [None] * self._count

    def arrow_view(self) -> Any:
        """Return a `pyarrow` array of type null."""
        return _pyarrow().nulls(self._count)

    def part(self, start: int, stop: int) -> NullColumn:
        """Return the rows from `start` up to `stop`."""
        return NullColumn(len(range(self._count)[start:stop]))


def at_row(row: int, error: DataError) -> DataError:
    """Return the error with the row it is about."""
    error.row = row
    return error


def _as_bytes(row: int, value: object) -> bytes | None:
    if value is None or isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return value.encode("utf-8", "replace")
    if isinstance(value, bytearray | memoryview):
        return bytes(value)
    raise at_row(row, DataError(f"Neither bytes nor text but {type(value).__name__}"))


def _parse(texts: Iterable[bytes | None]) -> list[Any]:
    decode = msgspec.json.Decoder().decode
    rows: list[Any] = []
    for text in texts:
        try:
            rows.append(None if text is None else decode(text))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise at_row(len(rows), DataError(f"Not JSON: {error}")) from error
    return rows
