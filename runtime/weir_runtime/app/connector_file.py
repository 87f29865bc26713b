"""Connectors given on the command line: properties, or JSON or YAML of two shapes.

Source: org.apache.kafka.connect.cli.ConnectStandalone.parseConnectorConfigurationFile.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from weir_runtime.api.errors import ConfigError
from weir_runtime.config import properties
from weir_runtime.model.state import TargetState

_FIELDS = {"name", "config", "initial_state"}
_STATES = {"RUNNING": TargetState.STARTED, "PAUSED": TargetState.PAUSED,
           "STOPPED": TargetState.STOPPED}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ConnectorFile:
    """A connector to create at start."""

    path: Path
    name: str
    config: Mapping[str, str | None]
    initial_state: TargetState | None


def read(path: Path) -> ConnectorFile:
    """Read a file by its suffix: .json, .yaml and .yml; anything else is properties.

    Raises:
        ConfigError: one line that names the file and what is wrong with it.
    """
    suffix = path.suffix.lower()
    if suffix not in (".json", ".yaml", ".yml"):
        config: dict[str, str | None] = dict(properties.read(path))
        return _flat(path, config)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ConfigError(f"{path}: cannot be read: {reason}") from error
    document = _json(path, text) if suffix == ".json" else _yaml(path, text)
    if not isinstance(document, dict):
        raise ConfigError(f"{path}: a map is expected, not {_kind(document)}")
    if isinstance(document.get("config"), dict):
        return _request(path, document)
    return _flat(path, _strings(path, document))


def _request(path: Path, document: dict[str, Any]) -> ConnectorFile:
    unknown = sorted(set(map(str, document)) - _FIELDS)
    if unknown:
        raise ConfigError(
            f"{path}: unknown field {unknown[0]}; known are name, config, initial_state"
        )
    config = _strings(path, document["config"])
    name = document.get("name", config.get("name"))
    if not isinstance(name, str) or not name:
        raise ConfigError(f"{path}: name is missing")
    if config.get("name") not in (None, name):
        raise ConfigError(f"{path}: config has the name {config['name']}, the file says {name}")
    return ConnectorFile(path, name, {**config, "name": name}, _state(path, document))


def _state(path: Path, document: dict[str, Any]) -> TargetState | None:
    wanted = document.get("initial_state")
    if wanted is None:
        return None
    state = _STATES.get(str(wanted).upper())
    if state is None:
        raise ConfigError(f"{path}: initial_state is {wanted}; use RUNNING, PAUSED or STOPPED")
    return state


def _flat(path: Path, config: Mapping[str, str | None]) -> ConnectorFile:
    name = config.get("name")
    if not name:
        raise ConfigError(f"{path}: name is missing")
    return ConnectorFile(path, name, config, None)


def _strings(path: Path, document: Mapping[Any, Any]) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for key, value in document.items():
        if isinstance(value, bool):
            found[str(key)] = str(value).lower()
        elif value is None or isinstance(value, str):
            found[str(key)] = value
        elif isinstance(value, int | float):
            found[str(key)] = str(value)
        else:
            raise ConfigError(
                f"{path}: {key} is {_kind(value)}; values are text, numbers, booleans"
            )
    return found


def _kind(value: object) -> str:
    return {dict: "a map", list: "a list", str: "text", type(None): "nothing"}.get(
        type(value), f"a {type(value).__name__}"
    )


def _json(path: Path, text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise ConfigError(f"{path}: no valid JSON: {error}") from error


def _yaml(path: Path, text: str) -> Any:
    import yaml  # noqa: PLC0415 - few workers are given YAML

    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        reason = " ".join(str(error).split())
        raise ConfigError(f"{path}: no valid YAML: {reason}") from error
