"""The border between worker and executor: one table of messages.

Frames are a 4-byte big-endian length and a msgspec msgpack body. `Request`s carry a `call` that
the one `Reply` repeats; all else is one-way. Both sides ignore what belongs to an epoch that is
over: `epoch` is a number that the parent raises with each start of a part.
"""

from __future__ import annotations

from typing import Any

import msgspec


class PluginRef(msgspec.Struct, frozen=True):
    """Where a plugin is: its public class name and the object to import, `module:attribute`."""

    class_name: str
    target: str
    version: str
    paths: tuple[str, ...] = ()


class Configured(msgspec.Struct, frozen=True):
    """A converter and its sub-keys."""

    plugin: PluginRef
    config: dict[str, str]


class Message(msgspec.Struct, tag_field="type", frozen=True):
    """Base of every frame."""


# Parent to child


class Describe(Message, tag="describe", frozen=True):
    """Import a plugin and return its definitions: `Reply.result` is `Description`."""

    call: int
    plugin: PluginRef


class Validate(Message, tag="validate", frozen=True):
    """Evaluate a connector's own keys: `Reply.result` is a list of `api.config.ConfigValue`."""

    call: int
    plugin: PluginRef
    config: dict[str, str]


class StartConnector(Message, tag="start-connector", frozen=True):
    """Make and start a connector; answered by `ConnectorState` events, not by a reply.

    `state` is a target state: PAUSED and STOPPED make the instance without `start`.
    """

    connector: str
    epoch: int
    plugin: PluginRef
    config: dict[str, str]
    state: str


class SetConnectorState(Message, tag="set-connector-state", frozen=True):
    """Bring a connector to a target state; answered by `ConnectorState`."""

    connector: str
    epoch: int
    state: str


class StopConnector(Message, tag="stop-connector", frozen=True):
    """Stop and drop a connector; the reply comes when `stop` has returned."""

    call: int
    connector: str
    epoch: int


class TaskConfigs(Message, tag="task-configs", frozen=True):
    """Ask for task configs: `Reply.result` is a list of dicts of strings."""

    call: int
    connector: str
    epoch: int
    max_tasks: int


class AlterOffsets(Message, tag="alter-offsets", frozen=True):
    """Have the connector's class check offsets: `Reply.result` is True where it confirms."""

    call: int
    plugin: PluginRef
    config: dict[str, str]
    offsets: list[tuple[dict[str, Any], dict[str, Any] | None]]


class StartTask(Message, tag="start-task", frozen=True):
    """Start a task; answered by `TaskState` events.

    Attributes:
        plugin: of the connector; the task class is its `task_class`.
        config: task config as stored.
        connector_config: config of the connector, for what the framework reads of it.
        state: STARTED or PAUSED.
        producer: Java-named client config of a source task's producer, else empty.
        consumer: Java-named client config of a sink task's consumer, else empty.
        offsets_topic: where a source task writes its offsets; None sends them to the parent.
        offsets_group: first element of the offset record's key (the connector's name).
        topic_creation: whether to ask the parent for topics before producing to them.
        topic_tracking: whether to report topics.
        metric_samples: `metrics.num.samples`.
        metric_window_ms: `metrics.sample.window.ms`.
    """

    connector: str
    task: int
    epoch: int
    plugin: PluginRef
    config: dict[str, str]
    connector_config: dict[str, str]
    state: str
    key_converter: Configured
    value_converter: Configured
    header_converter: Configured
    producer: dict[str, str]
    consumer: dict[str, str]
    offsets_topic: str | None
    flush_interval_ms: int
    flush_timeout_ms: int
    topic_creation: bool
    topic_tracking: bool
    metric_samples: int = 2
    metric_window_ms: int = 30_000


class SetTaskState(Message, tag="set-task-state", frozen=True):
    """Pause (PAUSED) or resume (STARTED) a task; answered by `TaskState`."""

    connector: str
    task: int
    epoch: int
    state: str


class StopTask(Message, tag="stop-task", frozen=True):
    """Stop a task within `timeout_s`; the reply comes when it has let go of everything.

    `Reply.error` tells that it did not in time.
    """

    call: int
    connector: str
    task: int
    epoch: int
    timeout_s: float


class SetLogLevel(Message, tag="set-log-level", frozen=True):
    """Set a logger's level in the child; empty level takes the setting off."""

    namespace: str
    level: str


class Shutdown(Message, tag="shutdown", frozen=True):
    """Stop everything and exit 0."""


# Child to parent


class Hello(Message, tag="hello", frozen=True):
    """First frame of a child: it is up."""

    pid: int


class ConnectorState(Message, tag="connector-state", frozen=True):
    """A connector has reached a state (`model.state.State`)."""

    connector: str
    epoch: int
    state: str
    trace: str | None = None


class TaskState(Message, tag="task-state", frozen=True):
    """A task has reached a state."""

    connector: str
    task: int
    epoch: int
    state: str
    trace: str | None = None


class ReconfigurationRequested(Message, tag="reconfiguration", frozen=True):
    """A connector wants its task configs made anew."""

    connector: str
    epoch: int


class ReadOffsets(Message, tag="read-offsets", frozen=True):
    """A task or connector asks for offsets: `Reply.result` is a list in the same order."""

    call: int
    connector: str
    partitions: list[dict[str, Any]]


class WriteOffsets(Message, tag="write-offsets", frozen=True):
    """Store offsets where no topic holds them (standalone); replied to once durable."""

    call: int
    connector: str
    offsets: list[tuple[dict[str, Any], dict[str, Any] | None]]


class OffsetKeys(Message, tag="offset-keys", frozen=True):
    """Ask which byte form of partitions the topic holds: `Reply.result` is a list of bytes."""

    call: int
    connector: str
    partitions: list[dict[str, Any]]


class EnsureTopic(Message, tag="ensure-topic", frozen=True):
    """Make sure a topic exists, by the connector's rules; `Reply.result` is True if it was made."""

    call: int
    connector: str
    topic: str


class TopicUsed(Message, tag="topic-used", frozen=True):
    """A task has used a topic for the first time."""

    connector: str
    task: int
    topic: str


class TaskFigures(msgspec.Struct, frozen=True, array_like=True):
    """What has changed of a task's figures since they were last sent.

    Attributes:
        values: by metric.
        lags: topic, partition and records behind, of all that the task holds; None where it is
            as before.
    """

    connector: str
    task: int
    epoch: int
    values: dict[str, float]
    lags: list[tuple[str, int, int]] | None = None


class Metrics(Message, tag="metrics", frozen=True):
    """Figures of this child's tasks, each second; a task without changes is left out."""

    tasks: list[TaskFigures]


class LogRecord(Message, tag="log", frozen=True):
    """A log record made in the child, formatted there except for time and level."""

    created: float
    level: int
    logger: str
    message: str
    connector: str | None = None
    task: int | None = None
    part: str | None = None
    exception: str | None = None
    fields: dict[str, str] = {}


# Both ways


class Reply(Message, tag="reply", frozen=True):
    """Answer to the request with the same `call`; `error` is None on success.

    `error_type` names a class of `api.errors`, ConnectError for anything else.
    """

    call: int
    result: Any = None
    error: str | None = None
    error_type: str | None = None
    trace: str | None = None


class Description(msgspec.Struct, frozen=True):
    """What a describe executor learns of a plugin; `keys` hold `api.config.ConfigKey`s."""

    class_name: str
    type: str
    version: str
    keys: list[Any]
    task_class: str = ""
    exactly_once: str = ""


ToChild = (
    Describe
    | Validate
    | StartConnector
    | SetConnectorState
    | StopConnector
    | TaskConfigs
    | AlterOffsets
    | StartTask
    | SetTaskState
    | StopTask
    | SetLogLevel
    | Shutdown
    | Reply
)
ToParent = (
    Hello
    | ConnectorState
    | TaskState
    | ReconfigurationRequested
    | ReadOffsets
    | WriteOffsets
    | OffsetKeys
    | EnsureTopic
    | TopicUsed
    | Metrics
    | LogRecord
    | Reply
)
