"""JSON text as Java Connect writes it.

Compact, nulls written, non-ASCII unescaped, doubles as Double.toString, non-finite numbers as
strings, bytes as base64, control characters with upper-case digits.

Source: JsonConverter, JsonSerializer, Jackson's ObjectMapper with its defaults.
"""

from __future__ import annotations

import base64
import json
import math
import re
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
# what orjson writes where a float may have stood: NaN and infinity become null
_MAYBE_FLOAT = re.compile(rb"(?:^|[:\[,])(?:-?\d+[.e]|null)")
_ESCAPE = re.compile(rb"\\u00[01][a-f]|\\.")
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
        if _MAYBE_FLOAT.search(text) is not None and _has_float(value):
            text = orjson.dumps(_prepare(value), default=_default, option=_OPTIONS)
    return text if b"\\u00" not in text else _ESCAPE.sub(_upper, text)


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


def _has_float(value: Any) -> bool:
    if isinstance(value, float):
        return True
    if isinstance(value, Mapping):
        return any(map(_has_float, value.values()))
    if isinstance(value, list | tuple):
        return any(map(_has_float, value))
    return False


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


def _upper(match: re.Match[bytes]) -> bytes:
    text = match[0]
    return text if len(text) == 2 else b"\\u" + text[2:].upper()
