"""Java's names of the classes of values, for Connect's error texts."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

_NAMES: dict[type, str] = {
    str: "java.lang.String",
    bool: "java.lang.Boolean",
    int: "java.lang.Long",
    float: "java.lang.Double",
    bytes: "[B",
    Decimal: "java.math.BigDecimal",
    list: "java.util.ArrayList",
    tuple: "java.util.ArrayList",
    dict: "java.util.HashMap",
    datetime.date: "java.util.Date",
    datetime.time: "java.util.Date",
    datetime.datetime: "java.util.Date",
}


def class_of(value: Any) -> str:
    """Return `class java.lang.String` for a `str`, and Python's own name for what Java lacks."""
    kind = type(value)
    return f"class {_NAMES.get(kind) or f'{kind.__module__}.{kind.__qualname__}'}"
