"""ByteArrayConverter: bytes in, the same bytes out.

Source: org.apache.kafka.connect.converters.ByteArrayConverter.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from weir_runtime.api.batch import Column
from weir_runtime.api.column import BytesColumn, NullColumn
from weir_runtime.api.converter import ColumnHeaderConverter, ConverterConfig, Run
from weir_runtime.api.errors import DataError
from weir_runtime.api.schema import OPTIONAL_BYTES, Schema, Type
from weir_runtime.converters.javaclass import class_of


class ByteArrayConverter(ColumnHeaderConverter):
    """Passes bytes through and refuses everything else."""

    config_class = ConverterConfig
    version: ClassVar[str] = "4.3.1"

    def from_connect(self, topic: str, column: Column, schema: Schema | None) -> Column:
        """Return the column.

        Raises:
            DataError: the schema or a row is not bytes.
        """
        if schema is not None and schema.type is not Type.BYTES:
            raise DataError(f"Invalid schema type for ByteArrayConverter: {schema.type.name}")
        if isinstance(column, BytesColumn | NullColumn):
            return column
        rows = column.rows_view()
        for row in rows:
            if row is not None and not isinstance(row, bytes | bytearray | memoryview):
                raise DataError(
                    "ByteArrayConverter is not compatible with objects of type " + class_of(row)
                )
        return BytesColumn(column.bytes_view())

    def to_connect(self, topic: str, column: Column) -> Sequence[Run]:
        """Return the bytes as optional bytes."""
        rows = column.bytes_view()
        return [(len(rows), BytesColumn(rows), OPTIONAL_BYTES)]
