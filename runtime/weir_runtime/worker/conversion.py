"""Batches between a connector's values and Kafka's bytes, by the task's own converters."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from weir_runtime.api.batch import Column, RecordBatch
from weir_runtime.api.column import NullColumn, RowsColumn
from weir_runtime.api.converter import Run
from weir_runtime.api.errors import ConnectError
from weir_runtime.worker import loading
from weir_runtime.worker.protocol import StartTask

T = TypeVar("T")


def _tolerated(work: Callable[[], T]) -> T:
    """Do a conversion; without tolerance any error of it ends the task, as Java words it."""
    try:
        return work()
    except Exception as error:
        raise ConnectError("Tolerance exceeded in error handler") from error


class Conversion:
    """Key, value and header converters of one task."""

    def __init__(self, order: StartTask) -> None:
        self._key = loading.converter(order.key_converter, is_key=True)
        self._value = loading.converter(order.value_converter, is_key=False)
        self._header = loading.header_converter(order.header_converter)

    def to_kafka(self, batch: RecordBatch) -> RecordBatch:
        """Return the batch with columns that Kafka takes.

        Raises:
            ConnectError: a row does not fit; the cause tells which.
        """
        return _tolerated(lambda: self._to_kafka(batch))

    def from_kafka(self, batch: RecordBatch) -> list[RecordBatch]:
        """Return what was read as batches of one schema each for keys and values, in order.

        Raises:
            ConnectError: a row cannot be read; the cause tells which.
        """
        return _tolerated(lambda: self._from_kafka(batch))

    def _to_kafka(self, batch: RecordBatch) -> RecordBatch:
        key = batch.key
        if key is None and batch.key_schema is not None:
            key = NullColumn(len(batch))
        if key is not None:
            key = self._key.from_connect(batch.topic, key, batch.key_schema)
        value = self._value.from_connect(batch.topic, batch.value, batch.value_schema)
        # built here, so that a row without bytes fails as a conversion
        value.bytes_view()
        if key is not None:
            key.bytes_view()
        headers = batch.headers
        if headers is not None:
            headers = [self._headers_to_kafka(batch, row) for row in headers]
        if value is batch.value and key is batch.key and headers is batch.headers:
            return batch
        return dataclasses.replace(batch, key=key, value=value, headers=headers)

    def _headers_to_kafka(
        self, batch: RecordBatch, row: Sequence[tuple[str, Any]] | None
    ) -> list[tuple[str, bytes | None]] | None:
        if row is None:
            return None
        convert, schemas = self._header.from_connect_header, batch.header_schemas
        return [(name, convert(batch.topic, name, schemas.get(name), value)) for name, value in row]

    def _from_kafka(self, batch: RecordBatch) -> list[RecordBatch]:
        if batch.headers is not None:
            headers = [self._headers_from_kafka(batch.topic, row) for row in batch.headers]
            batch = dataclasses.replace(batch, headers=headers)
        values = self._value.to_connect(batch.topic, batch.value)
        keys: Sequence[Run] | None = None
        if batch.key is not None:
            keys = self._key.to_connect(batch.topic, batch.key)
        if len(values) == 1 and (keys is None or len(keys) == 1):
            _, key, key_schema = (0, None, None) if keys is None else keys[0]
            _, value, value_schema = values[0]
            return [
                dataclasses.replace(
                    batch,
                    key=key,
                    key_schema=key_schema,
                    value=value,
                    value_schema=value_schema,
                )
            ]
        return list(_split(batch, keys, values))

    def _headers_from_kafka(
        self, topic: str, row: Sequence[tuple[str, Any]] | None
    ) -> list[tuple[str, Any]] | None:
        if row is None:
            return None
        convert = self._header.to_connect_header
        return [(name, convert(topic, name, value)[1]) for name, value in row]


def _split(
    batch: RecordBatch, keys: Sequence[Run] | None, values: Sequence[Run]
) -> Iterator[RecordBatch]:
    """Yield batches that end wherever a run of keys or of values ends."""
    key_ends, value_ends = _ends(keys or ()), _ends(values)
    start = key_at = value_at = 0
    for end in sorted({*key_ends, *value_ends}):
        rows = slice(start, end)
        key, key_schema = None, None
        if keys:
            count, column, key_schema = keys[key_at]
            key = _part(column, start - (key_ends[key_at] - count), end - start)
        count, column, value_schema = values[value_at]
        value = _part(column, start - (value_ends[value_at] - count), end - start)
        yield dataclasses.replace(
            batch,
            key=key,
            key_schema=key_schema,
            value=value,
            value_schema=value_schema,
            headers=None if batch.headers is None else batch.headers[rows],
            timestamps=_times(batch, rows),
            offsets=None if batch.offsets is None else batch.offsets[rows],
        )
        start = end
        key_at += bool(keys) and end == key_ends[key_at]
        value_at += end == value_ends[value_at]


def _ends(runs: Sequence[Run]) -> list[int]:
    ends, end = [], 0
    for count, _, _ in runs:
        end += count
        ends.append(end)
    return ends


def _part(column: Column, start: int, count: int) -> Column:
    if count == len(column):
        return column
    part = getattr(column, "part", None)
    if part is not None:
        made: Column = part(start, start + count)
        return made
    return RowsColumn(column.rows_view()[start : start + count])


def _times(batch: RecordBatch, rows: slice) -> Sequence[int | None] | int | None:
    times = batch.timestamps
    return times if times is None or isinstance(times, int) else times[rows]
