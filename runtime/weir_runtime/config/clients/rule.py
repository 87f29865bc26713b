"""What may become of a Java client key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from weir_runtime.api.errors import ConfigError

Settings = dict[str, str | int | bool]
"""Settings as librdkafka takes them."""


@dataclass(frozen=True, slots=True)
class Renamed:
    """Passed on under `to` with its value unchanged."""

    to: str


@dataclass(frozen=True, slots=True)
class Converted:
    """Passed on as what `convert(key, value)` returns."""

    convert: Callable[[str, str], Settings]


@dataclass(frozen=True, slots=True)
class Handled:
    """Honoured by the runtime itself; `by` says how."""

    by: str


@dataclass(frozen=True, slots=True)
class Dropped:
    """Without meaning here and harmless to leave out; `why` is logged once."""

    why: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Cannot be honoured and would be missed: an error unless the value is one of `harmless`."""

    sentence: str
    harmless: frozenset[str] = frozenset({""})


Rule = Renamed | Converted | Handled | Dropped | Refused


def same(key: str) -> Renamed:
    """Pass a key on as it is."""
    return Renamed(key)


def whole_number(key: str, value: str) -> int:
    """Return the number that `value` holds.

    Raises:
        ConfigError: with ConfigDef's text.
    """
    try:
        return int(value.strip())
    except ValueError:
        raise ConfigError(
            f"Invalid value {value} for configuration {key}: Not a number of type LONG"
        ) from None


def truth(key: str, value: str) -> bool:
    """Return the boolean that `value` holds.

    Raises:
        ConfigError: with ConfigDef's text.
    """
    lowered = value.strip().lower()
    if lowered not in ("true", "false"):
        raise ConfigError(
            f"Invalid value {value} for configuration {key}: "
            "Expected value to be either true or false"
        )
    return lowered == "true"


def number(to: str, low: int, high: int) -> Converted:
    """Pass a number on, moved into the range that librdkafka takes."""

    def convert(key: str, value: str) -> Settings:
        return {to: max(low, min(high, whole_number(key, value)))}

    return Converted(convert)


def boolean(to: str) -> Converted:
    """Pass a boolean on."""

    def convert(key: str, value: str) -> Settings:
        return {to: truth(key, value)}

    return Converted(convert)


def choice(to: str, values: dict[str, str]) -> Converted:
    """Pass on what `values` gives for a value, compared without case."""

    def convert(key: str, value: str) -> Settings:
        found = values.get(value.strip().lower())
        if found is None:
            raise ConfigError(
                f"Invalid value {value} for configuration {key}: "
                f"String must be one of: {', '.join(values)}"
            )
        return {to: found}

    return Converted(convert)
