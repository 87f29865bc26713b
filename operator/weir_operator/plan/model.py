"""The values that a plan is made from: what is wanted and what is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from weir_operator.client.target import ClusterTarget
from weir_operator.resources.reason import Reason


class TargetState(StrEnum):
    """The state that the spec asks for."""

    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"


class DeletionPolicy(StrEnum):
    """What a deleted resource leaves in Connect."""

    DELETE = "Delete"
    ORPHAN = "Orphan"
    STOP = "Stop"


class DriftPolicy(StrEnum):
    """What happens to a change that somebody else made in Connect."""

    CORRECT = "Correct"
    WARN = "Warn"
    IGNORE = "Ignore"


class ManagementPolicy(StrEnum):
    """Whether the connector is written at all."""

    MANAGE = "Manage"
    OBSERVE = "Observe"


class AdoptPolicy(StrEnum):
    """What happens to a connector that exists before its resource."""

    NEVER = "Never"
    IF_UNMANAGED = "IfUnmanaged"


class Key(NamedTuple):
    """What identifies a connector: its cluster's URL in normal form, and its name."""

    url: str
    name: str

    def __str__(self) -> str:
        return f"{self.name} at {self.url}" if self.url else self.name


@dataclass(frozen=True, slots=True)
class Owner:
    """The resource, or the document of a file, that a connector belongs to.

    `resource_version` is the one last seen; two owners are equal without it.
    """

    namespace: str
    name: str
    uid: str
    resource_version: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}" if self.namespace else self.name


@dataclass(frozen=True, slots=True)
class AutoRestart:
    """Restarts of failed parts without a person; all times in seconds.

    The delay before restart n is `initial_delay_s * factor ** n`, at most `max_delay_s`. A part
    that ran for `reset_after_s` since its last restart starts again at zero.
    `max_restarts` None means no end.
    """

    enabled: bool = False
    max_restarts: int | None = None
    initial_delay_s: float = 10.0
    factor: float = 2.0
    max_delay_s: float = 3600.0
    reset_after_s: float = 600.0


@dataclass(frozen=True, slots=True)
class Nonces:
    """Values of the three restart annotations, or those of them that were handled."""

    restart: str | None = None
    restart_failed: str | None = None
    restart_task: str | None = None


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a connector was created: kept in the resource's status."""

    url: str
    name: str

    @property
    def key(self) -> Key:
        """The key of the connector at that place."""
        return Key(self.url, self.name)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a resource cannot be acted on as it is written."""

    reason: Reason
    message: str


@dataclass(frozen=True, slots=True)
class Desired:
    """One resource, as far as the controller needs it.

    `config` holds the whole config as Connect stores it (with `name`, `connector.class`,
    `tasks.max`), all values in the one string form of `text.connect_string`; of the keys in
    `keep` it holds none, since they stay as they are. `target` is None
    only together with a `refusal`. `created` is seconds since the epoch. `release` is the way
    out by annotation: let go of what cannot be reached. `status` is the resource's status as
    last read; a difference in it, or in `finalizer`, makes no new desire.
    """

    owner: Owner
    target: ClusterTarget | None
    connector: str
    connector_class: str
    config: Mapping[str, str]
    keep: frozenset[str] = frozenset()
    generation: int = 1
    created: float = 0.0
    tasks_max: int | None = None
    state: TargetState = TargetState.RUNNING
    auto_restart: AutoRestart = AutoRestart()
    deletion_policy: DeletionPolicy = DeletionPolicy.DELETE
    drift_policy: DriftPolicy = DriftPolicy.CORRECT
    management_policy: ManagementPolicy = ManagementPolicy.MANAGE
    adopt: AdoptPolicy = AdoptPolicy.IF_UNMANAGED
    requests: Nonces = Nonces()
    handled: Nonces = Nonces()
    placement: Placement | None = None
    deleting: bool = False
    finalizer: bool = field(default=False, compare=False)
    release: bool = False
    refusal: Refusal | None = None
    status: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def key(self) -> Key:
        """The connector that the spec asks for; the URL is empty while there is no target."""
        return Key(self.target.url if self.target else "", self.connector)

    @property
    def title(self) -> str:
        """How people are told of it: the resource, its connector if named otherwise, its place."""
        other = f" (connector {self.connector})" if self.connector != self.owner.name else ""
        place = f" at {self.target.url}" if self.target else ""
        return f"{self.owner}{other}{place}"
