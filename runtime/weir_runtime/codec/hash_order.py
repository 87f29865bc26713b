"""The order in which a Java HashMap shows its keys; some texts of Connect hold such a map.

Source: java.util.HashMap (the table's size after a copy, the spread of hashes), String.hashCode.
"""

from __future__ import annotations

from collections.abc import Iterable

_MASK = (1 << 32) - 1
_LOAD = 0.75


GROWN = 16
"""The least number of buckets of a map that was filled key by key."""


def sort(keys: Iterable[str], *, minimum: int = 1) -> list[str]:
    """Return keys in the order of a HashMap that was copied from a map with these keys.

    `minimum` is the number of buckets that it has at least; see `GROWN`.
    """
    given = list(keys)
    size = minimum
    while size < len(given) / _LOAD + 1:
        size *= 2
    return sorted(given, key=lambda key: _spread(key) & (size - 1))


def _spread(key: str) -> int:
    found = 0
    units = key.encode("utf-16-be", "surrogatepass")
    for high, low in zip(units[::2], units[1::2], strict=True):
        found = (31 * found + (high << 8 | low)) & _MASK
    return found ^ (found >> 16)
