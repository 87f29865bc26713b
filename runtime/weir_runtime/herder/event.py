"""What the herder's loop is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from weir_runtime.herder.state import Ownership, PartId
from weir_runtime.model.cluster import ClusterConfig, ConnectorConfig
from weir_runtime.model.state import State
from weir_runtime.storage.ports import ConfigEvent


@dataclass(frozen=True, slots=True)
class ConfigRead:
    """A record of the config topic was read; `config` is the snapshot after it."""

    change: ConfigEvent
    config: ClusterConfig


@dataclass(frozen=True, slots=True)
class OwnershipChanged:
    """The group has decided who does what; `config` is the snapshot that it was decided on."""

    ownership: Ownership
    config: ClusterConfig


@dataclass(frozen=True, slots=True)
class PartReported:
    """An executor reports the state of a part; `version` is the plugin's."""

    part: PartId
    epoch: int
    state: State
    trace: str | None = None
    version: str | None = None


@dataclass(frozen=True, slots=True)
class PartStopped:
    """A part has let go of everything, or was given up."""

    part: PartId
    epoch: int


@dataclass(frozen=True, slots=True)
class PartMoved:
    """A healthy part must leave its executor: it is stopped and started again."""

    part: PartId
    epoch: int


@dataclass(frozen=True, slots=True)
class ReconfigurationWanted:
    """A connector wants its task configs made anew."""

    connector: str
    epoch: int


@dataclass(frozen=True, slots=True)
class TaskConfigsMade:
    """A connector has made its task configs, complete with what the framework adds."""

    connector: str
    epoch: int
    configs: Sequence[ConnectorConfig]


@dataclass(frozen=True, slots=True)
class TaskConfigsFailed:
    """Making or publishing task configs failed and is tried again."""

    connector: str
    epoch: int


@dataclass(frozen=True, slots=True)
class TaskConfigsDue:
    """The back-off after a failure to make task configs is over."""

    connector: str
    epoch: int


@dataclass(frozen=True, slots=True)
class WindowClosed:
    """The batching window of that number is over."""

    window: int


@dataclass(frozen=True, slots=True)
class PartsRestarted:
    """A person wants parts restarted; only those of this worker are looked at."""

    parts: tuple[PartId, ...]
    shown: bool = False


@dataclass(frozen=True, slots=True)
class Nudged:
    """Somebody wants to know that the loop turns."""


Event = (
    ConfigRead
    | OwnershipChanged
    | PartReported
    | PartStopped
    | PartMoved
    | ReconfigurationWanted
    | TaskConfigsMade
    | TaskConfigsFailed
    | TaskConfigsDue
    | WindowClosed
    | PartsRestarted
    | Nudged
)
