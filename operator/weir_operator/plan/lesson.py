"""What an action's result teaches: the memory after it."""

from __future__ import annotations

from dataclasses import replace

from weir_operator.client import error
from weir_operator.plan import decision, health
from weir_operator.plan.action import (
    Action,
    AddFinalizer,
    Create,
    Delete,
    Done,
    Failed,
    Judged,
    MarkHandled,
    NonceKind,
    NotReported,
    PutConfig,
    ReleaseFinalizer,
    Restart,
    RestartTask,
    Result,
    SetState,
    Validate,
    WritePlacement,
)
from weir_operator.plan.memory import EXPECTATION_S, Expectation, Judgement, Memory, Trouble
from weir_operator.resources.reason import Reason

REBALANCE_MOST_S = 10.0
RESTART_SHOWN_S = 3.0
"""When a part that still shows as failed after its restart has failed again."""


def learn(memory: Memory, action: Action, result: Result, *, now: float, seed: str) -> Memory:
    """Fold one result into the memory; `now` is after the call, `seed` spreads pauses."""
    if isinstance(result, Failed):
        return _failed(memory, action, result.error, now=now, seed=seed)
    if isinstance(result, NotReported):
        return _troubled(memory, Reason.RETRYING, result.message, now=now, seed=seed)
    if isinstance(result, Judged) and isinstance(action, Validate):
        return _judged(memory, action, result, now)
    if isinstance(result, Done):
        return _done(memory, action, now)
    return memory


def _done(memory: Memory, action: Action, now: float) -> Memory:
    match action:
        case AddFinalizer() | ReleaseFinalizer():
            return replace(memory, finalizer=isinstance(action, AddFinalizer))
        case WritePlacement(placement):
            return replace(memory, placement=placement, expectation=None, settled_config=None)
        case MarkHandled(kind, nonce):
            return replace(memory, handled=health.handled_with(memory.handled, kind, nonce))
        case Delete(at_source=True):
            return replace(memory, source_delete_at=now)
        case SetState(at_source=True):
            return replace(memory, source_stop_at=now)
        case _:
            return _written(memory, action, now)


def _written(memory: Memory, action: Action, now: float) -> Memory:
    memory = replace(memory, wrote_at=now)
    if isinstance(action, Create | PutConfig | SetState) and action.drift:
        memory = replace(memory, corrections=(*memory.corrections_since(now), now))
    deadline = now + EXPECTATION_S
    former = memory.expectation or Expectation(deadline)
    match action:
        case Create(config, state):
            expected = Expectation(deadline, config=config, state=state)
            return replace(memory, expectation=expected, asked_state=state)
        case PutConfig(config):
            expected = Expectation(deadline, config=config, state=former.state)
            return replace(memory, expectation=expected)
        case SetState(state):
            expected = Expectation(deadline, config=former.config, state=state)
            return replace(memory, expectation=expected, asked_state=state)
        case Restart() | RestartTask():
            shown = now + RESTART_SHOWN_S
            paid = tuple(owed for owed in memory.owed if owed.nonce != action.nonce)
            return replace(memory, expectation=Expectation(shown, healthy=True), owed=paid)
        case Delete():
            return replace(memory, expectation=Expectation(deadline, absent=True))
        case _:
            return memory


def _judged(memory: Memory, action: Validate, result: Judged, now: float) -> Memory:
    if result.unknown_class:
        judged = Judgement(action.config, Reason.UNKNOWN_CLASS, result.unknown_class, now)
        return replace(memory, judgement=judged, trouble=None)
    lines = [f"{entry.key}: {text}" for entry in result.validation.errors for text in entry.errors]
    reason = Reason.INVALID_CONFIG if lines else Reason.VALID
    judged = Judgement(action.config, reason, "\n".join(lines), now)
    passwords = result.validation.password_keys
    return replace(memory, judgement=judged, trouble=None, password_keys=passwords)


def _failed(
    memory: Memory, action: Action, problem: error.ConnectApiError, *, now: float, seed: str
) -> Memory:
    message = str(problem)
    if isinstance(problem, error.InvalidError) and isinstance(action, Create | PutConfig):
        judged = Judgement(action.config, Reason.INVALID_CONFIG, message, now)
        return replace(memory, judgement=judged)
    if isinstance(action, Restart | RestartTask):
        memory = _restart_failed(memory, action, problem, now)
        if not memory.owed:
            return memory
    # a fresh look decides what is true, whatever became of the call
    memory = replace(memory, wrote_at=now) if _may_have_written(action) else memory
    reason = Reason.RETRYING
    if isinstance(problem, error.RebalanceError):
        reason = Reason.REBALANCING
    elif isinstance(problem, error.UnauthorizedError):
        reason = Reason.UNAUTHORIZED
    return _troubled(memory, reason, message, now=now, seed=seed)


def _may_have_written(action: Action) -> bool:
    return isinstance(action, Create | PutConfig | SetState | Delete)


def _restart_failed(
    memory: Memory, action: Restart | RestartTask, problem: error.ConnectApiError, now: float
) -> Memory:
    """Owe a restart that certainly did not happen; give up one that may have, or cannot."""
    if not action.nonce:
        return memory
    certain = isinstance(problem, error.RebalanceError | error.UnavailableError)
    if certain and not problem.outcome_unknown:
        kind = kind_of(action)
        return replace(memory, owed=health.owe(memory.owed, kind, action.nonce, now))
    paid = tuple(owed for owed in memory.owed if owed.nonce != action.nonce)
    return replace(memory, owed=paid)


def kind_of(action: Restart | RestartTask) -> NonceKind:
    """Give the annotation that a restart came from."""
    if isinstance(action, RestartTask):
        return "restart_task"
    return "restart_failed" if action.only_failed else "restart"


def _troubled(memory: Memory, reason: Reason, message: str, *, now: float, seed: str) -> Memory:
    failures = memory.trouble.failures + 1 if memory.trouble else 1
    if reason is Reason.REBALANCING:
        pause = decision.pause_s(failures, seed, initial_s=0.5, most_s=REBALANCE_MOST_S)
    else:
        pause = decision.pause_s(failures, seed)
    return replace(memory, trouble=Trouble(failures, now + pause, reason, message))
