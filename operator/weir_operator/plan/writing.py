"""Create, update and put right: everything that makes Connect equal to the spec."""

from __future__ import annotations

from weir_operator.plan import difference, kept
from weir_operator.plan.action import (
    Action,
    AddFinalizer,
    Confirm,
    Create,
    PutConfig,
    SetState,
    Validate,
    WritePlacement,
)
from weir_operator.plan.difference import Difference
from weir_operator.plan.memory import CONTEST_WINDOW_S
from weir_operator.plan.model import AdoptPolicy, DriftPolicy, Placement
from weir_operator.plan.outcome import Plan
from weir_operator.plan.step import Step
from weir_operator.resources.reason import Reason

CONFIRM = Confirm()
CONTEST_CORRECTIONS = 3
REVALIDATE_S = 300.0
RELOOK_CLASS_S = 60.0


def plan(step: Step) -> Plan | None:
    """Give what makes Connect equal to the spec; None when it is, or may stay as it is."""
    memory = step.memory
    found = difference.compare(
        step.desired, step.view, asked=memory.asked_state, expected=memory.expectation
    )
    if found.missing and not step.observed.confirmed:
        return step.act(Reason.PENDING, CONFIRM)
    if memory.placement is None and not found.missing:
        return _adopt(step)
    if not found:
        return _agreed(step)
    drift = _is_drift(step, found)
    if drift and step.desired.drift_policy is not DriftPolicy.CORRECT:
        return _left_alone(step, found)
    if drift and _is_contested(step):
        return _contest(step, found)
    return _refused(step, found) or _write(step, found, drift=drift)


def _agreed(step: Step) -> Plan | None:
    memory = step.memory
    if memory.expectation is not None:
        reason = Reason.CREATING if step.view is None else Reason.UPDATING
        reason = Reason.RESTARTING if memory.expectation.healthy else reason
        return step.wait(reason, "sent; not yet visible", at=memory.expectation.deadline)
    return None


def settled(step: Step) -> Step:
    """Remember that Connect agrees with the spec: a later difference is somebody else's."""
    desired, memory = step.desired, step.memory
    if step.view is None or difference.compare(desired, step.view, asked=memory.asked_state):
        return step
    status = step.view.status
    changes: dict[str, object] = {"trouble": None, "contested": False}
    if memory.settled_config != desired.config:
        changes["settled_config"] = desired.config
    if status is not None and status.state == desired.state.upper():
        changes |= {"settled_state": desired.state, "asked_state": desired.state}
    return step.remembering(**changes)


def _is_drift(step: Step, found: Difference) -> bool:
    """Tell whether Connect agreed with this very spec before.

    A spec that is new in one part makes every difference ours to write.
    """
    desired, memory = step.desired, step.memory
    if memory.expectation is not None:
        return False
    settled = memory.settled_config
    if settled is None or kept.own(settled, desired.keep) != kept.own(desired.config, desired.keep):
        return False
    return found.state is None or memory.settled_state in (None, desired.state)


def _left_alone(step: Step, found: Difference) -> Plan | None:
    desired = step.desired
    if desired.drift_policy is DriftPolicy.IGNORE and not found.missing:
        return None
    sentence = f"{found}; left alone, as driftPolicy is {desired.drift_policy}"
    if found.missing:
        return step.stall(Reason.NOT_FOUND, sentence, difference=found)
    if found.state is not None:
        return step.stall(Reason.DRIFTED, sentence, difference=found)
    return None


def _is_contested(step: Step) -> bool:
    corrections = step.memory.corrections_since(step.now)
    return step.memory.contested or len(corrections) >= CONTEST_CORRECTIONS


def _contest(step: Step, found: Difference) -> Plan:
    return step.remembering(contested=True).stall(
        Reason.DRIFT_CONTESTED,
        f"something else keeps changing this connector ({found}); it was put right"
        f" {CONTEST_CORRECTIONS} times in {CONTEST_WINDOW_S / 60:.0f} minutes and is now left"
        " alone until the spec changes or Connect agrees with it",
        difference=found,
    )


def _refused(step: Step, found: Difference) -> Plan | None:
    """Stop at a config that the worker refused, unless it is time to ask again."""
    lacking = kept.lack(step.desired, step.view)
    if lacking:
        if step.memory.expectation is not None:
            # whether it is gone, or only not visible yet, is known once the expectation is closed
            return _agreed(step)
        return step.stall(Reason.INVALID_CONFIG, lacking, difference=found)
    judged = step.memory.judgement
    if judged is None or judged.config != step.desired.config or judged.reason is Reason.VALID:
        return None
    if not found.keys and not found.missing:
        return None
    pause = RELOOK_CLASS_S if judged.reason is Reason.UNKNOWN_CLASS else REVALIDATE_S
    if step.now >= judged.at + pause:
        return None
    return step.stall(judged.reason, judged.message, at=judged.at + pause, difference=found)


def is_judged_valid(step: Step) -> bool:
    """Tell whether the worker found no error in the wanted config."""
    judged = step.memory.judgement
    return (
        judged is not None
        and judged.config == step.desired.config
        and judged.reason is Reason.VALID
    )


def refused_at_target(step: Step) -> Plan | None:
    """Give the stall of a config that the worker refuses, before anything is moved to it."""
    return _refused(step, Difference(missing=True))


def _write(step: Step, found: Difference, *, drift: bool) -> Plan:
    desired = step.desired
    writes_config = found.missing or bool(found.keys)
    if desired.keep and writes_config and not step.observed.confirmed:
        # what is kept is written back: it must be what Connect has this very moment
        return step.act(Reason.UPDATING, CONFIRM)
    if writes_config and not is_judged_valid(step):
        return step.act(Reason.UPDATING, Validate(desired.config))
    if found.missing:
        return _create(step, drift=drift)
    actions: list[Action] = []
    if found.keys:
        names = tuple(key for key, _, _ in found.keys)
        actions.append(PutConfig(desired.config, names, drift=drift))
    if found.state is not None:
        actions.append(SetState(found.state, drift=drift and not found.keys))
    reason = Reason.CORRECTING if drift else Reason.UPDATING
    return step.act(reason, *actions, message=str(found))


def _create(step: Step, *, drift: bool) -> Plan:
    create = Create(step.desired.config, step.desired.state, drift=drift)
    return step.act(Reason.CREATING, *claim(step), create)


def claim(step: Step) -> tuple[Action, ...]:
    """Give what must be durable in the resource before anything is in Connect."""
    actions: list[Action] = []
    if not step.memory.finalizer:
        actions.append(AddFinalizer())
    wanted = Placement(*step.desired.key)
    if step.memory.placement != wanted:
        actions.append(WritePlacement(wanted))
    return tuple(actions)


def _adopt(step: Step) -> Plan:
    if step.desired.adopt is AdoptPolicy.NEVER:
        return step.stall(
            Reason.NOT_ADOPTED,
            f"Connect already has a connector {step.desired.connector} and spec.adopt is Never;"
            " set it to IfUnmanaged to take it over",
        )
    return step.act(Reason.PENDING, *claim(step))
