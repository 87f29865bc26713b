"""Connect's JSON turned into values; what is not of its shape raises `ValueError`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from weir_operator.client.view import (
    ConnectorView,
    KeyErrors,
    PluginView,
    StatusView,
    TaskView,
    Validation,
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
