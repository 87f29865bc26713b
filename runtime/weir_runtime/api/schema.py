"""Connect's schemas as values.

Source: org.apache.kafka.connect.data.Schema, ConnectSchema and the logical types beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Type(StrEnum):
    """The types of a schema; the values are JsonConverter's names for them."""

    INT8 = "int8"
    INT16 = "int16"
    INT32 = "int32"
    INT64 = "int64"
    FLOAT32 = "float"
    FLOAT64 = "double"
    BOOLEAN = "boolean"
    STRING = "string"
    BYTES = "bytes"
    ARRAY = "array"
    MAP = "map"
    STRUCT = "struct"


DECIMAL = "org.apache.kafka.connect.data.Decimal"
DATE = "org.apache.kafka.connect.data.Date"
TIME = "org.apache.kafka.connect.data.Time"
TIMESTAMP = "org.apache.kafka.connect.data.Timestamp"


@dataclass(frozen=True, slots=True)
class Field:
    """One member of a struct, in the struct's order."""

    name: str
    schema: Schema


@dataclass(frozen=True, slots=True)
class Schema:
    """The type of a key, a value or a header.

    Values of a STRUCT are dicts by field name; of a named logical type the Python form: Decimal,
    `datetime.date`, `datetime.time`, aware `datetime.datetime`.
    """

    type: Type
    optional: bool = False
    name: str | None = None
    version: int | None = None
    doc: str | None = None
    parameters: Mapping[str, str] | None = None
    default: object = None
    fields: tuple[Field, ...] = ()
    key_schema: Schema | None = None
    value_schema: Schema | None = None


STRING = Schema(Type.STRING)
OPTIONAL_STRING = Schema(Type.STRING, optional=True)
BYTES = Schema(Type.BYTES)
OPTIONAL_BYTES = Schema(Type.BYTES, optional=True)
