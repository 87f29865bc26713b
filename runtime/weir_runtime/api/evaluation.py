"""A config against definitions: each key parsed and checked, errors beside the values.

Source: org.apache.kafka.common.config.ConfigDef.validate; the order of a key's errors is Java's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pydantic

from weir_runtime.api import value
from weir_runtime.api.definition import ConfigKey, ConfigValue, Kind
from weir_runtime.api.errors import ConfigError
from weir_runtime.api.field import Field

NULL = "Null value can not be supplied as the configuration value."


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Values as they are shown, in the order of definitions, and parsed ones by key.

    `parsed` holds the keys that the config sets and that have no error.
    """

    values: list[ConfigValue]
    parsed: dict[str, Any]


def _parsed(key: ConfigKey, config: Mapping[str, str | None], errors: list[str]) -> Any:
    if key.name in config:
        text = config[key.name]
        if text is None:
            errors.append(NULL)
            return None
    elif key.required:
        errors.append(value.missing(key.name))
        return None
    else:
        text = key.default
        if text is None:
            return None
    try:
        return value.parse(key.name, key.kind, text)
    except ConfigError as error:
        errors.append(str(error))
        return None


def _canonical(field: Field, parsed: Any) -> Any:
    """Return the spelling that the model declares where case does not matter."""
    for word in field.choices:
        if isinstance(parsed, str) and parsed.upper() == word.upper():
            return word
    return parsed


def evaluate(fields: Sequence[Field], config: Mapping[str, str | None]) -> Evaluation:
    """Parse and check every key by itself."""
    outcome = Evaluation([], {})
    for field in fields:
        key = field.key
        errors: list[str] = []
        parsed = _parsed(key, config, errors)
        refused = field.check(key.name, parsed) if field.check is not None else None
        if refused is not None:
            # what the key itself says of a null comes before what the framework says
            errors.insert(errors.index(NULL) if NULL in errors else len(errors), refused)
        shown = value.HIDDEN if _is_secret(key, parsed) else value.shown(parsed)
        outcome.values.append(ConfigValue(key.name, shown, errors, key.recommended))
        if key.name in config and not errors:
            outcome.parsed[key.name] = _canonical(field, parsed)
    return outcome


def _is_secret(key: ConfigKey, parsed: Any) -> bool:
    return key.kind is Kind.PASSWORD and parsed is not None


def evaluate_model(
    fields: Sequence[Field], config: Mapping[str, str | None], model: type[pydantic.BaseModel]
) -> Evaluation:
    """Evaluate, then ask the model's own validators about what is left without error.

    An error that no single key shows goes to the first key.
    """
    outcome = evaluate(fields, config)
    try:
        model.model_validate(outcome.parsed)
    except pydantic.ValidationError as error:
        _add(outcome, fields, error)
    return outcome


def _add(outcome: Evaluation, fields: Sequence[Field], error: pydantic.ValidationError) -> None:
    values = {item.name: item for item in outcome.values}
    names = {field.attribute: field.key.name for field in fields}
    kinds = {field.key.name: field.key.kind for field in fields}
    for detail in error.errors(include_url=False, include_context=False, include_input=False):
        place = str(detail["loc"][0]) if detail["loc"] else ""
        reason = detail["msg"].removeprefix("Value error, ")
        name = names.get(place, place)
        if name not in values:
            if not place and outcome.values:
                outcome.values[0].errors.append(reason)
            continue
        target = values[name]
        if not target.errors:
            shown = value.HIDDEN if kinds[name] is Kind.PASSWORD else target.value
            target.errors.append(value.invalid(name, shown, reason))
        outcome.parsed.pop(name, None)
