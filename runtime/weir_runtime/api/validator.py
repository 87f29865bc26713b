"""Checks of one parsed value, with Java's sentences.

A validator takes a key's name and its parsed value (None where there is none) and returns the
sentence of the error, or None.

Source: the nested validators of org.apache.kafka.common.config.ConfigDef; KIP-1161 for lists.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from weir_runtime.api.value import invalid, shown

Validator = Callable[[str, Any], str | None]


@dataclass(frozen=True, slots=True)
class Range:
    """A number between two bounds, both included; None is refused."""

    minimum: float | None = None
    maximum: float | None = None

    def __call__(self, name: str, value: Any) -> str | None:
        """Return the sentence of the error, or None."""
        if value is None:
            return invalid(name, None, "Value must be non-null")
        if self.minimum is not None and value < self.minimum:
            return invalid(name, value, f"Value must be at least {shown(self.minimum)}")
        if self.maximum is not None and value > self.maximum:
            return invalid(name, value, f"Value must be no more than {shown(self.maximum)}")
        return None


@dataclass(frozen=True, slots=True)
class Between:
    """A number between two bounds that are not included themselves."""

    above: float | None = None
    below: float | None = None

    def __call__(self, name: str, value: Any) -> str | None:
        """Return the sentence of the error, or None."""
        if value is None:
            return invalid(name, None, "Value must be non-null")
        if self.above is not None and value <= self.above:
            return invalid(name, value, f"Value must be more than {shown(self.above)}")
        if self.below is not None and value >= self.below:
            return invalid(name, value, f"Value must be less than {shown(self.below)}")
        return None


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of some words."""

    words: tuple[str, ...]
    ignore_case: bool = False

    def __call__(self, name: str, value: Any) -> str | None:
        """Return the sentence of the error, or None."""
        listed = ", ".join(self.words)
        if self.ignore_case:
            if value is not None and value.upper() in {word.upper() for word in self.words}:
                return None
            return invalid(name, value, f"String must be one of (case insensitive): {listed}")
        if value in self.words:
            return None
        return invalid(name, value, f"String must be one of: {listed}")


def non_empty(name: str, value: Any) -> str | None:
    """Refuse the empty string; None passes."""
    return invalid(name, value, "String must be non-empty") if value == "" else None


def printable(name: str, value: Any) -> str | None:
    """Refuse the empty string and ISO control characters; None passes."""
    if value is None:
        return None
    if value == "":
        return invalid(name, value, "String may not be empty")
    # String.trim has taken control characters off both ends already
    found = [str(ord(char)) for char in value if ord(char) < 0x20 or 0x7F <= ord(char) <= 0x9F]
    if not found:
        return None
    listed = ", ".join(found)
    reason = f"String may not contain control sequences but had the following ASCII chars: {listed}"
    return invalid(name, value, reason)


@dataclass(frozen=True, slots=True)
class Distinct:
    """A list without empty items and, unless `repeated`, without one twice."""

    empty_allowed: bool = True
    null_allowed: bool = False
    words: tuple[str, ...] = ()
    repeated: bool = False

    def __call__(self, name: str, value: Any) -> str | None:
        """Return the sentence of the error, or None."""
        if value is None:
            null = f"Configuration '{name}' values must not be null."
            return None if self.null_allowed else null
        if not value and not self.empty_allowed:
            valid = f"[{', '.join(self.words)}]" if self.words else "any non-empty value"
            return f"Configuration '{name}' must not be empty. Valid values include: {valid}"
        if not self.repeated and len(set(value)) != len(value):
            return f"Configuration '{name}' values must not be duplicated."
        if "" in value:
            return f"Configuration '{name}' values must not be empty."
        return self._unknown(name, value)

    def _unknown(self, name: str, value: list[str]) -> str | None:
        unknown = [item for item in value if self.words and item not in self.words]
        reason = f"String must be one of: {', '.join(self.words)}"
        return invalid(name, unknown[0], reason) if unknown else None


def aliases(name: str, value: Any) -> str | None:
    """Refuse a list that has an item twice, and None."""
    if value is None:
        return invalid(name, None, "entry must be non null")
    if len(set(value)) != len(value):
        return invalid(name, value, "Duplicate alias provided.")
    return None


@dataclass(frozen=True, slots=True)
class Matches:
    """A text that a regular expression matches somewhere, as pydantic's `pattern`."""

    pattern: str

    def __call__(self, name: str, value: Any) -> str | None:
        """Return the sentence of the error, or None."""
        if value is None or re.search(self.pattern, value):
            return None
        return invalid(name, value, f"Value must match the pattern {self.pattern}")


@dataclass(frozen=True, slots=True)
class Length:
    """A text or list of a bounded length; None passes."""

    minimum: int = 0
    maximum: int | None = None

    def __call__(self, name: str, value: Any) -> str | None:
        """Return the sentence of the error, or None."""
        if value is None:
            return None
        unit = "items" if isinstance(value, list) else "characters"
        if len(value) < self.minimum:
            return invalid(name, value, f"Value must have at least {self.minimum} {unit}")
        if self.maximum is not None and len(value) > self.maximum:
            return invalid(name, value, f"Value must have no more than {self.maximum} {unit}")
        return None


@dataclass(frozen=True, slots=True)
class Check:
    """A validator in the annotation of a field: `Annotated[str, Check(printable)]`.

    It takes the place of the checks that the field's type brings with it.
    """

    validator: Validator


def each(*validators: Validator) -> Validator:
    """Return a validator that asks all of `validators` and gives the first sentence."""

    def check(name: str, value: Any) -> str | None:
        for validator in validators:
            error = validator(name, value)
            if error is not None:
                return error
        return None

    return check
