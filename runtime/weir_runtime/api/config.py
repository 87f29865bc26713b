"""A connector's keys: a pydantic model for the author, Connect's ConfigDef for everyone else.

Source: org.apache.kafka.common.config.ConfigDef (types, texts of errors, JSON of definitions).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pydantic


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


class Config(pydantic.BaseModel):
    """Base of a connector's config model.

    Field `batch_size` is the key `batch.size`; `Opt(alias=...)` gives another. Values arrive
    as strings. Keys that the model does not know are kept out of it and are no error.
    """

    model_config = pydantic.ConfigDict(
        frozen=True,
        extra="ignore",
        populate_by_name=True,
        alias_generator=lambda name: name.replace("_", "."),
    )


def Opt(  # noqa: N802, PLR0913 - reads as a declaration, like pydantic's Field
    default: Any = ...,
    *,
    doc: str,
    importance: str = "medium",
    alias: str | None = None,
    group: str | None = None,
    order: int = -1,
    width: str = "none",
    display_name: str | None = None,
    recommended: tuple[str, ...] = (),
    **constraints: Any,
) -> Any:
    """Declare a key with its default and what forms and docs show of it.

    `constraints` are pydantic's (`ge`, `le`, `min_length`, `pattern`). Without a default the key
    is required.
    """
    extra: dict[str, Any] = {
        "importance": importance,
        "group": group,
        "order": order,
        "width": width,
        "display_name": display_name,
        "recommended": recommended,
    }
    return pydantic.Field(
        default, alias=alias, description=doc, json_schema_extra={"connect": extra}, **constraints
    )


def config_keys(model: type[Config]) -> tuple[ConfigKey, ...]:
    """Return the definitions of a model in field order."""
    raise NotImplementedError


def evaluate(keys: tuple[ConfigKey, ...], config: Mapping[str, str]) -> list[ConfigValue]:
    """Parse every key as ConfigDef does and return values with Java's error texts."""
    raise NotImplementedError
