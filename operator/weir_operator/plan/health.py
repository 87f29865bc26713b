"""Restarts, asked for or automatic, and what a connector that agrees with its spec amounts to."""

from __future__ import annotations

from weir_operator.client.view import ConnectorView, StatusView
from weir_operator.plan import difference, writing
from weir_operator.plan.action import Action, MarkHandled, NonceKind, Restart, RestartTask
from weir_operator.plan.memory import CONNECTOR_PART, Owed, Part, spread
from weir_operator.plan.model import AutoRestart, DriftPolicy, Nonces, TargetState
from weir_operator.plan.outcome import Plan
from weir_operator.plan.step import Step
from weir_operator.resources.reason import Reason

KINDS: tuple[NonceKind, ...] = ("restart", "restart_failed", "restart_task")
OWED_S = 60.0


def plan(step: Step) -> Plan:
    """Give the restarts that are due, or say how the connector is."""
    step = writing.settled(step)
    asked = _asked(step)
    if asked is not None:
        return asked
    view = step.view
    if view is None or view.status is None:
        return step.wait(Reason.TASKS_PENDING, "Connect has no status of it yet")
    step = step.remembering(parts=_parts(step, view.status))
    failed = failed_parts(view.status)
    if failed and step.desired.state is not TargetState.STOPPED:
        return _failed(step, view, failed)
    return _healthy(step, view)


def _healthy(step: Step, view: ConnectorView) -> Plan:
    found = difference.compare(step.desired, view, asked=step.memory.asked_state)
    status = view.status
    if status is not None and _is_incomplete(step, view, status):
        return step.wait(Reason.TASKS_PENDING, _tasks_sentence(view, status), difference=found)
    if found and step.desired.drift_policy is DriftPolicy.WARN:
        sentence = f"{found}; left alone, as driftPolicy is Warn"
        return step.settle(Reason.DRIFTED, sentence, difference=found)
    ignored = step.desired.drift_policy is DriftPolicy.IGNORE
    return step.settle(difference=difference.Difference() if ignored else found)


def _is_incomplete(step: Step, view: ConnectorView, status: StatusView) -> bool:
    if status.state not in ("RUNNING", "PAUSED", "STOPPED"):
        return True
    if status.state == "STOPPED":
        return bool(status.tasks)
    if step.desired.state is not TargetState.RUNNING or status.state != "RUNNING":
        return any(task.state not in ("RUNNING", "PAUSED") for task in status.tasks)
    running = sum(task.state == "RUNNING" for task in status.tasks)
    return running < max(view.task_count, len(status.tasks), 1)


def _tasks_sentence(view: ConnectorView, status: StatusView) -> str:
    running = sum(task.state == "RUNNING" for task in status.tasks)
    total = max(view.task_count, len(status.tasks))
    return f"the connector is {status.state}, {running} of {total} tasks run"


def failed_parts(status: StatusView) -> tuple[int, ...]:
    """List the failed parts: task ids, and -1 for the connector itself."""
    own = (CONNECTOR_PART,) if status.state == "FAILED" else ()
    return (*own, *(task.id for task in status.tasks if task.state == "FAILED"))


# restarts that a person asks for


def _asked(step: Step) -> Plan | None:
    """Mark each new annotation as handled and restart, in one plan: never twice."""
    if step.memory.expectation is not None:
        return None
    for kind in KINDS:
        nonce = getattr(step.desired.requests, kind)
        if nonce and nonce != getattr(step.memory.handled, kind):
            mark = MarkHandled(kind, nonce)
            return step.act(Reason.RESTARTING, mark, *_restart(kind, nonce))
    for owed in step.memory.owed:
        if step.now < owed.until:
            return step.act(Reason.RESTARTING, *_restart(owed.kind, owed.nonce))
    return None


def task_of(nonce: str) -> int | None:
    """Read the task id from a `1@anything` annotation; None if it is not of that form."""
    number, _, _ = nonce.partition("@")
    return int(number) if number.isascii() and number.isdigit() else None


def _restart(kind: NonceKind, nonce: str) -> tuple[Action, ...]:
    if kind == "restart_task":
        task = task_of(nonce)
        return (RestartTask(task, nonce),) if task is not None else ()
    return (Restart(only_failed=kind == "restart_failed", nonce=nonce),)


def owe(owed: tuple[Owed, ...], kind: NonceKind, nonce: str, now: float) -> tuple[Owed, ...]:
    """Add a restart that was marked and certainly did not happen; the newest of a kind wins."""
    if any(entry.nonce == nonce and entry.kind == kind for entry in owed):
        return owed
    return (*(entry for entry in owed if entry.kind != kind), Owed(kind, nonce, now + OWED_S))


# restarts without a person


def delay_s(policy: AutoRestart, restarts: int, seed: str) -> float:
    """Give the delay before the next restart of a part that was restarted so often."""
    grown = policy.initial_delay_s * policy.factor ** min(restarts, 64)
    return float(min(grown, policy.max_delay_s) * spread(seed, restarts))


def _parts(step: Step, status: StatusView) -> dict[int, Part]:
    """Count on for the failed parts, and forget those that have been well for long enough."""
    failed = failed_parts(status)
    reset_after_s = step.desired.auto_restart.reset_after_s
    kept = {
        part: entry
        for part, entry in step.memory.parts.items()
        if part in failed or (entry.restarts and step.now - entry.since < reset_after_s)
    }
    return kept | {part: Part(0, step.now) for part in failed if part not in kept}


def _failed(step: Step, view: ConnectorView, failed: tuple[int, ...]) -> Plan:
    policy = step.desired.auto_restart
    found = difference.compare(step.desired, view, asked=step.memory.asked_state)
    if not policy.enabled or step.desired.state is not TargetState.RUNNING:
        sentence = failure_sentence(view, failed)
        return step.stall(failure_reason(failed), sentence, difference=found)
    if step.memory.expectation is not None:
        return step.wait(Reason.RESTARTING, at=step.memory.expectation.deadline)
    parts = step.memory.parts
    left = [p for p in failed if not _is_exhausted(policy, parts[p])]
    if not left:
        sentence = f"restarted {policy.max_restarts} times; {failure_sentence(view, failed)}"
        return step.stall(Reason.RESTARTS_EXHAUSTED, sentence, difference=found)
    due = {p: _due(step, p) for p in left}
    ready = tuple(p for p in left if due[p] <= step.now)
    if not ready:
        sentence = failure_sentence(view, failed)
        at = min(due.values())
        return step.wait(Reason.RESTARTING, sentence, at=at, difference=found)
    return _restart_parts(step, ready, whole=set(ready) == set(failed))


def _restart_parts(step: Step, ready: tuple[int, ...], *, whole: bool) -> Plan:
    counted = {p: Part(step.memory.parts[p].restarts + 1, step.now) for p in ready}
    step = step.remembering(parts={**step.memory.parts, **counted})
    if whole:
        return step.act(Reason.RESTARTING, Restart(only_failed=True, parts=ready))
    tasks = (RestartTask(part) for part in ready if part != CONNECTOR_PART)
    own = (Restart(only_failed=True, parts=ready),) if CONNECTOR_PART in ready else ()
    return step.act(Reason.RESTARTING, *(own or tasks))


def _is_exhausted(policy: AutoRestart, part: Part) -> bool:
    return policy.max_restarts is not None and part.restarts >= policy.max_restarts


def _due(step: Step, part: int) -> float:
    entry = step.memory.parts[part]
    seed = f"{step.desired.owner.uid}/{part}"
    return entry.since + delay_s(step.desired.auto_restart, entry.restarts, seed)


def failure_reason(failed: tuple[int, ...]) -> Reason:
    """Tell a failed connector from failed tasks."""
    return Reason.CONNECTOR_FAILED if CONNECTOR_PART in failed else Reason.TASK_FAILED


def failure_sentence(view: ConnectorView, failed: tuple[int, ...]) -> str:
    """Name the failed parts with the first line of the first cause."""
    status = view.status or StatusView("")
    traces = {task.id: task.trace for task in status.tasks} | {CONNECTOR_PART: status.trace}
    tasks = [str(part) for part in failed if part != CONNECTOR_PART]
    names = ["the connector"] if CONNECTOR_PART in failed else []
    if tasks:
        names.append(f"task{'s' if len(tasks) > 1 else ''} {', '.join(tasks[:10])}")
    cause = traces.get(failed[0], "").strip().partition("\n")[0]
    return f"{' and '.join(names)} failed: {cause[:500] or 'no trace'}"


def handled_with(handled: Nonces, kind: NonceKind, nonce: str) -> Nonces:
    """Give the handled nonces with one more."""
    values = {name: getattr(handled, name) for name in KINDS} | {kind: nonce}
    return Nonces(**values)
