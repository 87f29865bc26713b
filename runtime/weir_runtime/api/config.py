"""A connector's keys: a pydantic model for the author, Connect's ConfigDef for everyone else.

Source: org.apache.kafka.common.config.ConfigDef (types, texts of errors, JSON of definitions).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, TypeVar

import pydantic

from weir_runtime.api import evaluation, field
from weir_runtime.api.definition import ConfigKey, ConfigValue, Importance, Kind, Width
from weir_runtime.api.errors import ConfigError

__all__ = [
    "Config",
    "ConfigKey",
    "ConfigValue",
    "Importance",
    "Kind",
    "Opt",
    "Width",
    "config_keys",
    "evaluate",
    "parse",
]


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


C = TypeVar("C", bound=Config)


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
    kind: str | None = None,
    ignore_case: bool = False,
    duplicates: bool = False,
    **constraints: Any,
) -> Any:
    """Declare a key with its default and what forms and docs show of it.

    `constraints` are pydantic's (`ge`, `le`, `min_length`, `pattern`). Without a default the key
    is required. `kind` names a ConfigDef type where the annotation does not tell (SHORT, CLASS).
    Words of a Literal or Enum match in any case with `ignore_case`. A list refuses empty items,
    and with `duplicates` unset an item that comes twice.
    """
    extra: dict[str, Any] = {
        "importance": importance,
        "group": group,
        "order": order,
        "width": width,
        "display_name": display_name,
        "recommended": recommended,
        "kind": kind,
        "ignore_case": ignore_case,
        "duplicates": duplicates,
    }
    return pydantic.Field(
        default, alias=alias, description=doc, json_schema_extra={"connect": extra}, **constraints
    )


def config_keys(model: type[pydantic.BaseModel]) -> tuple[ConfigKey, ...]:
    """Return the definitions of a model in field order."""
    return tuple(item.key for item in field.fields(model))


def evaluate(
    keys: tuple[ConfigKey, ...],
    config: Mapping[str, str | None],
    model: type[pydantic.BaseModel] | None = None,
) -> list[ConfigValue]:
    """Parse every key as ConfigDef does and return values with Java's error texts.

    With `model`, its constraints and validators are asked too; `keys` are then its
    `config_keys`, perhaps with other defaults. A key set to null is an error of that key.
    """
    if model is None:
        return evaluation.evaluate([field.Field(key) for key in keys], config).values
    known = {item.key.name: item for item in field.fields(model)}
    fields = [dataclasses.replace(known[key.name], key=key) for key in keys]
    return evaluation.evaluate_model(fields, config, model).values


def parse(model: type[C], config: Mapping[str, str | None]) -> C:
    """Return an instance of `model` made from a config's strings.

    Raises:
        ConfigError: keys are missing or refused; the message has one line for each error.
    """
    outcome = evaluation.evaluate_model(field.fields(model), config, model)
    errors = [error for value in outcome.values for error in value.errors]
    if errors:
        raise ConfigError("\n".join(errors))
    return model.model_validate(outcome.parsed)
