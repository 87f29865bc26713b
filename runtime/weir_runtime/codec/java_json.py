"""JSON text as Java Connect writes it.

Compact, nulls written, doubles as Double.toString, non-finite numbers as strings, bytes as
base64, control characters with upper-case digits. Other characters are unescaped up to U+FFFF;
those beyond are written as two escapes.

Source: JsonConverter, JsonSerializer, Jackson's ObjectMapper with its defaults.
"""

from __future__ import annotations

import base64
import json
import math
import re
import struct
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import orjson

from weir_runtime.codec.number import double_text, float_text

_OPTIONS = (
    orjson.OPT_PASSTHROUGH_DATACLASS
    | orjson.OPT_PASSTHROUGH_DATETIME
    | orjson.OPT_PASSTHROUGH_SUBCLASS
)
_ESCAPE = re.compile(rb"\\u00[01][a-f]|\\.")
_ALIKE = frozenset({str, int, bool, type(None)})
# characters beyond the first plane; the lead byte stands nowhere else in UTF-8
_ASTRAL = re.compile(rb"[\xf0-\xf4][\x80-\xbf]{3}")
_INT64_MIN, _UINT64_MAX = -(2**63), 2**64 - 1


def dumps(value: Any) -> bytes:
    """Return the JSON text of a value made of JSON's types, bytes, Decimal and raw fragments.

    Members of an object keep their order.

    Raises:
        TypeError: the value holds another type, a lone surrogate, or itself.
    """
    try:
        text = orjson.dumps(value, default=_default, option=_OPTIONS)
    except orjson.JSONEncodeError:
        # an integer beyond 64 bits is the one thing that Java writes and orjson does not
        text = orjson.dumps(_prepare(value), default=_default, option=_OPTIONS)
    else:
        if _differs(value):
            text = orjson.dumps(_prepare(value), default=_default, option=_OPTIONS)
    return _escaped(text)


def string(value: str) -> bytes:
    """Return the JSON text of a string; faster than `dumps`.

    Raises:
        TypeError: the value holds a lone surrogate.
    """
    return _escaped(orjson.dumps(value))


def loads(text: bytes) -> Any:
    """Return the value of a JSON text.

    Raises:
        ValueError: the text is no JSON, or not UTF-8.
    """
    return orjson.loads(text)


def fragment(text: str | bytes) -> Any:
    """Return a value that `dumps` writes as it is: JSON text made elsewhere."""
    return orjson.Fragment(text)


def float32(value: float) -> Any:
    """Return what `dumps` writes as Java's Float: `0.1`, or a string for non-finite numbers."""
    text = float_text(value)
    return orjson.Fragment(text) if math.isfinite(value) else text


def canonical(value: Any) -> bytes:
    """Return a text that is equal for equal JSON values, whatever their members' order."""
    return dumps(_sorted(value))


def _default(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return base64.b64encode(value).decode()
    if isinstance(value, Decimal) and value.is_finite():
        return orjson.Fragment(str(value))
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, list | tuple):
        return list(value)
    raise TypeError(f"Type is not JSON serializable: {type(value).__name__}")


def _differs(value: Any) -> bool:
    """Tell whether a float is within that orjson writes in another way than Java."""
    if isinstance(value, float):
        # false for NaN too
        return not (1e-3 <= abs(value) < 1e7 or value == 0)
    # dict before Mapping: asking the abstract class costs more than the walk
    items: Any = ()
    if isinstance(value, dict | Mapping):
        items = value.values()
    elif isinstance(value, list | tuple):
        items = value
    return any(type(item) not in _ALIKE and _differs(item) for item in items)


def _prepare(value: Any) -> Any:
    if isinstance(value, float):
        text = double_text(value)
        return orjson.Fragment(text) if math.isfinite(value) else text
    if isinstance(value, Mapping):
        return {key: _prepare(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_prepare(item) for item in value]
    if isinstance(value, int) and not _INT64_MIN <= value <= _UINT64_MAX:
        return orjson.Fragment(json.dumps(value))
    return value


def _sorted(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _sorted(value[key]) for key in sorted(value)}
    if isinstance(value, list | tuple):
        return [_sorted(item) for item in value]
    return value


def _escaped(text: bytes) -> bytes:
    if b"\\u00" in text:
        text = _ESCAPE.sub(_upper, text)
    return text if text.isascii() else _ASTRAL.sub(_surrogates, text)


def _surrogates(match: re.Match[bytes]) -> bytes:
    high, low = struct.unpack(">HH", match[0].decode().encode("utf-16-be"))
    return b"\\u%04X\\u%04X" % (high, low)


def _upper(match: re.Match[bytes]) -> bytes:
    text = match[0]
    return text if len(text) == 2 else b"\\u" + text[2:].upper()


def _pair(match: re.Match[bytes]) -> bytes:
    units = match[0].decode().encode("utf-16-be")
    return b"\\u%02X%02X\\u%02X%02X" % tuple(units)
