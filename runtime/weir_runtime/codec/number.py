"""Numbers as Java prints them.

Source: Double.toString, Float.toString (shortest digits, as of JDK 19).
"""

from __future__ import annotations

import math
import struct

_FLOAT = struct.Struct(">f")
_DOUBLE_NORMAL = 2.0**-1022


def double_text(value: float) -> str:
    """Return a 64-bit float as Double.toString: `100.0`, `1.0E21`, `1.0E-5`, `NaN`, `-Infinity`."""
    text = repr(value)
    if 0 < abs(value) < _DOUBLE_NORMAL and float(two := f"{value:.1e}") == value:
        # of the numbers with up to two digits Java takes the nearest: 4.9E-324, not 5.0E-324
        text = two
    return _layout(value, text)


def single(value: float) -> float:
    """Return a value rounded to 32 bits.

    Raises:
        OverflowError: the value is finite and beyond the range of 32 bits.
    """
    rounded: float = _FLOAT.unpack(_FLOAT.pack(value))[0]
    return rounded


def float_text(value: float) -> str:
    """Return a value rounded to 32 bits as Float.toString: `0.1` rather than 0.10000000149.

    Raises:
        OverflowError: the value is finite and beyond the range of 32 bits.
    """
    rounded = _FLOAT.unpack(_FLOAT.pack(value))[0]
    # nine digits always suffice for 32 bits; the first that comes back is the shortest, and of
    # those with up to two digits the nearest counts
    for digits in range(2, 10):
        text = f"{rounded:.{digits}g}"
        # a candidate may round up beyond the largest 32-bit float
        if abs(candidate := float(text)) < 3.5e38 and _narrow(candidate) == rounded:
            return _layout(rounded, repr(candidate))
    return _layout(rounded, repr(rounded))


def _narrow(value: float) -> float:
    try:
        narrowed: float = _FLOAT.unpack(_FLOAT.pack(value))[0]
    except OverflowError:
        return math.inf
    return narrowed


def _layout(value: float, text: str) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    # Java's plain form ends where Python's does not: at 10^7 and below 10^-3
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        return text if "e" not in text else f"{value:f}"
    sign = "-" if text[0] == "-" else ""
    mantissa, _, exponent = text.lstrip("-").partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    leading = len(whole + fraction) - len(digits)
    power = int(exponent or 0) + len(whole) - 1 - leading
    digits = digits.rstrip("0") or "0"
    return f"{sign}{digits[0]}.{digits[1:] or '0'}E{power}"
