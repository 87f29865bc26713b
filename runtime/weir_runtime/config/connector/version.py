"""Ranges of plugin versions, as Maven writes them.

Source: KIP-891; org.apache.maven.artifact.versioning.VersionRange, ComparableVersion.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from weir_runtime.api.errors import ConfigError

LATEST = "latest"

_RANGE = re.compile(r"([\[(])([^\[\]()]*)([\])])")
_RANGES = re.compile(rf"\s*{_RANGE.pattern}(?:\s*,\s*{_RANGE.pattern})*\s*\Z")
_ITEM = re.compile(r"\d+|[a-z]+")
_QUALIFIERS = {
    "alpha": -6, "a": -6, "beta": -5, "b": -5, "milestone": -4, "m": -4, "rc": -3, "cr": -3,
    "snapshot": -2, "": 0, "ga": 0, "final": 0, "release": 0, "sp": 1,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bounds:
    """One range; None stands for no bound."""

    low: str | None
    high: str | None
    low_included: bool
    high_included: bool

    def __str__(self) -> str:
        opening = "[" if self.low_included else "("
        closing = "]" if self.high_included else ")"
        return f"{opening}{self.low or ''},{self.high or ''}{closing}"

    def contains(self, version: str) -> bool:
        """Tell whether a version lies in the range."""
        if self.low is not None:
            order = compare(version, self.low)
            if order < 0 or (order == 0 and not self.low_included):
                return False
        if self.high is not None:
            order = compare(version, self.high)
            if order > 0 or (order == 0 and not self.high_included):
                return False
        return True


def _items(version: str) -> list[tuple[int, int, str]]:
    found: list[tuple[int, int, str]] = []
    for item in _ITEM.findall(version.lower()):
        if item.isdecimal():
            found.append((2, int(item), ""))
            continue
        _trim(found)  # 1.0-rc1 is 1-rc1
        found.append((1, _QUALIFIERS.get(item, 2), "" if item in _QUALIFIERS else item))
    _trim(found)
    return found


def _trim(items: list[tuple[int, int, str]]) -> None:
    while items and items[-1][1:] == (0, ""):
        items.pop()


def compare(one: str, other: str) -> int:
    """Return a negative number, 0 or a positive one, as `one` is older, equal or newer."""
    left, right = _items(one), _items(other)
    length = max(len(left), len(right))
    end = (1, 0, "")  # a release; below any number, above snapshots and candidates
    left += [end] * (length - len(left))
    right += [end] * (length - len(right))
    return (left > right) - (left < right)


newest_last = functools.cmp_to_key(compare)
"""Key for sorting versions."""


def parse(text: str) -> tuple[Bounds, ...]:
    """Return the ranges that a text names; a bare version means exactly that.

    Raises:
        ConfigError: it is no range.
    """
    stripped = text.strip()
    if not stripped or (stripped[0] not in "[(" and not set(stripped).isdisjoint("[](),")):
        raise ConfigError(f"Invalid version specification: {text}")
    if stripped[0] not in "[(":
        return (Bounds(stripped, stripped, low_included=True, high_included=True),)
    if _RANGES.match(stripped) is None:
        raise ConfigError(f"Invalid version specification: {text}")
    return tuple(_bounds(match, text) for match in _RANGE.finditer(stripped))


def _bounds(match: re.Match[str], text: str) -> Bounds:
    opening, inner, closing = match.groups()
    low, comma, high = (part.strip() for part in inner.partition(","))
    if not comma:
        if not low or (opening, closing) != ("[", "]"):
            raise ConfigError(f"Invalid version specification: {text}")
        high = low
    if "," in high or (low and high and compare(low, high) > 0):
        raise ConfigError(f"Invalid version specification: {text}")
    return Bounds(
        low or None, high or None, low_included=opening == "[", high_included=closing == "]"
    )


def check(wanted: str) -> None:
    """Refuse what is no range.

    Raises:
        ConfigError: with Connect's text.
    """
    if wanted.strip().lower() != LATEST:
        parse(wanted)


def mismatch(plugin: str, wanted: str, available: str) -> str | None:
    """Return the sentence about a plugin that is not there in a wanted version, or None."""
    if wanted.strip().lower() == LATEST:
        return None
    try:
        ranges = parse(wanted)
    except ConfigError as error:
        return str(error)
    if any(bounds.contains(available) for bounds in ranges):
        return None
    listed = ",".join(map(str, ranges))
    return (
        f"Plugin {plugin} not found that matches the version range {listed}, "
        f"available versions: [{available}]"
    )
