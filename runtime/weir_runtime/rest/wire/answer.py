"""Bodies of answers."""

from __future__ import annotations

from typing import Annotated, Any, Final, NotRequired, TypedDict

from msgspec import Meta

from weir_runtime.api.config import Importance, Kind, Width
from weir_runtime.model.state import State

_SHOWN: Final = [state.value for state in State if state is not State.DESTROYED]

Name = Annotated[str, Meta(description="Name of the connector.", examples=["orders"])]
WorkerId = Annotated[
    str,
    Meta(
        description="Advertised address of the worker that runs this part.",
        examples=["10.0.0.7:8083"],
    ),
]
PluginVersion = Annotated[
    str | None, Meta(description="Left out where the plugin has no version.", examples=["4.3.1"])
]
Trace = Annotated[str, Meta(description="Why it failed; only there if it has.", min_length=1)]
PartState = Annotated[str, Meta(extra_json_schema={"enum": _SHOWN}, examples=["RUNNING"])]
PartStateOfTask = Annotated[
    str,
    Meta(
        description="Tasks are never STOPPED: a stopped connector has none.",
        extra_json_schema={"enum": [state for state in _SHOWN if state != State.STOPPED]},
        examples=["RUNNING"],
    ),
]
ConnectorType = Annotated[
    str,
    Meta(
        description="`unknown` where the connector's plugin is not there.",
        extra_json_schema={"enum": ["source", "sink", "unknown"]},
    ),
]
PluginType = Annotated[
    str,
    Meta(
        extra_json_schema={
            "enum": [
                "sink",
                "source",
                "transformation",
                "predicate",
                "converter",
                "header_converter",
            ]
        }
    ),
]
HealthState = Annotated[str, Meta(extra_json_schema={"enum": ["healthy", "starting", "unhealthy"]})]

ConnectorConfig = Annotated[
    dict[str, str], Meta(description="The config as it is stored; every value is a string.")
]
Fields = Annotated[dict[str, Any], Meta(description="Fields that the connector itself defines.")]


Int = Annotated[int, Meta(extra_json_schema={"format": "int32"})]
Count = Annotated[int, Meta(ge=0, extra_json_schema={"format": "int32"})]


class ErrorMessage(TypedDict):
    """Every answer that is no success."""

    error_code: Annotated[int, Meta(description="The status of the answer.")]
    message: Annotated[str, Meta(min_length=1)]


class ServerInfo(TypedDict):
    """Versions of a worker and the Kafka cluster it works with."""

    version: Annotated[
        str,
        Meta(
            description="The Kafka release whose API this is; clients gate features on it.",
            pattern=r"^\d+\.\d+\.\d+$",
            examples=["4.3.1"],
        ),
    ]
    commit: str
    kafka_cluster_id: str


class WorkerStatus(TypedDict):
    """Whether a worker is fit to serve."""

    status: HealthState
    message: str


class ConnectorTaskId(TypedDict):
    """A task."""

    connector: Name
    task: Count


class ConnectorInfo(TypedDict):
    """A connector with its config and its tasks."""

    name: Name
    config: ConnectorConfig
    tasks: Annotated[list[ConnectorTaskId], Meta(description="Empty right after creation.")]
    type: ConnectorType


class ConnectorState(TypedDict):
    """State of a connector instance."""

    state: PartState
    worker_id: WorkerId
    version: NotRequired[PluginVersion]
    trace: NotRequired[Trace]


class TaskState(TypedDict):
    """State of a task."""

    id: Count
    state: PartStateOfTask
    worker_id: WorkerId
    version: NotRequired[PluginVersion]
    trace: NotRequired[Trace]


class ConnectorStateInfo(TypedDict):
    """States of a connector and of its tasks, by id."""

    name: Name
    connector: ConnectorState
    tasks: list[TaskState]
    type: ConnectorType


class ExpandedConnector(TypedDict):
    """The parts of a connector that `expand` asked for."""

    status: NotRequired[ConnectorStateInfo]
    info: NotRequired[ConnectorInfo]


class TaskInfo(TypedDict):
    """A task with its config."""

    id: ConnectorTaskId
    config: ConnectorConfig


class ActiveTopics(TypedDict):
    """Topics that a connector has been seen to use."""

    topics: list[str]


class ConnectorOffset(TypedDict):
    """A partition of the source, or of a topic, and how far the connector is in it."""

    partition: Fields
    offset: Annotated[
        dict[str, Any] | None,
        Meta(description='`{"kafka_offset": n}` for a sink; null where nothing is committed.'),
    ]


class ConnectorOffsets(TypedDict):
    """Offsets of a connector."""

    offsets: list[ConnectorOffset]


class Message(TypedDict):
    """What has been done."""

    message: str


PluginInfo = TypedDict(
    "PluginInfo",
    {
        "class": Annotated[
            str, Meta(examples=["org.apache.kafka.connect.file.FileStreamSourceConnector"])
        ],
        "type": PluginType,
        "version": NotRequired[
            Annotated[str, Meta(description="Left out where the plugin has none.")]
        ],
    },
)
PluginInfo.__doc__ = "A plugin that is installed."


class ConfigKeyInfo(TypedDict):
    """Definition of a key."""

    name: str
    type: Kind
    required: bool
    default_value: str | None
    importance: Importance
    documentation: str
    group: str | None
    order_in_group: Int
    width: Width
    display_name: str
    dependents: list[str]
    order: NotRequired[
        Annotated[
            int,
            Meta(description="`order_in_group` under its name before 4.2; off by default."),
        ]
    ]


class ConfigValueInfo(TypedDict):
    """A value and what is wrong with it."""

    name: str
    value: str | None
    recommended_values: list[str]
    errors: list[str]
    visible: bool


class ConfigInfo(TypedDict):
    """A key with its value; no definition where nobody defines the key."""

    definition: ConfigKeyInfo | None
    value: ConfigValueInfo


class ConfigInfos(TypedDict):
    """Result of a validation."""

    name: Annotated[str, Meta(description="Class of the connector.")]
    error_count: Count
    groups: list[str]
    configs: list[ConfigInfo]


class LoggerLevel(TypedDict):
    """Level of a logger."""

    level: Annotated[str, Meta(examples=["INFO"])]
    last_modified: Annotated[
        int | None,
        Meta(description="Milliseconds since 1970; null where no request has set it."),
    ]
