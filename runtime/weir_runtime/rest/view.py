"""Entities as JSON: the wire's fields in the reference's order.

What each function returns is a type of `wire.answer`, so that a field that is added here and not
there, or the other way round, is a type error.

Source: org.apache.kafka.connect.runtime.rest.entities.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

import orjson

from weir_runtime.api.config import ConfigKey, ConfigValue
from weir_runtime.model import entities
from weir_runtime.rest.wire import answer

# what a plugin without a version reports; Connect leaves it out
UNDEFINED: Final = "undefined"


def encode(value: Any) -> bytes:
    """Return compact JSON in UTF-8."""
    try:
        return orjson.dumps(value)
    except TypeError:
        # integers beyond 64 bits and halves of surrogate pairs, in offsets others wrote
        return json.dumps(value, separators=(",", ":")).encode()


def encoded(document: bytes) -> Any:
    """Return what `encode` takes for a document that is JSON already."""
    return orjson.Fragment(document)


def error(status: int, message: str) -> answer.ErrorMessage:
    """Return the body of every answer that is no success."""
    return {"error_code": status, "message": message}


def server_info(entity: entities.ServerInfo) -> answer.ServerInfo:
    """Return versions and the Kafka cluster's id."""
    return {
        "version": entity.version,
        "commit": entity.commit,
        "kafka_cluster_id": entity.kafka_cluster_id,
    }


def health(entity: entities.Health) -> answer.WorkerStatus:
    """Return whether a worker is fit to serve."""
    return {"status": entity.status, "message": entity.message}


def info(entity: entities.ConnectorInfo) -> answer.ConnectorInfo:
    """Return a connector with config and task ids."""
    return {
        "name": entity.name,
        "config": dict(entity.config),
        "tasks": [{"connector": each.connector, "task": each.task} for each in entity.tasks],
        "type": entity.type,
    }


def status(entity: entities.ConnectorStatus) -> answer.ConnectorStateInfo:
    """Return the states of a connector and its tasks."""
    return {
        "name": entity.name,
        "connector": _connector_state(entity.connector),
        "tasks": [task_status(task) for task in entity.tasks],
        "type": entity.type,
    }


def _connector_state(entity: entities.PartStatus) -> answer.ConnectorState:
    shown: answer.ConnectorState = {"state": entity.state, "worker_id": entity.worker_id}
    if entity.version != UNDEFINED:
        shown["version"] = entity.version
    if entity.trace:
        shown["trace"] = entity.trace
    return shown


def task_status(entity: entities.TaskStatus) -> answer.TaskState:
    """Return the state of one task."""
    shown: answer.TaskState = {
        "id": entity.id,
        "state": entity.state,
        "worker_id": entity.worker_id,
    }
    if entity.version != UNDEFINED:
        shown["version"] = entity.version
    if entity.trace:
        shown["trace"] = entity.trace
    return shown


def task(entity: entities.TaskInfo) -> answer.TaskInfo:
    """Return a task's id and config."""
    return {
        "id": {"connector": entity.id.connector, "task": entity.id.task},
        "config": dict(entity.config),
    }


def offsets(entities_: Sequence[entities.ConnectorOffset]) -> answer.ConnectorOffsets:
    """Return partitions with their offsets."""
    return {"offsets": [_offset(each) for each in entities_]}


def _offset(entity: entities.ConnectorOffset) -> answer.ConnectorOffset:
    return {
        "partition": dict(entity.partition or {}),
        "offset": None if entity.offset is None else dict(entity.offset),
    }


def topics(connector: str, names: Sequence[str]) -> dict[str, answer.ActiveTopics]:
    """Return the topics under the connector's name."""
    return {connector: {"topics": list(names)}}


def message(text: str) -> answer.Message:
    """Return a sentence."""
    return {"message": text}


def plugin(entity: entities.PluginInfo) -> answer.PluginInfo:
    """Return a plugin; without a version the field is left out."""
    shown: answer.PluginInfo = {"class": entity.class_name, "type": entity.type}
    if entity.version is not None and entity.version != UNDEFINED:
        shown["version"] = entity.version
    return shown


def definition(key: ConfigKey, *, with_order: bool) -> answer.ConfigKeyInfo:
    """Return a definition; `order`, last, is what 4.1 and older called `order_in_group`."""
    shown: answer.ConfigKeyInfo = {
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


def validation(entity: entities.ConfigInfos, *, with_order: bool) -> answer.ConfigInfos:
    """Return the result of a validation."""
    return {
        "name": entity.name,
        "error_count": entity.error_count,
        "groups": list(entity.groups),
        "configs": [_config(each, with_order=with_order) for each in entity.configs],
    }


def _config(entity: entities.ConfigInfo, *, with_order: bool) -> answer.ConfigInfo:
    key = entity.definition
    return {
        "definition": None if key is None else definition(key, with_order=with_order),
        "value": _value(entity.value),
    }


def _value(value: ConfigValue) -> answer.ConfigValueInfo:
    return {
        "name": value.name,
        "value": value.value,
        "recommended_values": list(value.recommended),
        "errors": list(value.errors),
        "visible": value.visible,
    }


def logger(entity: entities.LoggerLevel) -> answer.LoggerLevel:
    """Return a log level and when it was set."""
    return {"level": entity.level, "last_modified": entity.last_modified}
