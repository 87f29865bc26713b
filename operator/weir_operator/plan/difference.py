"""How a connector in Connect differs from its spec."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from weir_operator.client.view import ConnectorView
from weir_operator.plan.memory import Expectation
from weir_operator.plan.model import Desired, TargetState

_SETTLED_STATES = frozenset({"RUNNING", "PAUSED", "STOPPED"})


@dataclass(frozen=True, slots=True)
class Difference:
    """Keys of the config with (Connect's value, wanted value), None for absent, and the state.

    `state` is the state to ask for, None if that in Connect is right or still moving; `missing`
    tells that Connect has no such connector.
    """

    keys: tuple[tuple[str, str | None, str | None], ...] = ()
    state: TargetState | None = None
    found_state: str = ""
    missing: bool = False

    def __bool__(self) -> bool:
        return bool(self.keys) or self.state is not None or self.missing

    def __str__(self) -> str:
        if self.missing:
            return "it is missing in Connect"
        parts = [f"config keys {', '.join(key for key, _, _ in self.keys)}"] if self.keys else []
        if self.state is not None:
            parts.append(f"state {self.found_state} instead of {self.state.upper()}")
        return " and ".join(parts)


def changed_keys(
    found: Mapping[str, str], wanted: Mapping[str, str]
) -> tuple[tuple[str, str | None, str | None], ...]:
    """List the keys whose values differ, sorted."""
    if found == wanted:
        return ()
    return tuple(
        (key, found.get(key), wanted.get(key))
        for key in sorted({*found, *wanted})
        if found.get(key) != wanted.get(key) and not _same_number(key, found, wanted)
    )


def _same_number(key: str, found: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    """Tell whether a number that the spec has a field for is only spelled otherwise: ` 02`."""
    before = found.get(key, "").strip()
    return key == "tasks.max" and before.isdecimal() and str(int(before)) == wanted.get(key)


def compare(
    desired: Desired,
    view: ConnectorView | None,
    *,
    asked: TargetState | None = None,
    expected: Expectation | None = None,
) -> Difference:
    """Compare a spec with a connector, an open expectation laid over what was observed.

    A connector that is failed or between two states does not show the state it was asked for:
    then `asked`, the last state asked for, decides.
    """
    overlay = expected if expected is not None and not expected.absent else None
    if view is None and (overlay is None or overlay.config is None):
        return Difference(missing=True)
    config = view.config if view is not None else {}
    if overlay is not None and overlay.config is not None:
        config = overlay.config
    state = view.status.state if view is not None and view.status is not None else ""
    if overlay is not None and overlay.state is not None:
        state = overlay.state.upper()
    return Difference(
        keys=changed_keys(config, desired.config),
        state=_state_to_ask(desired.state, state, asked),
        found_state=state,
    )


def _state_to_ask(wanted: TargetState, found: str, asked: TargetState | None) -> TargetState | None:
    if found in _SETTLED_STATES:
        return wanted if found != wanted.upper() else None
    if found == "FAILED" and wanted is TargetState.STOPPED:
        return wanted
    if found == "FAILED" and wanted is TargetState.PAUSED and asked is None:
        return wanted
    return wanted if asked is not None and asked is not wanted else None
