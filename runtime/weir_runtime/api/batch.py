"""Records in batches: a record is a row of a batch until someone asks for it.

A `RecordBatch` is a run of rows of one topic with one schema each for keys and values. Columns
offer views; a step declares by the view it calls what it needs, and a column builds each view
once. So bytes that stay bytes, and text that stays text, are never decoded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from weir_runtime.api.schema import Schema

MAX_BATCH_ROWS = 10_000
"""Rows a batch should not pass: one batch is one poll, and at most one transaction."""

Header = tuple[str, bytes | None]
"""One header as Kafka carries it; converted header values live in `RecordBatch.headers` rows."""


class Column(Protocol):
    """Keys or values of a batch, seen as bytes, as Python rows or as Arrow.

    Each view has one entry a row, None for null, and is built once and kept.
    """

    def __len__(self) -> int:
        """Return the number of rows."""
        ...

    def bytes_view(self) -> Sequence[bytes | None]:
        """Return each row as bytes; text is UTF-8.

        Raises:
            DataError: a row is neither bytes nor text.
        """
        ...

    def rows_view(self) -> Sequence[Any]:
        """Return each row as the Python value of its schema."""
        ...

    def arrow_view(self) -> Any:
        """Return the rows as a `pyarrow.Array`; imports pyarrow, which is an extra."""
        ...

    def part(self, start: int, stop: int) -> Column:
        """Return the rows from `start` up to `stop`, in the form they are held in."""
        ...


@dataclass(slots=True)
class RecordBatch:
    """A run of rows of one topic.

    Attributes:
        topic: where the rows go (source) or come from (sink).
        value: the values, one a row.
        key: the keys; None where every key is null.
        value_schema, key_schema: schema of the rows, None for schemaless.
        partition: fixed partition (source: None lets the key decide; sink: always set).
        headers: per row a list of (name, value) pairs or None; None where no row has any. On the
            way to and from Kafka the values are bytes.
        header_schemas: schema by header name where the task has set one.
        timestamps: milliseconds, one for all rows, one a row, or None for the time of sending.
        source_partition, source_offset: where the source stands once the whole batch is
            acknowledged; None for a batch that moves nothing.
        offsets: Kafka offsets of the rows (sink), ascending.
    """

    topic: str
    value: Column
    key: Column | None = None
    value_schema: Schema | None = None
    key_schema: Schema | None = None
    partition: int | None = None
    headers: Sequence[Sequence[tuple[str, Any]] | None] | None = None
    header_schemas: Mapping[str, Schema] = field(default_factory=dict)
    timestamps: Sequence[int | None] | int | None = None
    source_partition: Mapping[str, Any] | None = None
    source_offset: Mapping[str, Any] | None = None
    offsets: Sequence[int] | None = None

    def __len__(self) -> int:
        return len(self.value)

    def part(self, start: int, stop: int) -> RecordBatch:
        """Return rows `start` up to `stop`; only the part with the last row keeps the offset.

        Invariant 1: the source offset stands for the whole batch, so it goes with its end.
        """
        last = stop >= len(self)
        stamps = self.timestamps
        return replace(
            self,
            value=self.value.part(start, stop),
            key=None if self.key is None else self.key.part(start, stop),
            headers=None if self.headers is None else self.headers[start:stop],
            timestamps=stamps if stamps is None or isinstance(stamps, int) else stamps[start:stop],
            source_partition=self.source_partition if last else None,
            source_offset=self.source_offset if last else None,
            offsets=None if self.offsets is None else self.offsets[start:stop],
        )
