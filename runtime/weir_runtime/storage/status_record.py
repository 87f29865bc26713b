"""Records of the status topic, byte for byte as Java writes them.

Source: org.apache.kafka.connect.storage.KafkaStatusBackingStore (STATUS_SCHEMA_V1,
TOPIC_STATUS_SCHEMA_V0).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from weir_runtime.api.errors import DataError
from weir_runtime.codec import java_json
from weir_runtime.model.ids import TaskId
from weir_runtime.model.state import State, Status
from weir_runtime.storage.ports import TopicStatus

_CONNECTOR = "status-connector-"
_TASK = "status-task-"
_TOPIC = "status-topic-"
_TOPIC_CONNECTOR = ":connector-"


@dataclass(frozen=True, slots=True)
class TopicKey:
    """A topic in use by a connector."""

    topic: str
    connector: str


Part = str | TaskId | TopicKey
"""What a record is about: a connector, a task, or a topic of a connector."""


def encode_key(part: Part) -> bytes:
    """Return the key of a part's record."""
    match part:
        case TaskId():
            return f"{_TASK}{part}".encode()
        case TopicKey(topic, connector):
            return f"{_TOPIC}{topic}{_TOPIC_CONNECTOR}{connector}".encode()
        case _:
            return f"{_CONNECTOR}{part}".encode()


def encode_value(status: Status | TopicStatus) -> bytes | None:
    """Return the value; None (a tombstone) for a destroyed part."""
    if isinstance(status, TopicStatus):
        content: dict[str, Any] = {
            "topic": {
                "name": status.topic,
                "connector": status.connector,
                "task": status.task,
                "discoverTimestamp": status.discovered_ms,
            }
        }
        return java_json.dumps(content)
    if status.state is State.DESTROYED:
        return None
    content = {
        "state": status.state,
        "trace": status.trace,
        "worker_id": status.worker_id,
        "generation": status.generation,
        "version": status.version,
    }
    return java_json.dumps(content)


def decode_key(key: bytes | None) -> Part | None:
    """Return what a record is about, None for a key of unknown kind."""
    try:
        name = (key or b"").decode()
    except ValueError:
        return None
    if name.startswith(_CONNECTOR):
        return name.removeprefix(_CONNECTOR)
    if name.startswith(_TASK):
        connector, _, number = name.removeprefix(_TASK).rpartition("-")
        if connector and number.isascii() and number.isdigit():
            return TaskId(connector, int(number))
    if name.startswith(_TOPIC):
        # a topic's name has no colon, a connector's may
        topic, mark, connector = name.removeprefix(_TOPIC).partition(_TOPIC_CONNECTOR)
        if mark and topic:
            return TopicKey(topic, connector)
    return None


def decode_status(part: str | TaskId, value: bytes) -> Status:
    """Return the status in a value.

    Raises:
        DataError: it is none.
    """
    members = _members(value, part)
    try:
        return Status(
            part,
            State(members["state"]),
            str(members["worker_id"]),
            int(members["generation"]),
            members.get("trace"),
            members.get("version"),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"Ignoring the status of {part}: {error!r}") from error


def decode_topic(part: TopicKey, value: bytes) -> TopicStatus:
    """Return the use of a topic in a value.

    Raises:
        DataError: it is none.
    """
    try:
        members = _members(value, part)["topic"]
        return TopicStatus(
            str(members["name"]),
            str(members["connector"]),
            int(members["task"]),
            int(members["discoverTimestamp"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"Ignoring the use of topic {part.topic}: {error!r}") from error


def _members(value: bytes, part: Part) -> dict[str, Any]:
    try:
        content = java_json.loads(value)
    except ValueError as error:
        raise DataError(f"Ignoring the status of {part}: {error}") from error
    if not isinstance(content, dict):
        raise DataError(f"Ignoring the status of {part}: it is no JSON object")
    return content
