"""What the herder's decisions come to: values that the performer carries out."""

from __future__ import annotations

from dataclasses import dataclass

from weir_runtime.herder.event import Event
from weir_runtime.herder.state import PartId
from weir_runtime.model.cluster import ConnectorConfig, RestartRequest
from weir_runtime.model.ids import TaskId
from weir_runtime.model.state import Status, TargetState


@dataclass(frozen=True, slots=True)
class StartConnector:
    """Start a connector instance in an executor."""

    connector: str
    epoch: int
    config: ConnectorConfig
    target: TargetState


@dataclass(frozen=True, slots=True)
class StartTask:
    """Start a task in an executor."""

    task: TaskId
    epoch: int
    config: ConnectorConfig
    connector_config: ConnectorConfig
    target: TargetState


@dataclass(frozen=True, slots=True)
class SetTarget:
    """Tell a running part its new target state."""

    part: PartId
    epoch: int
    target: TargetState


@dataclass(frozen=True, slots=True)
class StopPart:
    """Stop a part; `PartStopped` follows in any case."""

    part: PartId
    epoch: int


@dataclass(frozen=True, slots=True)
class MakeTaskConfigs:
    """Ask a connector instance for task configs."""

    connector: str
    epoch: int
    config: ConnectorConfig


@dataclass(frozen=True, slots=True)
class PublishTasks:
    """Write a task set to the config topic, or hand it to the leader."""

    connector: str
    epoch: int
    configs: tuple[ConnectorConfig, ...]


@dataclass(frozen=True, slots=True)
class PutStatus:
    """Show and write a status; `safe` gives way to a newer generation of another worker."""

    status: Status
    safe: bool = False


@dataclass(frozen=True, slots=True)
class ForgetTopics:
    """Forget the active topics of a connector."""

    connector: str


@dataclass(frozen=True, slots=True)
class PlanRestart:
    """Work out which parts a restart request means, from the statuses as they are now."""

    request: RestartRequest


@dataclass(frozen=True, slots=True)
class SetLogLevel:
    """Set a logger's level here and in every executor."""

    namespace: str
    level: str


@dataclass(frozen=True, slots=True)
class After:
    """Send an event to the loop later."""

    delay_s: float
    event: Event


Action = (
    StartConnector
    | StartTask
    | SetTarget
    | StopPart
    | MakeTaskConfigs
    | PublishTasks
    | PutStatus
    | ForgetTopics
    | PlanRestart
    | SetLogLevel
    | After
)

Actions = tuple[Action, ...]
