"""Definitions and values of keys, as `/connector-plugins` shows them.

Source: org.apache.kafka.common.config.ConfigDef.ConfigKey, ConfigValue.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """ConfigDef.Type."""

    BOOLEAN = "BOOLEAN"
    STRING = "STRING"
    INT = "INT"
    SHORT = "SHORT"
    LONG = "LONG"
    DOUBLE = "DOUBLE"
    LIST = "LIST"
    CLASS = "CLASS"
    PASSWORD = "PASSWORD"  # noqa: S105 - the type of a key, no secret


class Importance(StrEnum):
    """ConfigDef.Importance."""

    HIGH = "HIGH"
    MEDIUM = "MEDIUM"
    LOW = "LOW"


class Width(StrEnum):
    """ConfigDef.Width: a hint for forms."""

    NONE = "NONE"
    SHORT = "SHORT"
    MEDIUM = "MEDIUM"
    LONG = "LONG"


@dataclass(frozen=True, slots=True)
class ConfigKey:
    """One definition, as `/connector-plugins/{p}/config` shows it; defaults are strings or None."""

    name: str
    kind: Kind
    required: bool
    default: str | None
    importance: Importance
    documentation: str
    group: str | None = None
    order: int = -1
    width: Width = Width.NONE
    display_name: str = ""
    dependents: tuple[str, ...] = ()
    recommended: tuple[str, ...] = ()


@dataclass(slots=True)
class ConfigValue:
    """One value as `/config/validate` shows it; every value is a string or None."""

    name: str
    value: str | None
    errors: list[str]
    recommended: tuple[str, ...] = ()
    visible: bool = True
