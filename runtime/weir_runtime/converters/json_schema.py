"""Connect's schemas as JsonConverter writes and reads them.

The order of members is Java's: type, what it is made of, optional, name, version, doc,
parameters, default, and `field` for a member of a struct.

Source: org.apache.kafka.connect.json.JsonConverter.asJsonSchema and asConnectSchema.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from weir_runtime.api.errors import DataError
from weir_runtime.api.schema import Field, Schema, Type

WriteDefault = Callable[[Schema], Any]
ReadDefault = Callable[[Schema, Any], Any]


def to_json(schema: Schema, write_default: WriteDefault) -> dict[str, Any]:
    """Return the schema as a JSON object; `write_default` gives the JSON of its default."""
    node: dict[str, Any] = {"type": schema.type.value}
    if schema.type is Type.ARRAY:
        node["items"] = to_json(_part(schema.value_schema), write_default)
    elif schema.type is Type.MAP:
        node["keys"] = to_json(_part(schema.key_schema), write_default)
        node["values"] = to_json(_part(schema.value_schema), write_default)
    elif schema.type is Type.STRUCT:
        node["fields"] = [
            {**to_json(field.schema, write_default), "field": field.name} for field in schema.fields
        ]
    node["optional"] = schema.optional
    described = {
        "name": schema.name,
        "version": schema.version,
        "doc": schema.doc,
        "parameters": None if schema.parameters is None else dict(schema.parameters),
    }
    node |= {name: value for name, value in described.items() if value is not None}
    if schema.default is not None:
        node["default"] = write_default(schema)
    return node


def from_json(node: Any, read_default: ReadDefault) -> Schema | None:
    """Return the schema of a JSON object, None for null.

    Members of the wrong type that only describe (name, version, doc) are as if they were absent.

    Raises:
        DataError: it is no schema.
    """
    if node is None:
        return None
    if not isinstance(node, dict) or not isinstance(node.get("type"), str):
        raise DataError("Schema must contain 'type' field")
    try:
        kind = Type(node["type"])
    except ValueError as error:
        raise DataError(f"Unknown schema type: {node['type']}") from error
    schema = Schema(
        kind,
        optional=node.get("optional") is True,
        name=_only(str, node.get("name")),
        version=_only(int, node.get("version")),
        doc=_only(str, node.get("doc")),
        parameters=_parameters(node.get("parameters")),
        fields=_fields(node, read_default) if kind is Type.STRUCT else (),
        key_schema=_inner(node, "keys", read_default) if kind is Type.MAP else None,
        value_schema=_inner(node, "items" if kind is Type.ARRAY else "values", read_default)
        if kind in {Type.ARRAY, Type.MAP}
        else None,
    )
    default = node.get("default")
    return schema if default is None else _with_default(schema, read_default(schema, default))


_MISSING = {
    "items": "Array schema did not specify the element type",
    "keys": "Map schema did not specify the key type",
    "values": "Map schema did not specify the value type",
}


def _part(schema: Schema | None) -> Schema:
    if schema is None:
        raise DataError("Array and map schemas need the schemas of what they hold")
    return schema


def _inner(node: Mapping[str, Any], name: str, read_default: ReadDefault) -> Schema:
    schema = from_json(node.get(name), read_default)
    if schema is None:
        raise DataError(_MISSING[name])
    return schema


def _fields(node: Mapping[str, Any], read_default: ReadDefault) -> tuple[Field, ...]:
    members = node.get("fields")
    if not isinstance(members, list):
        raise DataError('Struct schema\'s "fields" argument is not an array.')
    return tuple(_field(member, read_default) for member in members)


def _field(node: Any, read_default: ReadDefault) -> Field:
    name = node.get("field") if isinstance(node, dict) else None
    if not isinstance(name, str):
        raise DataError("Struct schema's field name not specified properly")
    schema = from_json(node, read_default)
    if schema is None:
        raise DataError("Schema must contain 'type' field")
    return Field(name, schema)


def _only(kind: type, value: Any) -> Any:
    return value if isinstance(value, kind) and not isinstance(value, bool) else None


def _parameters(node: Any) -> dict[str, str] | None:
    if not isinstance(node, dict):
        return None
    if not all(isinstance(value, str) for value in node.values()):
        raise DataError("Schema parameters must have string values.")
    return node


def _with_default(schema: Schema, default: object) -> Schema:
    return Schema(
        schema.type,
        schema.optional,
        schema.name,
        schema.version,
        schema.doc,
        schema.parameters,
        default,
        schema.fields,
        schema.key_schema,
        schema.value_schema,
    )
