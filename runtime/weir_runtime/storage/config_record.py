"""Records of the config topic, byte for byte as Java writes them.

Source: org.apache.kafka.connect.storage.KafkaConfigBackingStore (CONNECTOR_CONFIGURATION_V0,
TARGET_STATE_V1, CONNECTOR_TASKS_COMMIT_V0, TASK_COUNT_RECORD_V0, SESSION_KEY_V0,
RESTART_REQUEST_V0, LOGGER_LEVEL_V0).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from weir_runtime.api.errors import DataError
from weir_runtime.codec import java_json
from weir_runtime.kafka.ports import Entry
from weir_runtime.model.cluster import ConnectorConfig, RestartRequest, SessionKey
from weir_runtime.model.ids import TaskId
from weir_runtime.model.state import TargetState

_CONNECTOR = "connector-"
_TARGET_STATE = "target-state-"
_TASK = "task-"
_COMMIT = "commit-"
_FENCING = "tasks-fencing-"
_RESTART = "restart-connector-"
_LOGGER = "logger-cluster-"
_SESSION_KEY = "session-key"


@dataclass(frozen=True, slots=True)
class ConnectorRecord:
    """A connector's config; None deletes it."""

    connector: str
    config: ConnectorConfig | None


@dataclass(frozen=True, slots=True)
class TargetStateRecord:
    """A target state; None takes it back."""

    connector: str
    state: TargetState | None


@dataclass(frozen=True, slots=True)
class TaskRecord:
    """A task's config, which counts from its commit on."""

    task: TaskId
    config: ConnectorConfig


@dataclass(frozen=True, slots=True)
class CommitRecord:
    """The task records before it are a set of `tasks` configs."""

    connector: str
    tasks: int


@dataclass(frozen=True, slots=True)
class TaskCountRecord:
    """How many transactional producers the next generation of tasks has to fence (KIP-618)."""

    connector: str
    tasks: int


@dataclass(frozen=True, slots=True)
class SessionKeyRecord:
    """The key for internal requests."""

    key: SessionKey


@dataclass(frozen=True, slots=True)
class RestartRecord:
    """A restart request."""

    request: RestartRequest


@dataclass(frozen=True, slots=True)
class LoggerRecord:
    """A cluster-wide log level."""

    namespace: str
    level: str


ConfigRecord = (
    ConnectorRecord
    | TargetStateRecord
    | TaskRecord
    | CommitRecord
    | TaskCountRecord
    | SessionKeyRecord
    | RestartRecord
    | LoggerRecord
)


def encode(record: ConfigRecord) -> Entry:
    """Return key and value of a record."""
    key, content = _parts(record)
    return key.encode(), None if content is None else java_json.dumps(content)


def _parts(record: ConfigRecord) -> tuple[str, Any]:
    content: Any
    match record:
        case ConnectorRecord(connector, config):
            content = None if config is None else {"properties": dict(config)}
            key = _CONNECTOR + connector
        case TargetStateRecord(connector, state):
            key, content = _TARGET_STATE + connector, state and _state(state)
        case TaskRecord(task, config):
            key, content = f"{_TASK}{task}", {"properties": dict(config)}
        case CommitRecord(connector, tasks):
            key, content = _COMMIT + connector, {"tasks": tasks}
        case TaskCountRecord(connector, tasks):
            key, content = _FENCING + connector, {"task-count": tasks}
        case SessionKeyRecord(secret):
            key, content = _SESSION_KEY, _session_key(secret)
        case RestartRecord(request):
            key = _RESTART + request.connector
            content = {"include-tasks": request.include_tasks, "only-failed": request.only_failed}
        case LoggerRecord(namespace, level):
            key, content = _LOGGER + namespace, {"level": level}
    return key, content


def decode(key: bytes | None, value: bytes | None) -> ConfigRecord | None:
    """Return the record, None for a key of unknown kind (newer writers may have more kinds).

    Raises:
        DataError: the kind is known and the value is not what it has to be.
    """
    try:
        name = (key or b"").decode()
        content = None if value is None else java_json.loads(value)
    except ValueError as error:
        raise DataError(f"Ignoring a record of the config topic: {error}") from error
    if name == _SESSION_KEY:
        return SessionKeyRecord(_read_session_key(_members(content, "session key")))
    for prefix, read in _READERS:
        if name.startswith(prefix):
            return read(name.removeprefix(prefix), content)
    return None


def _state(state: TargetState) -> dict[str, str]:
    # workers from before KIP-875 know no STOPPED and have to do the nearest thing
    old = TargetState.PAUSED if state is TargetState.STOPPED else state
    return {"state": old, "state.v2": state}


def _session_key(key: SessionKey) -> dict[str, Any]:
    return {
        "key": base64.b64encode(key.key).decode(),
        "algorithm": key.algorithm,
        "creation-timestamp": key.created_ms,
    }


def _members(content: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(content, dict):
        kind = "null" if content is None else type(content).__name__
        raise DataError(f"Ignoring {what} because the value is not a Map but is {kind}")
    return content


def _member(content: Any, name: str, kind: type, what: str) -> Any:
    value = _members(content, what).get(name)
    # a bool is an int to Python, never to Java
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise DataError(f"Ignoring {what}: field {name} is {value!r}")
    return value


def _properties(content: Any, what: str) -> dict[str, str]:
    properties = _member(content, "properties", dict, what)
    # Java writes null for a key that a person has set to null: the same as leaving it out
    config = {key: value for key, value in properties.items() if value is not None}
    for key, value in config.items():
        if not isinstance(value, str):
            raise DataError(f"Ignoring {what}: property {key} is not a string")
    return config


def _read_connector(name: str, content: Any) -> ConfigRecord:
    config = None if content is None else _properties(content, f"connector config of {name}")
    return ConnectorRecord(name, config)


def _read_target_state(name: str, content: Any) -> ConfigRecord:
    if content is None:
        return TargetStateRecord(name, None)
    what = f"target state of connector {name}"
    members = _members(content, what)
    text = members.get("state.v2") or _member(members, "state", str, what)
    if text not in TargetState.__members__:
        raise DataError(f"Ignoring {what}: state is {text!r}")
    return TargetStateRecord(name, TargetState(text))


def _read_task(name: str, content: Any) -> ConfigRecord:
    connector, _, number = name.rpartition("-")
    if not connector or not number.isascii() or not number.isdigit():
        raise DataError(f"Ignoring task config of {name!r}: the key does not end with a task id")
    return TaskRecord(
        TaskId(connector, int(number)), _properties(content, f"task config of {name}")
    )


def _read_commit(name: str, content: Any) -> ConfigRecord:
    what = f"task commit of connector {name}"
    return CommitRecord(name, _member(content, "tasks", int, what))


def _read_fencing(name: str, content: Any) -> ConfigRecord:
    what = f"task count of connector {name}"
    return TaskCountRecord(name, _member(content, "task-count", int, what))


def _read_restart(name: str, content: Any) -> ConfigRecord:
    what = f"restart request of connector {name}"
    only_failed = _member(content, "only-failed", bool, what)
    return RestartRecord(
        RestartRequest(name, only_failed, _member(content, "include-tasks", bool, what))
    )


def _read_logger(name: str, content: Any) -> ConfigRecord:
    return LoggerRecord(name, _member(content, "level", str, f"log level of {name}"))


def _read_session_key(content: Mapping[str, Any]) -> SessionKey:
    what = "session key"
    try:
        key = base64.b64decode(_member(content, "key", str, what), validate=True)
    except binascii.Error:
        # nothing of a key goes into a message
        raise DataError(f"Ignoring {what}: it is not base64") from None
    return SessionKey(
        key,
        _member(content, "algorithm", str, what),
        _member(content, "creation-timestamp", int, what),
    )


_READERS: tuple[tuple[str, Callable[[str, Any], ConfigRecord]], ...] = (
    (_CONNECTOR, _read_connector),
    (_TARGET_STATE, _read_target_state),
    (_FENCING, _read_fencing),
    (_TASK, _read_task),
    (_COMMIT, _read_commit),
    (_RESTART, _read_restart),
    (_LOGGER, _read_logger),
)
