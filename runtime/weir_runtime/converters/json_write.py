"""Python values to what `java_json.dumps` writes, by their schemas.

`writer` compiles a schema into one function, so that a row costs calls and no look-ups.

Source: org.apache.kafka.connect.json.JsonConverter.convertToJson.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from weir_runtime.api.errors import DataError
from weir_runtime.api.schema import DATE, DECIMAL, TIME, TIMESTAMP, Schema, Type
from weir_runtime.codec import java_json
from weir_runtime.converters import logical
from weir_runtime.converters.javaclass import class_of

Write = Callable[[Any], Any]

BITS = {Type.INT8: 7, Type.INT16: 15, Type.INT32: 31, Type.INT64: 63}
REQUIRED = "Conversion error: null value for field that is required and has no default value"


@dataclass(frozen=True, slots=True)
class JsonOptions:
    """How JsonConverter was configured, as far as values depend on it."""

    numeric_decimals: bool = False
    replace_null: bool = True


def writer(schema: Schema, options: JsonOptions) -> Write:
    """Return the function that checks a value against `schema` and gives its JSON form.

    What it returns raises DataError for a value that does not fit.
    """
    convert = _converter(schema, options)
    has_default = schema.default is not None and options.replace_null
    default = convert(schema.default) if has_default else None
    may_be_null = has_default or schema.optional

    def write(value: Any) -> Any:
        if value is not None:
            return convert(value)
        if may_be_null:
            return default
        raise DataError(REQUIRED)

    return write


def plain(value: Any) -> Any:
    """Return the JSON form of a value without a schema that `java_json.dumps` refuses as it is.

    Maps with a key that is no text become arrays of pairs.

    Raises:
        DataError: a value is of a type that Connect has no schema for.
    """
    if isinstance(value, Mapping):
        if all(isinstance(key, str) for key in value):
            return {key: plain(item) for key, item in value.items()}
        return [[plain(key), plain(item)] for key, item in value.items()]
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, str):
        return _encodable(value)
    if value is None or isinstance(value, int | float | bytes | bytearray | memoryview | Decimal):
        return value
    raise DataError(f"Java {class_of(value)} does not have corresponding schema type.")


def _encodable(value: str) -> str:
    return value.encode("utf-8", "replace").decode()


def _converter(schema: Schema, options: JsonOptions) -> Write:
    """Return the function for values that are not null."""
    if schema.name in _LOGICAL:
        return _LOGICAL[schema.name](schema, options)
    return _PLAIN[schema.type](schema, options)


def _wrong(schema: Schema, value: Any) -> DataError:
    return DataError(f"Invalid type for {schema.type.name}: {class_of(value)}")


def _exact(*kinds: type) -> Callable[[Schema, JsonOptions], Write]:
    def build(schema: Schema, _options: JsonOptions) -> Write:
        def write(value: Any) -> Any:
            if isinstance(value, kinds):
                return value
            raise _wrong(schema, value)

        return write

    return build


def _integer(schema: Schema, _options: JsonOptions) -> Write:
    limit = 1 << BITS[schema.type]

    def write(value: Any) -> Any:
        if isinstance(value, int) and -limit <= value < limit and not isinstance(value, bool):
            return value
        raise _wrong(schema, value)

    return write


def _float(schema: Schema, _options: JsonOptions) -> Write:
    narrow = schema.type is Type.FLOAT32

    def write(value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, float | int):
            raise _wrong(schema, value)
        try:
            return java_json.float32(value) if narrow else float(value)
        except OverflowError as error:
            raise DataError(f"{value} is out of range for {schema.type.name}") from error

    return write


def _bytes(_schema: Schema, _options: JsonOptions) -> Write:
    def write(value: Any) -> Any:
        if isinstance(value, bytes | bytearray | memoryview):
            return value
        raise DataError(f"Invalid type for bytes type: {class_of(value)}")

    return write


def _array(schema: Schema, options: JsonOptions) -> Write:
    item_schema = schema.value_schema
    write_item = plain if item_schema is None else writer(item_schema, options)

    def write(value: Any) -> Any:
        if isinstance(value, list | tuple):
            return [write_item(item) for item in value]
        raise _wrong(schema, value)

    return write


def _map(schema: Schema, options: JsonOptions) -> Write:
    key_schema, value_schema = schema.key_schema, schema.value_schema
    write_key = plain if key_schema is None else writer(key_schema, options)
    write_value = plain if value_schema is None else writer(value_schema, options)
    as_object = key_schema is not None and key_schema.type is Type.STRING

    def write(value: Any) -> Any:
        if not isinstance(value, Mapping):
            raise _wrong(schema, value)
        pairs = [[write_key(key), write_value(item)] for key, item in value.items()]
        return dict(pairs) if as_object else pairs

    return write


def _struct(schema: Schema, options: JsonOptions) -> Write:
    members = [(field.name, writer(field.schema, options)) for field in schema.fields]
    names = frozenset(field.name for field in schema.fields)

    def write(value: Any) -> Any:
        if not isinstance(value, Mapping):
            raise _wrong(schema, value)
        if not names.issuperset(value):
            unknown = next(name for name in value if name not in names)
            raise DataError(f"{unknown} is not a valid field name")
        get = value.get
        return {name: write_member(get(name)) for name, write_member in members}

    return write


def _decimal(schema: Schema, options: JsonOptions) -> Write:
    scale = logical.scale_of(schema)

    def write(value: Any) -> Any:
        if not isinstance(value, Decimal):
            raise DataError(
                f"Invalid type for Decimal, expected BigDecimal but was {class_of(value)}"
            )
        return value if options.numeric_decimals else logical.decimal_bytes(value, scale)

    return write


def _by(convert: Callable[[Any], int]) -> Callable[[Schema, JsonOptions], Write]:
    return lambda _schema, _options: convert


_PLAIN: dict[Type, Callable[[Schema, JsonOptions], Write]] = {
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
_LOGICAL: dict[str | None, Callable[[Schema, JsonOptions], Write]] = {
    DECIMAL: _decimal,
    DATE: _by(logical.days_of),
    TIME: _by(logical.time_of_day_ms_of),
    TIMESTAMP: _by(logical.millis_of),
}
