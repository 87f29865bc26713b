"""Connect's JSON turned into values; what is not of its shape raises `ValueError`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from weir_operator.client.view import (
    ConnectorView,
    DefinitionView,
    HealthView,
    KeyErrors,
    LoggerView,
    OffsetView,
    PluginView,
    StatusView,
    TaskConfigView,
    TaskView,
    Validation,
    WorkerView,
)


def _mapping(value: object, what: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        msg = f"{what} is no JSON object"
        raise ValueError(msg)  # noqa: TRY004 - one kind of error for every wrong shape
    return value


def _list(value: object, what: str) -> list[Any]:
    if not isinstance(value, list):
        msg = f"{what} is no JSON list"
        raise ValueError(msg)  # noqa: TRY004
    return value


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _task(value: object) -> TaskView:
    task = _mapping(value, "a task's status")
    return TaskView(
        id=int(task.get("id", -1)),
        state=_text(task.get("state")).upper(),
        worker_id=_text(task.get("worker_id")),
        trace=_text(task.get("trace")),
    )


def status_of(value: object) -> StatusView:
    """Read the body of a status."""
    body = _mapping(value, "a status")
    connector = _mapping(body.get("connector"), "a status' connector")
    tasks = [_task(task) for task in _list(body.get("tasks", []), "a status' tasks")]
    return StatusView(
        state=_text(connector.get("state")).upper(),
        worker_id=_text(connector.get("worker_id")),
        trace=_text(connector.get("trace")),
        tasks=tuple(sorted(tasks, key=lambda task: task.id)),
    )


def connector_of(value: object, status: StatusView | None = None) -> ConnectorView:
    """Read the body that describes a connector."""
    body = _mapping(value, "a connector")
    config = _mapping(body.get("config"), "a connector's config")
    return ConnectorView(
        name=_text(body.get("name")),
        config={key: _text(entry) for key, entry in config.items()},
        task_count=len(_list(body.get("tasks", []), "a connector's tasks")),
        type=_text(body.get("type")) or "unknown",
        status=status,
    )


def connectors_of(value: object) -> dict[str, ConnectorView]:
    """Read the expanded list; a connector without one of its parts is left out."""
    found: dict[str, ConnectorView] = {}
    for name, parts in _mapping(value, "the list of connectors").items():
        entry = _mapping(parts, f"the entry of {name}")
        if entry.get("info") is not None and entry.get("status") is not None:
            found[name] = connector_of(entry["info"], status_of(entry["status"]))
    return found


def plugins_of(value: object) -> tuple[PluginView, ...]:
    """Read the list of plugins."""
    entries = [_mapping(entry, "a plugin") for entry in _list(value, "the list of plugins")]
    return tuple(
        PluginView(
            plugin_class=_text(entry.get("class")),
            type=_text(entry.get("type")),
            version=entry.get("version"),
        )
        for entry in entries
    )


def validation_of(value: object) -> Validation:
    """Read the worker's validation: the errors of each key, word for word."""
    errors: list[KeyErrors] = []
    passwords: set[str] = set()
    for entry in _list(_mapping(value, "a validation").get("configs", []), "its configs"):
        body = _mapping(entry, "a validated key")
        found = body.get("value") or {}
        definition = body.get("definition") or {}
        key = _text(found.get("name") or definition.get("name"))
        if definition.get("type") == "PASSWORD":
            passwords.add(key)
        if found.get("errors"):
            errors.append(KeyErrors(key, tuple(_text(error) for error in found["errors"])))
    return Validation(tuple(errors), frozenset(passwords))


# what people ask for


def worker_of(value: object) -> WorkerView:
    """Read what a worker says of itself."""
    body = _mapping(value, "a worker")
    if "version" not in body:
        msg = "it names no version"
        raise ValueError(msg)
    keys = ("version", "commit", "kafka_cluster_id")
    return WorkerView(*(_text(body.get(key)) for key in keys))


def health_of(value: object) -> HealthView:
    """Read how a worker is."""
    body = _mapping(value, "a worker's health")
    return HealthView(_text(body.get("status")) or "unhealthy", _text(body.get("message")))


def names_of(value: object) -> tuple[str, ...]:
    """Read a list of names; the keys, where it was expanded."""
    if isinstance(value, dict):
        return tuple(value)
    return tuple(_text(name) for name in _list(value, "the list of names"))


def task_configs_of(value: object) -> tuple[TaskConfigView, ...]:
    """Read the configs of tasks."""
    found = []
    for entry in _list(value, "the list of tasks"):
        body = _mapping(entry, "a task")
        config = _mapping(body.get("config", {}), "a task's config")
        number = int(_mapping(body.get("id"), "a task's id").get("task", -1))
        found.append(TaskConfigView(number, {key: _text(one) for key, one in config.items()}))
    return tuple(sorted(found, key=lambda one: one.id))


def topics_of(value: object) -> tuple[str, ...]:
    """Read the topics of the one connector that the answer is about."""
    return tuple(
        sorted(
            _text(topic)
            for entry in _mapping(value, "the topics").values()
            for topic in _list(_mapping(entry, "its entry").get("topics"), "the list of topics")
        )
    )


def offsets_of(value: object) -> tuple[OffsetView, ...]:
    """Read offsets, as Connect gives and takes them."""
    found = []
    for entry in _list(_mapping(value, "the offsets").get("offsets"), "the list of offsets"):
        body = _mapping(entry, "an offset")
        offset = body.get("offset")
        found.append(
            OffsetView(
                _mapping(body.get("partition"), "a partition"),
                _mapping(offset, "an offset") if offset is not None else None,
            )
        )
    return tuple(found)


def message_of(value: object) -> str:
    """Read the sentence of an answer."""
    return _text(_mapping(value, "the answer").get("message"))


def definitions_of(value: object) -> tuple[DefinitionView, ...]:
    """Read the definitions of config keys."""
    found = []
    for entry in _list(value, "the list of keys"):
        body = _mapping(entry, "a key")
        found.append(
            DefinitionView(
                name=_text(body.get("name")),
                type=_text(body.get("type")),
                required=bool(body.get("required")),
                default=body.get("default_value"),
                importance=_text(body.get("importance")),
                documentation=_text(body.get("documentation")),
                group=_text(body.get("group")),
            )
        )
    return tuple(found)


def logger_of(name: str, value: object) -> LoggerView:
    """Read one logger."""
    body = _mapping(value, "a logger")
    return LoggerView(name, _text(body.get("level")), body.get("last_modified"))


def loggers_of(value: object) -> tuple[LoggerView, ...]:
    """Read all loggers, by name."""
    found = _mapping(value, "the loggers")
    return tuple(logger_of(name, found[name]) for name in sorted(found))
