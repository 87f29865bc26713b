"""Fields of a pydantic model read as definitions: kind, default as text, constraints as checks."""

from __future__ import annotations

import enum
import functools
import types
import typing
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import annotated_types
import pydantic
from pydantic.fields import FieldInfo

from weir_runtime.api import validator
from weir_runtime.api.definition import ConfigKey, Importance, Kind, Width
from weir_runtime.api.validator import Validator
from weir_runtime.api.value import shown

_KINDS: dict[type, Kind] = {
    bool: Kind.BOOLEAN,
    int: Kind.INT,
    float: Kind.DOUBLE,
    list: Kind.LIST,
    tuple: Kind.LIST,
    pydantic.SecretStr: Kind.PASSWORD,
}


@dataclass(frozen=True, slots=True)
class Field:
    """A definition with the check of its parsed value and its attribute in the model."""

    key: ConfigKey
    check: Validator | None = None
    attribute: str = ""
    choices: tuple[str, ...] = ()


def _bare(annotation: Any) -> Any:
    """Return the annotation without `| None` and `Annotated`."""
    while True:
        origin = typing.get_origin(annotation)
        if origin is typing.Annotated:
            annotation = typing.get_args(annotation)[0]
        elif origin in {typing.Union, types.UnionType}:
            rest = [item for item in typing.get_args(annotation) if item is not types.NoneType]
            if len(rest) != 1:
                return annotation
            annotation = rest[0]
        else:
            return annotation


def _words(annotation: Any) -> tuple[str, ...]:
    """Return the words of a Literal or an Enum, else nothing."""
    if typing.get_origin(annotation) is typing.Literal:
        return tuple(str(word) for word in typing.get_args(annotation))
    if isinstance(annotation, type) and issubclass(annotation, enum.Enum):
        return tuple(str(member.value) for member in annotation)
    return ()


def _bounds(info: FieldInfo) -> dict[str, Any]:
    """Return the constraints of a field by pydantic's names."""
    found: dict[str, Any] = {}
    for item in info.metadata:
        for name in ("ge", "gt", "le", "lt", "min_length", "max_length", "pattern"):
            value = getattr(item, name, None)
            if value is not None and not isinstance(item, annotated_types.GroupedMetadata):
                found[name] = value
    return found


def _kind(annotation: Any, numbers: Sequence[Any], named: str | None) -> Kind:
    if named is not None:
        return Kind(named.upper())
    origin = typing.get_origin(annotation) or annotation
    kind = _KINDS.get(origin, Kind.STRING)
    if kind is Kind.INT and any(not -(1 << 31) <= int(number) < 1 << 31 for number in numbers):
        return Kind.LONG
    return kind


def _checks(kind: Kind, bounds: dict[str, Any], extra: dict[str, Any]) -> Iterator[Validator]:
    if "ge" in bounds or "le" in bounds:
        yield validator.Range(bounds.get("ge"), bounds.get("le"))
    if "gt" in bounds or "lt" in bounds:
        yield validator.Between(bounds.get("gt"), bounds.get("lt"))
    if kind is Kind.LIST:
        empty = not bounds.get("min_length")
        repeated = extra.get("duplicates", False)
        yield validator.Distinct(empty_allowed=empty, null_allowed=True, repeated=repeated)
    elif bounds.get("min_length") == 1:
        yield validator.non_empty
    if bounds.keys() & {"min_length", "max_length"}:
        yield validator.Length(bounds.get("min_length", 0), bounds.get("max_length"))
    if "pattern" in bounds:
        yield validator.Matches(bounds["pattern"])


def _optional(check: Validator) -> Validator:
    """Let a key without a default's value pass: `| None` says that it may be absent."""

    def passes(name: str, value: Any) -> str | None:
        return None if value is None else check(name, value)

    return passes


def _check(
    kind: Kind, words: tuple[str, ...], bounds: dict[str, Any], extra: dict[str, Any]
) -> Validator | None:
    checks = list(_checks(kind, bounds, extra))
    if words:
        checks.append(validator.OneOf(words, ignore_case=extra.get("ignore_case", False)))
    return validator.each(*checks) if checks else None


def _text(default: Any) -> str | None:
    return shown(default.value if isinstance(default, enum.Enum) else default)


def _field(attribute: str, info: FieldInfo) -> Field:
    schema_extra = info.json_schema_extra
    extra: Any = schema_extra.get("connect", {}) if isinstance(schema_extra, dict) else {}
    annotation = _bare(info.annotation)
    words = _words(annotation)
    bounds = _bounds(info)
    default = None if info.is_required() else info.get_default(call_default_factory=True)
    numbers = [bounds[name] for name in ("ge", "gt", "le", "lt") if name in bounds]
    if isinstance(default, int):
        numbers.append(default)
    kind = _kind(annotation, numbers, extra.get("kind"))
    name = info.alias or attribute
    key = ConfigKey(
        name=name,
        kind=kind,
        required=info.is_required(),
        default=_text(default),
        importance=Importance(str(extra.get("importance", "medium")).upper()),
        documentation=info.description or "",
        group=extra.get("group"),
        order=extra.get("order", -1),
        width=Width(str(extra.get("width", "none")).upper()),
        display_name=extra.get("display_name") or name,
        recommended=tuple(extra.get("recommended", ())) or words,
    )
    own = [item.validator for item in info.metadata if isinstance(item, validator.Check)]
    check = validator.each(*own) if own else _check(kind, words, bounds, extra)
    if check is not None and default is None and not info.is_required():
        check = _optional(check)
    return Field(key, check, attribute, words if extra.get("ignore_case") else ())


@functools.cache
def fields(model: type[pydantic.BaseModel]) -> tuple[Field, ...]:
    """Return the fields of a model in the order of declaration."""
    return tuple(_field(name, info) for name, info in model.model_fields.items())
