"""What a resource's model refuses, said in words of the file and not of the model."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from weir_operator.resources.connector import KafkaConnector

Path = tuple[str | int, ...]

_MAP = "write a map of fields here"
_WHOLE = "write a whole number"
_SENTENCES = {
    "string_type": "write a text, in quotes if it looks like something else",
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "bool_type": "write true or false",
    "model_type": _MAP,
    "model_attributes_type": _MAP,
    "dict_type": _MAP,
    "string_too_short": "it is empty",
    "string_pattern_mismatch": "write http://HOST:PORT or https://HOST:PORT",
    "greater_than_equal": "write {ge} or more",
    "less_than_equal": "write {le} or less",
    "string_too_long": "it is longer than {max_length} characters",
    "too_long": "it has more than {max_length} keys",
}


def mistakes(problem: ValidationError) -> Iterator[tuple[Path, str]]:
    """Give each wrong place with a sentence that begins with its name."""
    for error in problem.errors(include_url=False):
        path = tuple(error["loc"])
        yield path, _sentence(path, error)


def named(path: Path) -> str:
    """Give a path as people write it."""
    return ".".join(str(part) for part in path) or "the resource"


def _sentence(path: Path, error: Mapping[str, Any]) -> str:
    kind, name = error["type"], named(path)
    if kind == "missing":
        return f"{name} is missing"
    if kind == "extra_forbidden":
        return f"{name}: there is no such field{_did_you_mean(path)}"
    if kind == "literal_error":
        expected = str(error["ctx"]["expected"]).replace("'", "")
        return f"{name}: {error['input']!r} is not known; write {expected}"
    text = _SENTENCES.get(kind)
    words = text.format(**error.get("ctx", {})) if text else error["msg"]
    return f"{name}: {words}"


def _did_you_mean(path: Path) -> str:
    fields = _fields(path[:-1])
    close = difflib.get_close_matches(str(path[-1]), fields, n=1)
    if close:
        return f"; did you mean {close[0]}?"
    return f"; there are {', '.join(fields)}" if fields else ""


def _fields(path: Path) -> list[str]:
    """List the fields of the model at a path, as they are written in a file."""
    model: type[BaseModel] | None = KafkaConnector
    for part in path:
        model = _model_of(model, part) if model is not None else None
    if model is None:
        return []
    return [field.alias or name for name, field in model.model_fields.items() if name != "status"]


def _model_of(model: type[BaseModel], part: str | int) -> type[BaseModel] | None:
    for name, field in model.model_fields.items():
        if part in (name, field.alias):
            for kind in (field.annotation, *get_args(field.annotation)):
                if isinstance(kind, type) and issubclass(kind, BaseModel):
                    return kind
    return None
