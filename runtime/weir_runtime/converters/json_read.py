"""Parsed JSON to Python values, by their schemas.

Java reads a payload that does not fit its schema as 0, false or null. Here it is an error,
except that a whole number fits a float and a float without a fraction fits an integer.

Source: org.apache.kafka.connect.json.JsonConverter.convertToConnect.
"""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from weir_runtime.api.errors import DataError
from weir_runtime.api.schema import DATE, DECIMAL, TIME, TIMESTAMP, Schema, Type
from weir_runtime.codec.number import single
from weir_runtime.converters import logical
from weir_runtime.converters.json_write import BITS, JsonOptions

Read = Callable[[Any], Any]

_NOT_FINITE = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


def reader(schema: Schema, options: JsonOptions) -> Read:
    """Return the function that gives the value of a parsed JSON payload.

    Floats may be parsed as `Decimal` (`needs_decimals`). What it returns raises DataError for a
    payload that does not fit.
    """
    convert = _LOGICAL.get(schema.name, _PLAIN[schema.type])(schema, options)
    default = schema.default if options.replace_null else None
    may_be_null = default is not None or schema.optional

    def read(payload: Any) -> Any:
        if payload is not None:
            return convert(payload)
        if may_be_null:
            return default
        raise DataError(f"Invalid null value for required {schema.type.name} field")

    return read


def needs_decimals(schema: Schema) -> bool:
    """Tell whether floats must be parsed as `Decimal`, since a Decimal may be among them."""
    if schema.name == DECIMAL:
        return True
    inner = [field.schema for field in schema.fields]
    inner += [part for part in (schema.key_schema, schema.value_schema) if part is not None]
    return any(needs_decimals(part) for part in inner)


def kind_of(payload: Any) -> str:
    """Return Jackson's name of a JSON value's kind: OBJECT, ARRAY, STRING, NUMBER, BOOLEAN."""
    for kind, name in (
        (dict, "OBJECT"),
        (list, "ARRAY"),
        (str, "STRING"),
        (bool, "BOOLEAN"),
        (type(None), "NULL"),
    ):
        if isinstance(payload, kind):
            return name
    return "NUMBER"


def _wrong(schema: Schema, payload: Any) -> DataError:
    return DataError(f"Invalid type for {schema.type.name}: found {kind_of(payload)}")


def _integral(payload: Any) -> int | None:
    if isinstance(payload, bool):
        return None
    if isinstance(payload, int):
        return payload
    if isinstance(payload, float | Decimal):
        # also false for what is not finite
        return int(payload) if payload % 1 == 0 else None
    return None


def _integer(schema: Schema, _options: JsonOptions) -> Read:
    limit = 1 << BITS[schema.type]

    def read(payload: Any) -> int:
        number = payload if type(payload) is int else _integral(payload)
        if number is None:
            raise _wrong(schema, payload)
        if not -limit <= number < limit:
            raise DataError(f"{payload} is out of range for {schema.type.name}")
        return number

    return read


def _float(schema: Schema, _options: JsonOptions) -> Read:
    narrow = schema.type is Type.FLOAT32

    def read(payload: Any) -> float:
        if isinstance(payload, str) and payload in _NOT_FINITE:
            return _NOT_FINITE[payload]
        if isinstance(payload, bool) or not isinstance(payload, float | int | Decimal):
            raise _wrong(schema, payload)
        try:
            return single(float(payload)) if narrow else float(payload)
        except OverflowError as error:
            raise DataError(f"{payload} is out of range for {schema.type.name}") from error

    return read


def _exact(kind: type) -> Callable[[Schema, JsonOptions], Read]:
    def build(schema: Schema, _options: JsonOptions) -> Read:
        def read(payload: Any) -> Any:
            if isinstance(payload, kind):
                return payload
            raise _wrong(schema, payload)

        return read

    return build


def _unbase64(payload: Any, schema: Schema) -> bytes:
    if not isinstance(payload, str):
        raise _wrong(schema, payload)
    try:
        return base64.b64decode(payload, validate=True)
    except (binascii.Error, ValueError) as error:
        raise DataError(f"Invalid bytes field: not base64: {error}") from error


def _bytes(schema: Schema, _options: JsonOptions) -> Read:
    return lambda payload: _unbase64(payload, schema)


def _array(schema: Schema, options: JsonOptions) -> Read:
    read_item = _of(schema.value_schema, options)

    def read(payload: Any) -> list[Any]:
        if isinstance(payload, list):
            return [read_item(item) for item in payload]
        raise _wrong(schema, payload)

    return read


def _map(schema: Schema, options: JsonOptions) -> Read:
    key_schema = schema.key_schema
    read_key, read_value = _of(key_schema, options), _of(schema.value_schema, options)

    def from_object(payload: Any) -> dict[Any, Any]:
        if not isinstance(payload, dict):
            raise DataError(
                "Maps with string fields should be encoded as JSON objects, but found "
                + kind_of(payload)
            )
        return {key: read_value(item) for key, item in payload.items()}

    def from_pairs(payload: Any) -> dict[Any, Any]:
        if not isinstance(payload, list):
            raise DataError(
                "Maps with non-string fields should be encoded as JSON array of tuples, but found "
                + kind_of(payload)
            )
        return dict(_pair(item, read_key, read_value) for item in payload)

    is_object = key_schema is not None and key_schema.type is Type.STRING
    return from_object if is_object else from_pairs


def _pair(item: Any, read_key: Read, read_value: Read) -> tuple[Any, Any]:
    if not isinstance(item, list):
        raise DataError(f"Found invalid map entry instead of array tuple: {kind_of(item)}")
    if len(item) != 2:
        raise DataError(f"Found invalid map entry, expected length 2 but found :{len(item)}")
    return read_key(item[0]), read_value(item[1])


def _struct(schema: Schema, options: JsonOptions) -> Read:
    members = [(field.name, reader(field.schema, options)) for field in schema.fields]

    def read(payload: Any) -> dict[str, Any]:
        if not isinstance(payload, dict):
            raise DataError(
                f"Structs should be encoded as JSON objects, but found {kind_of(payload)}"
            )
        get = payload.get
        return {name: read_member(get(name)) for name, read_member in members}

    return read


def _of(schema: Schema | None, options: JsonOptions) -> Read:
    return (lambda payload: payload) if schema is None else reader(schema, options)


def _decimal(schema: Schema, _options: JsonOptions) -> Read:
    scale = logical.scale_of(schema)

    def read(payload: Any) -> Decimal:
        if isinstance(payload, str):
            return logical.decimal_of(_unbase64(payload, schema), scale)
        if isinstance(payload, bool) or not isinstance(payload, int | float | Decimal):
            raise DataError(
                "Invalid type for Decimal, underlying representation should be numeric or bytes "
                f"but was {kind_of(payload)}"
            )
        return payload if isinstance(payload, Decimal) else Decimal(payload)

    return read


def _from_integer(
    name: str, word: str, convert: Callable[[int], Any]
) -> Callable[[Schema, JsonOptions], Read]:
    def build(schema: Schema, _options: JsonOptions) -> Read:
        limit = 1 << BITS.get(schema.type, 63)

        def read(payload: Any) -> Any:
            if type(payload) is int and -limit <= payload < limit:
                return convert(payload)
            raise DataError(
                f"Invalid type for {name}, underlying representation should be {word} "
                f"but was {kind_of(payload)}"
            )

        return read

    return build


_PLAIN: dict[Type, Callable[[Schema, JsonOptions], Read]] = {
    Type.INT8: _integer,
    Type.INT16: _integer,
    Type.INT32: _integer,
    Type.INT64: _integer,
    Type.FLOAT32: _float,
    Type.FLOAT64: _float,
    Type.BOOLEAN: _exact(bool),
    Type.STRING: _exact(str),
    Type.BYTES: _bytes,
    Type.ARRAY: _array,
    Type.MAP: _map,
    Type.STRUCT: _struct,
}
_LOGICAL: dict[str | None, Callable[[Schema, JsonOptions], Read]] = {
    DECIMAL: _decimal,
    DATE: _from_integer("Date", "integer", logical.date_of),
    TIME: _from_integer("Time", "integer", logical.time_of),
    TIMESTAMP: _from_integer("Timestamp", "integral", logical.timestamp_of),
}
