"""Values as text, as Java's String.valueOf gives it.

Numbers, structs, maps and lists print as in Java. Bytes print as base64 and dates in ISO form,
where Java prints an object's address or a date in the machine's zone.

Source: Object.toString of Connect's value classes.
"""

from __future__ import annotations

import base64
import datetime
from collections.abc import Mapping
from typing import Any

from weir_runtime.api.schema import Schema, Type
from weir_runtime.codec.number import double_text, float_text

_MILLIS = "milliseconds"


def text_of(value: Any, schema: Schema | None = None) -> str:
    """Return the text of a value; its schema tells floats of 32 bits and structs."""
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        narrow = schema is not None and schema.type is Type.FLOAT32
        return float_text(value) if narrow else double_text(value)
    if isinstance(value, Mapping):
        return _members(value, schema)
    if isinstance(value, list | tuple):
        items = None if schema is None else schema.value_schema
        return f"[{', '.join(text_of(item, items) for item in value)}]"
    return _plain(value)


def _plain(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, bytes | bytearray | memoryview):
        return base64.b64encode(value).decode()
    return date_text(value) or str(value)


def date_text(value: Any) -> str | None:
    """Return a date, time or timestamp in Connect's ISO form, None for another value.

    `1970-01-04`, `01:02:03.004Z`, `2019-08-23T14:34:54.346Z`.
    """
    if isinstance(value, datetime.datetime):
        aware = value if value.tzinfo is not None else value.replace(tzinfo=datetime.UTC)
        return _zulu(aware.astimezone(datetime.UTC).replace(tzinfo=None).isoformat("T", _MILLIS))
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, datetime.time):
        return _zulu(value.replace(tzinfo=None).isoformat(_MILLIS))
    return None


def _zulu(text: str) -> str:
    return f"{text}Z"


def _members(value: Mapping[Any, Any], schema: Schema | None) -> str:
    if schema is not None and schema.type is Type.STRUCT:
        # absent members are left out, as Struct.toString does
        members = [
            f"{field.name}={text_of(value[field.name], field.schema)}"
            for field in schema.fields
            if value.get(field.name) is not None
        ]
        return f"Struct{{{','.join(members)}}}"
    keys = None if schema is None else schema.key_schema
    values = None if schema is None else schema.value_schema
    pairs = (f"{text_of(key, keys)}={text_of(item, values)}" for key, item in value.items())
    return f"{{{', '.join(pairs)}}}"
