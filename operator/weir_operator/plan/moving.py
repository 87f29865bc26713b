"""A connector whose spec names another place than the one it is at."""

from __future__ import annotations

from weir_operator.client.view import ConnectorView
from weir_operator.plan import writing
from weir_operator.plan.action import (
    Delete,
    LookAtSource,
    SetState,
    Validate,
    WritePlacement,
)
from weir_operator.plan.memory import EXPECTATION_S
from weir_operator.plan.model import Placement, TargetState
from weir_operator.plan.outcome import Plan
from weir_operator.plan.step import Step
from weir_operator.resources.reason import Reason

RELOOK_S = 0.5
RETRY_S = 10.0


def plan(step: Step) -> Plan:
    """Stop it where it is, wait for no tasks, delete it there; only then is it created here.

    The new place judges the config first: what it refuses never leaves the old one.
    """
    refused = writing.refused_at_target(step)
    if refused is not None:
        return refused
    if not writing.is_judged_valid(step):
        return step.act(Reason.MOVING, Validate(step.desired.config))
    source = step.observed.source
    if source is None:
        return step.act(Reason.MOVING, LookAtSource())
    if source.problem:
        return _unreachable(step, source.problem)
    if source.view is None:
        return _arrive(step)
    return _leave(step, source.view)


def _arrive(step: Step) -> Plan:
    return step.act(Reason.MOVING, WritePlacement(Placement(*step.desired.key)))


def _unreachable(step: Step, problem: str) -> Plan:
    if step.desired.release:
        return _arrive(step)
    placement = step.memory.placement
    where = f"{placement.name} at {placement.url}" if placement else "its former place"
    return step.stall(
        Reason.SOURCE_UNREACHABLE,
        f"the connector is still {where}, which does not answer ({problem}); nothing is created"
        ' before it is gone there. To leave it behind, annotate weir.dev/release: "true"',
        at=step.now + RETRY_S,
    )


def _leave(step: Step, view: ConnectorView) -> Plan:
    status = view.status
    if step.now - step.memory.source_delete_at < EXPECTATION_S:
        return step.wait(Reason.MOVING, "leaving the former place", at=step.now + RELOOK_S)
    if status is not None and status.state == "STOPPED" and not status.tasks:
        return step.act(Reason.MOVING, Delete(at_source=True))
    if step.now - step.memory.source_stop_at < EXPECTATION_S:
        return step.wait(Reason.MOVING, "stopping at the former place", at=step.now + RELOOK_S)
    stop = SetState(TargetState.STOPPED, at_source=True)
    return step.act(Reason.MOVING, stop)
