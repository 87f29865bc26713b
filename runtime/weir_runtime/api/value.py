"""Values of keys: from a config's strings to Python and back, by Java's rules.

Source: org.apache.kafka.common.config.ConfigDef.parseType and convertToString.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

import pydantic

from weir_runtime.api.definition import Kind
from weir_runtime.api.errors import ConfigError

HIDDEN = "[hidden]"
"""What is shown in place of a secret."""

_TRIMMED = "".join(map(chr, range(0x21)))  # what String.trim takes off
_COMMA = re.compile(r"[ \t\n\x0b\f\r]*,[ \t\n\x0b\f\r]*")
_INTEGER = re.compile(r"[+-]?\d+\Z")
_DOUBLE = re.compile(
    r"[+-]?(?:NaN|Infinity|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?[fFdD]?)\Z"
)
_BITS: Mapping[Kind, int] = {Kind.SHORT: 15, Kind.INT: 31, Kind.LONG: 63}


def _boolean(text: str) -> bool:
    lowered = text.lower()
    if lowered not in {"true", "false"}:
        raise ValueError("Expected value to be either true or false")
    return lowered == "true"


def _integer(text: str, kind: Kind) -> int:
    # more digits than a long has are out of range, and int() refuses very long ones
    if not _INTEGER.match(text) or len(text.lstrip("+-0")) > 20:
        raise ValueError(f"Not a number of type {kind}")
    number = int(text)
    if not -(1 << _BITS[kind]) <= number < 1 << _BITS[kind]:
        raise ValueError(f"Not a number of type {kind}")
    return number


def _double(text: str) -> float:
    if not _DOUBLE.match(text):
        raise ValueError("Not a number of type DOUBLE")
    return float(text if text.endswith(("NaN", "Infinity")) else text.rstrip("fFdD"))


def split(text: str) -> list[str]:
    """Split a LIST value at its commas; blanks around items are taken off, empty items stay."""
    trimmed = text.strip(_TRIMMED)
    return _COMMA.split(trimmed) if trimmed else []


_PARSERS: Mapping[Kind, Callable[[str], Any]] = {
    Kind.BOOLEAN: _boolean,
    Kind.DOUBLE: _double,
    Kind.LIST: split,
    Kind.PASSWORD: pydantic.SecretStr,
}


def parse(name: str, kind: Kind, text: str) -> Any:
    """Return the Python value of a key's text.

    Raises:
        ConfigError: the text is no such value; the message is Java's.
    """
    trimmed = text.strip(_TRIMMED)
    try:
        if kind in _BITS:
            return _integer(trimmed, kind)
        return _PARSERS.get(kind, str)(trimmed)
    except ValueError as error:
        raise ConfigError(invalid(name, text, str(error))) from error


def java_double(number: float) -> str:
    """Return a double's text as Java prints it: `1.0`, `1.0E10`, `NaN`."""
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    if number == 0 or 1e-3 <= abs(number) < 1e7:
        return f"{number:f}" if "e" in repr(number) else repr(number)
    sign = "-" if number < 0 else ""
    digits, _, exponent = f"{abs(number)!r}".partition("e")
    whole, _, fraction = digits.partition(".")
    power = int(exponent or 0) + len(whole) - 1
    mantissa = whole + (fraction if fraction != "0" else "")
    leading = len(mantissa) - len(mantissa.lstrip("0"))
    mantissa = mantissa[leading:].rstrip("0")
    return f"{sign}{mantissa[0]}.{mantissa[1:] or '0'}E{power - leading}"


def shown(value: Any) -> str | None:
    """Return the text of a value as definitions and validations show it; secrets are hidden."""
    if value is None:
        return None
    if isinstance(value, pydantic.SecretStr):
        return HIDDEN
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return java_double(value)
    if isinstance(value, list | tuple):
        return ",".join(str(item) for item in value)
    return str(value)


def invalid(name: str, value: Any, reason: str) -> str:
    """Return Java's sentence about a value that is refused."""
    if isinstance(value, list | tuple):
        text: str | None = f"[{', '.join(map(str, value))}]"
    else:
        text = shown(value)
    return f"Invalid value {'null' if text is None else text} for configuration {name}: {reason}"


def missing(name: str) -> str:
    """Return Java's sentence about a required key that is not there."""
    return f'Missing required configuration "{name}" which has no default value.'
