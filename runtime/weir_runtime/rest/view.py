"""Entities as JSON: the wire's fields in the reference's order.

Source: org.apache.kafka.connect.runtime.rest.entities.
"""

from __future__ import annotations

import json
from typing import Any, Final

import orjson

from weir_runtime.api.config import ConfigKey, ConfigValue
from weir_runtime.model import entities

# what a plugin without a version reports; Connect leaves it out
UNDEFINED: Final = "undefined"


def encode(value: Any) -> bytes:
    """Return compact JSON in UTF-8."""
    try:
        return orjson.dumps(value)
    except TypeError:
        # integers beyond 64 bits and halves of surrogate pairs, in offsets others wrote
        return json.dumps(value, separators=(",", ":")).encode()


def error(status: int, message: str) -> dict[str, Any]:
    """Return the body of every answer that is no success."""
    return {"error_code": status, "message": message}


def info(entity: entities.ConnectorInfo) -> dict[str, Any]:
    """Return a connector with config and task ids."""
    return {
        "name": entity.name,
        "config": dict(entity.config),
        "tasks": [{"connector": each.connector, "task": each.task} for each in entity.tasks],
        "type": entity.type,
    }


def status(entity: entities.ConnectorStatus) -> dict[str, Any]:
    """Return the states of a connector and its tasks."""
    return {
        "name": entity.name,
        "connector": _part(entity.connector),
        "tasks": [task_status(task) for task in entity.tasks],
        "type": entity.type,
    }


def task_status(entity: entities.TaskStatus) -> dict[str, Any]:
    """Return the state of one task."""
    return {"id": entity.id, **_part(entity)}


def _part(entity: entities.PartStatus | entities.TaskStatus) -> dict[str, Any]:
    part: dict[str, Any] = {"state": entity.state, "worker_id": entity.worker_id}
    if entity.version != UNDEFINED:
        part["version"] = entity.version
    if entity.trace:
        part["trace"] = entity.trace
    return part


def task(entity: entities.TaskInfo) -> dict[str, Any]:
    """Return a task's id and config."""
    return {
        "id": {"connector": entity.id.connector, "task": entity.id.task},
        "config": dict(entity.config),
    }


def offset(entity: entities.ConnectorOffset) -> dict[str, Any]:
    """Return one partition with its offset."""
    return {"partition": entity.partition, "offset": entity.offset}


def plugin(entity: entities.PluginInfo) -> dict[str, Any]:
    """Return a plugin; without a version the field is left out."""
    shown = {"class": entity.class_name, "type": entity.type}
    if entity.version is not None and entity.version != UNDEFINED:
        shown["version"] = entity.version
    return shown


def definition(key: ConfigKey, *, with_order: bool) -> dict[str, Any]:
    """Return a definition; `order`, last, is what 4.1 and older called `order_in_group`."""
    shown: dict[str, Any] = {
        "name": key.name,
        "type": key.kind,
        "required": key.required,
        "default_value": key.default,
        "importance": key.importance,
        "documentation": key.documentation,
        "group": key.group,
        "order_in_group": key.order,
        "width": key.width,
        "display_name": key.display_name or key.name,
        "dependents": list(key.dependents),
    }
    if with_order:
        shown["order"] = key.order
    return shown


def validation(entity: entities.ConfigInfos, *, with_order: bool) -> dict[str, Any]:
    """Return the result of a validation."""
    return {
        "name": entity.name,
        "error_count": entity.error_count,
        "groups": list(entity.groups),
        "configs": [
            {
                "definition": each.definition
                and definition(each.definition, with_order=with_order),
                "value": _value(each.value),
            }
            for each in entity.configs
        ],
    }


def _value(value: ConfigValue) -> dict[str, Any]:
    return {
        "name": value.name,
        "value": value.value,
        "recommended_values": list(value.recommended),
        "errors": list(value.errors),
        "visible": value.visible,
    }


def logger(entity: entities.LoggerLevel) -> dict[str, Any]:
    """Return a log level and when it was set."""
    return {"level": entity.level, "last_modified": entity.last_modified}
