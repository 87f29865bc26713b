"""Converters of one number or boolean: Kafka's big-endian forms.

Source: org.apache.kafka.connect.converters.NumberConverter and its kin, BooleanConverter;
org.apache.kafka.common.serialization (forms and texts of errors).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any, ClassVar

from weir_runtime.api.batch import Column
from weir_runtime.api.column import BytesColumn, RowsColumn
from weir_runtime.api.converter import ColumnHeaderConverter, ConverterConfig, Run
from weir_runtime.api.errors import DataError
from weir_runtime.api.schema import Schema, Type
from weir_runtime.converters.javaclass import class_of


class _FixedConverter(ColumnHeaderConverter):
    """Rows that all have the same number of bytes.

    Class attributes:
        form: `struct` code of one row.
        word: what Java calls the type in errors.
        deserializer: Java's class that reads it, as its errors name it.
        accepted: Python types of a row.
        schema: of the rows read.
    """

    config_class = ConverterConfig
    version: ClassVar[str] = "4.3.1"
    form: ClassVar[str]
    word: ClassVar[str]
    deserializer: ClassVar[str]
    accepted: ClassVar[frozenset[type]]
    schema: ClassVar[Schema]

    def from_connect(self, topic: str, column: Column, schema: Schema | None) -> Column:
        """Return each row's bytes; the type of the rows decides, not the schema.

        Raises:
            DataError: a row is of another type or out of range.
        """
        rows = column.rows_view()
        if not self.accepted.issuperset(set(map(type, rows)) - {type(None)}):
            wrong = next(row for row in rows if row is not None and type(row) not in self.accepted)
            raise self._refused(wrong)
        pack = struct.Struct(f">{self.form}").pack
        packed: list[bytes | None] = []
        for row in rows:
            try:
                packed.append(None if row is None else pack(row))
            except (struct.error, OverflowError) as error:
                raise self._refused(row) from error
        return BytesColumn(packed)

    def to_connect(self, topic: str, column: Column) -> Sequence[Run]:
        """Return the rows as optional numbers.

        Raises:
            DataError: a row has another number of bytes.
        """
        rows = column.bytes_view()
        one = struct.Struct(f">{self.form}")
        wrong = {len(row) for row in rows if row is not None} - {one.size}
        if wrong:
            raise self._unreadable(
                f"Size of data received by {self.deserializer} is not {one.size}"
            )
        present = [row for row in rows if row is not None]
        values = iter(struct.unpack(f">{len(present)}{self.form}", b"".join(present)))
        if len(present) == len(rows):
            return [(len(rows), RowsColumn(list(values)), self.schema)]
        spread = [None if row is None else next(values) for row in rows]
        return [(len(rows), RowsColumn(spread), self.schema)]

    def _refused(self, row: Any) -> DataError:
        return DataError(f"Failed to serialize to {self.word} (was {class_of(row)}): {row!r}")

    def _unreadable(self, reason: str) -> DataError:
        return DataError(f"Failed to deserialize {self.word}: {reason}")


class ShortConverter(_FixedConverter):
    """Integers of 16 bits."""

    form, word, deserializer = "h", "short", "ShortDeserializer"
    accepted = frozenset({int})
    schema = Schema(Type.INT16, optional=True)


class IntegerConverter(_FixedConverter):
    """Integers of 32 bits."""

    form, word, deserializer = "i", "integer", "IntegerDeserializer"
    accepted = frozenset({int})
    schema = Schema(Type.INT32, optional=True)


class LongConverter(_FixedConverter):
    """Integers of 64 bits."""

    form, word, deserializer = "q", "long", "LongDeserializer"
    accepted = frozenset({int})
    schema = Schema(Type.INT64, optional=True)


class FloatConverter(_FixedConverter):
    """Floats of 32 bits; whole numbers are taken too."""

    form, word, deserializer = "f", "float", "Deserializer"
    accepted = frozenset({float, int})
    schema = Schema(Type.FLOAT32, optional=True)


class DoubleConverter(_FixedConverter):
    """Floats of 64 bits; whole numbers are taken too."""

    form, word, deserializer = "d", "double", "Deserializer"
    accepted = frozenset({float, int})
    schema = Schema(Type.FLOAT64, optional=True)


class BooleanConverter(_FixedConverter):
    """One byte, 0 or 1."""

    form, word, deserializer = "?", "boolean", "BooleanDeserializer"
    accepted = frozenset({bool})
    schema = Schema(Type.BOOLEAN, optional=True)

    def from_connect(self, topic: str, column: Column, schema: Schema | None) -> Column:
        """Return each row's byte.

        Raises:
            DataError: the schema or a row is no boolean.
        """
        if schema is not None and schema.type is not Type.BOOLEAN:
            raise DataError(f"Invalid schema type for BooleanConverter: {schema.type.name}")
        return super().from_connect(topic, column, schema)

    def to_connect(self, topic: str, column: Column) -> Sequence[Run]:
        """Return the rows as optional booleans.

        Raises:
            DataError: a row is not one byte, or another than 0 and 1.
        """
        for row in column.bytes_view():
            if row is not None and len(row) == 1 and row[0] > 1:
                raise self._unreadable(f"Unexpected byte received by BooleanDeserializer: {row[0]}")
        return super().to_connect(topic, column)

    def _refused(self, row: Any) -> DataError:
        return DataError(f"BooleanConverter is not compatible with objects of type {class_of(row)}")
