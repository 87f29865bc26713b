"""The one string form of config values, as Connect stores them."""

from __future__ import annotations

import math

# JSON numbers beyond this lose digits on their way through the Kubernetes API
_LARGEST_EXACT = 2**53


def connect_string(value: object) -> str:
    """Give a config value as Connect's string: `true`, `2`, `1.5`, text as it is.

    Raises:
        ValueError: The value has no such form; the text says what to write instead.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        if abs(value) > _LARGEST_EXACT:
            msg = "a whole number beyond 2^53 loses digits; write it in quotes"
            raise ValueError(msg)
        return str(value)
    if isinstance(value, float):
        return _float_string(value)
    if value is None:
        msg = "null has no meaning here; leave the key out or write an empty string"
        raise ValueError(msg)
    kind = "a list" if isinstance(value, list | tuple) else "a nested map"
    msg = f"{kind} is no config value; Connect's configs are flat, write one string"
    raise ValueError(msg)


def _float_string(value: float) -> str:
    if not math.isfinite(value):
        msg = "not a finite number; write it in quotes"
        raise ValueError(msg)
    if value.is_integer():
        # JSON does not tell 1.0 from 1, and an API server gives back 1
        return connect_string(int(value))
    return repr(value)
