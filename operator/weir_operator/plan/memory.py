"""What the controller remembers of one connector between two looks."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from weir_operator.client.view import ConnectorView
from weir_operator.plan.action import NonceKind
from weir_operator.plan.model import Nonces, Placement, TargetState
from weir_operator.resources.reason import Reason

EXPECTATION_S = 10.0
CONTEST_WINDOW_S = 300.0
CONNECTOR_PART = -1


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a write will make visible; until `deadline` older observations are pending.

    `config` and `state` overlay what is observed; `absent` waits for the connector to go and
    `healthy` for no part to be failed.
    """

    deadline: float
    config: Mapping[str, str] | None = None
    state: TargetState | None = None
    absent: bool = False
    healthy: bool = False


@dataclass(frozen=True, slots=True)
class Judgement:
    """The worker's word on one config; `reason` is VALID or why it is refused."""

    config: Mapping[str, str]
    reason: Reason
    message: str
    at: float


@dataclass(frozen=True, slots=True)
class Trouble:
    """Calls that failed in a row, and when the next may be made."""

    failures: int
    not_before: float
    reason: Reason
    message: str


@dataclass(frozen=True, slots=True)
class Part:
    """Automatic restarts of one part; `since` is its last restart or when it was seen failed."""

    restarts: int
    since: float


@dataclass(frozen=True, slots=True)
class Owed:
    """A restart that was marked as handled and certainly did not happen yet."""

    kind: NonceKind
    nonce: str
    until: float


@dataclass(frozen=True, slots=True)
class Memory:
    """Everything beside Connect and the resource that a plan depends on.

    `settled_config` and `settled_state` are what Connect was last seen to agree on with the
    spec: a difference from them is somebody else's change. `asked_state` is the state last
    asked for. An observation older than `wrote_at` is not believed.
    """

    generation: int = 0
    finalizer: bool = False
    placement: Placement | None = None
    handled: Nonces = field(default_factory=Nonces)
    settled_config: Mapping[str, str] | None = None
    settled_state: TargetState | None = None
    asked_state: TargetState | None = None
    expectation: Expectation | None = None
    wrote_at: float = float("-inf")
    corrections: tuple[float, ...] = ()
    contested: bool = False
    judgement: Judgement | None = None
    trouble: Trouble | None = None
    parts: Mapping[int, Part] = field(default_factory=dict)
    owed: tuple[Owed, ...] = ()
    source_stop_at: float = float("-inf")
    source_delete_at: float = float("-inf")
    password_keys: frozenset[str] = frozenset()

    def for_generation(self, generation: int) -> Memory:
        """Forget what a new spec makes void: pauses between tries, contests, judgements."""
        if generation == self.generation:
            return self
        return replace(self, generation=generation, trouble=None, contested=False, corrections=())

    def corrections_since(self, now: float) -> tuple[float, ...]:
        """List the corrections that still count towards a contest."""
        return tuple(at for at in self.corrections if now - at < CONTEST_WINDOW_S)


def met(expectation: Expectation, view: ConnectorView | None) -> bool:
    """Tell whether an observation shows what was expected."""
    if expectation.absent:
        return view is None
    if view is None or view.status is None:
        return False
    if expectation.config is not None and dict(view.config) != dict(expectation.config):
        return False
    state = view.status.state
    if expectation.state is not None:
        final = expectation.state is not TargetState.STOPPED and state == "FAILED"
        if state.lower() != expectation.state.value and not final:
            return False
    failed = state == "FAILED" or any(task.state == "FAILED" for task in view.status.tasks)
    return not (expectation.healthy and failed)


def spread(seed: str, attempt: int) -> float:
    """Give a number in [0.8, 1.0) that differs between connectors and attempts.

    It stands for chance in pauses and keeps the plan a function of its arguments.
    """
    return 0.8 + 0.2 * (zlib.crc32(f"{seed}/{attempt}".encode()) % 1000) / 1000
