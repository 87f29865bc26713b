"""What a plan asks for, as values, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from weir_operator.client.error import ConnectApiError
from weir_operator.client.view import ConnectorView, Validation
from weir_operator.plan.model import Placement, TargetState

NonceKind = Literal["restart", "restart_failed", "restart_task"]


@dataclass(frozen=True, slots=True)
class Confirm:
    """Read the connector by itself, since the bulk read cannot prove absence."""


@dataclass(frozen=True, slots=True)
class LookAtSource:
    """Read the connector at its former place."""


@dataclass(frozen=True, slots=True)
class Validate:
    """Let the worker judge the config before it is written."""

    config: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AddFinalizer:
    """Hold the resource before anything exists in Connect."""


@dataclass(frozen=True, slots=True)
class ReleaseFinalizer:
    """Let the resource go."""

    message: str = ""


@dataclass(frozen=True, slots=True)
class WritePlacement:
    """Write down where the connector will be, before it is there."""

    placement: Placement


@dataclass(frozen=True, slots=True)
class MarkHandled:
    """Write down that a restart annotation was handled, before it is."""

    kind: NonceKind
    nonce: str


@dataclass(frozen=True, slots=True)
class Create:
    """Create the connector directly in its state."""

    config: Mapping[str, str]
    state: TargetState
    drift: bool = False


@dataclass(frozen=True, slots=True)
class PutConfig:
    """Replace the config; `keys` are those that differ, `drift` tells that we did not cause it."""

    config: Mapping[str, str]
    keys: tuple[str, ...] = ()
    drift: bool = False


@dataclass(frozen=True, slots=True)
class SetState:
    """Resume, pause or stop; at the former place when `at_source`."""

    state: TargetState
    at_source: bool = False
    drift: bool = False


@dataclass(frozen=True, slots=True)
class Restart:
    """Restart the connector and its tasks, or what failed of them.

    `nonce` is the annotation's value, empty for an automatic restart of `parts`, where -1 is
    the connector itself.
    """

    only_failed: bool
    nonce: str = ""
    parts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class RestartTask:
    """Restart one task; `nonce` is empty for an automatic restart."""

    task: int
    nonce: str = ""


@dataclass(frozen=True, slots=True)
class Delete:
    """Delete the connector; at the former place when `at_source`."""

    at_source: bool = False


Action = (
    Confirm
    | LookAtSource
    | Validate
    | AddFinalizer
    | ReleaseFinalizer
    | WritePlacement
    | MarkHandled
    | Create
    | PutConfig
    | SetState
    | Restart
    | RestartTask
    | Delete
)


@dataclass(frozen=True, slots=True)
class Done:
    """The action had its effect."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A look found this; None is a sure absence."""

    view: ConnectorView | None


@dataclass(frozen=True, slots=True)
class Judged:
    """The worker's judgement; `unknown_class` is a sentence when it has no such plugin."""

    validation: Validation = field(default_factory=Validation)
    unknown_class: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """Connect's answer was an error."""

    error: ConnectApiError


@dataclass(frozen=True, slots=True)
class NotReported:
    """The resource itself could not be written; nothing was sent to Connect."""

    message: str


Result = Done | Seen | Judged | Failed | NotReported
