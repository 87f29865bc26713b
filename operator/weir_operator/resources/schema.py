"""Structural schemas out of models: what an API server accepts of JSON Schema."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

Schema = dict[str, Any]

# Defaults are the operator's, not the schema's: an object in storage then says what its
# author wrote, and a default may change without rewriting what is stored.
_DROPPED = frozenset({"title", "default"})


def structural(model: type[BaseModel]) -> Schema:
    """Give the schema of ``model`` with references inlined and nothing nullable."""
    schema = model.model_json_schema(by_alias=True)
    return _inline(schema, schema.pop("$defs", {}))


def _inline(node: Mapping[str, Any], definitions: Mapping[str, Any]) -> Schema:
    if "$ref" in node:
        target = definitions[node["$ref"].rsplit("/", 1)[1]]
        return _inline({**target, **{k: v for k, v in node.items() if k != "$ref"}}, definitions)
    if "anyOf" in node:
        (kind,) = [option for option in node["anyOf"] if option.get("type") != "null"]
        rest = {key: value for key, value in node.items() if key != "anyOf"}
        return _inline({**kind, **rest}, definitions)
    return _ordered({k: _value(k, v, definitions) for k, v in node.items() if k not in _DROPPED})


def _value(key: str, value: Any, definitions: Mapping[str, Any]) -> Any:
    if key == "properties":
        return {name: _inline(child, definitions) for name, child in value.items()}
    if key == "items":
        return _inline(value, definitions)
    return value


def _ordered(schema: Schema) -> Schema:
    first = {key: schema[key] for key in ("type", "description", "required") if key in schema}
    return first | schema
