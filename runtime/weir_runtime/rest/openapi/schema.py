"""JSON schemas of the types of `wire`."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

_PLACE = "#/components/schemas/{name}"


def components(types: Iterable[Any]) -> tuple[Mapping[str, Any], list[dict[str, Any]]]:
    """Return the named schemas, by name, and one schema for each of the types."""
    shapes, named = msgspec.json.schema_components(types, ref_template=_PLACE)
    return dict(sorted(_tidy(named).items())), [_tidy(shape) for shape in shapes]


def _tidy(schema: Any) -> Any:
    """Take away titles, which only repeat names, and the indentation of docstrings."""
    if isinstance(schema, dict):
        kept = {key: _tidy(value) for key, value in schema.items()}
        if isinstance(kept.get("title"), str):
            del kept["title"]
        if isinstance(text := kept.get("description"), str):
            kept["description"] = inspect.cleandoc(text)
        return kept
    if isinstance(schema, list):
        return [_tidy(item) for item in schema]
    return schema
