"""What a deleted resource leaves behind, and when it may go."""

from __future__ import annotations

from weir_operator.client.view import ConnectorView
from weir_operator.plan.action import (
    Confirm,
    Delete,
    LookAtSource,
    ReleaseFinalizer,
    SetState,
)
from weir_operator.plan.memory import EXPECTATION_S
from weir_operator.plan.model import DeletionPolicy, ManagementPolicy, TargetState
from weir_operator.plan.observation import Contact
from weir_operator.plan.outcome import Plan
from weir_operator.plan.step import Step
from weir_operator.resources.reason import Reason

RELOOK_S = 1.0
_WAY_OUT = '; to let the resource go anyway, annotate it with weir.dev/release: "true"'


def plan(step: Step) -> Plan:
    """Take the connector away as the policy says, then let the resource go."""
    desired, memory = step.desired, step.memory
    if not memory.finalizer:
        return step.wait(Reason.DELETING)
    if desired.release:
        return step.act(Reason.DELETING, ReleaseFinalizer("released by annotation"))
    orphans = desired.deletion_policy is DeletionPolicy.ORPHAN
    observes = desired.management_policy is ManagementPolicy.OBSERVE
    if orphans or observes or memory.placement is None:
        return step.act(Reason.DELETING, ReleaseFinalizer())
    if desired.target is None:
        sentence = desired.refusal.message if desired.refusal else "the cluster is not known"
        return step.stall(Reason.INVALID_SPEC, sentence + _WAY_OUT)
    paused = _pause(step)
    if paused is not None:
        return paused
    return _here(step) if memory.placement.key == desired.key else _elsewhere(step)


def _pause(step: Step) -> Plan | None:
    trouble = step.memory.trouble
    if trouble is not None and trouble.not_before > step.now:
        sentence = f"the deletion is tried again: {trouble.message}{_WAY_OUT}"
        return step.wait(Reason.DELETING, sentence, at=trouble.not_before)
    return None


def _here(step: Step) -> Plan:
    observed = step.observed
    if observed.contact is Contact.REFUSED:
        return step.stall(Reason.UNAUTHORIZED, observed.problem + _WAY_OUT)
    if observed.contact is not Contact.FINE:
        sentence = f"{observed.problem or 'Connect was not read yet'}{_WAY_OUT}"
        return step.wait(Reason.CONNECT_UNREACHABLE, sentence)
    if step.is_stale or (observed.view is None and not observed.confirmed):
        return step.act(Reason.DELETING, Confirm())
    return _take_away(step, observed.view, at_source=False)


def _elsewhere(step: Step) -> Plan:
    source = step.observed.source
    if source is None:
        return step.act(Reason.DELETING, LookAtSource())
    if source.problem:
        at = step.now + 10.0
        return step.wait(Reason.SOURCE_UNREACHABLE, source.problem + _WAY_OUT, at=at)
    return _take_away(step, source.view, at_source=True)


def _take_away(step: Step, view: ConnectorView | None, *, at_source: bool) -> Plan:
    if view is None:
        return step.act(Reason.DELETING, ReleaseFinalizer())
    expected = step.memory.expectation
    stops = step.desired.deletion_policy is DeletionPolicy.STOP
    if stops and _is_stopped(view):
        return step.act(Reason.DELETING, ReleaseFinalizer("left stopped in Connect"))
    if at_source and step.now - _source_wrote_at(step) < EXPECTATION_S:
        return step.wait(Reason.DELETING, at=step.now + RELOOK_S)
    waits = expected is not None and (
        expected.state is TargetState.STOPPED if stops else expected.absent
    )
    if waits and expected is not None:
        return step.wait(Reason.DELETING, at=min(expected.deadline, step.now + RELOOK_S))
    if stops:
        return step.act(Reason.DELETING, SetState(TargetState.STOPPED, at_source=at_source))
    return step.act(Reason.DELETING, Delete(at_source=at_source))


def _source_wrote_at(step: Step) -> float:
    return max(step.memory.source_stop_at, step.memory.source_delete_at)


def _is_stopped(view: ConnectorView) -> bool:
    return view.status is not None and view.status.state == "STOPPED"
