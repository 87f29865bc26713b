"""What executors report: states of parts, task configs, stops."""

from __future__ import annotations

from dataclasses import replace

from weir_runtime.herder import settle
from weir_runtime.herder.action import Action, After, MakeTaskConfigs, PublishTasks, PutStatus
from weir_runtime.herder.event import (
    PartMoved,
    PartReported,
    PartStopped,
    ReconfigurationWanted,
    TaskConfigsDue,
    TaskConfigsFailed,
    TaskConfigsMade,
)
from weir_runtime.herder.settle import Step
from weir_runtime.herder.state import HerderState, Part, PartId, Phase
from weir_runtime.model.ids import TaskId
from weir_runtime.model.state import State, TargetState

RETRY_INITIAL_S = 0.25
RETRY_MAXIMUM_S = 60.0
PUBLISH_DEADLINE_S = 30.0


def part_reported(state: HerderState, event: PartReported) -> Step:
    """Note a reported state, show it, and go on from there."""
    part = _current(state, event.part, event.epoch)
    if part is None:
        return state, ()
    started = replace(part, phase=Phase.ACTIVE, state=event.state, restarting=False)
    state = state.with_part(event.part, started)
    status = state.status(event.part, event.state, trace=event.trace, version=event.version)
    shown = PutStatus(status, safe=event.state is State.FAILED)
    state, actions = settle.settle(state, event.part)
    if isinstance(event.part, TaskId):
        return state, (shown, *actions)
    followers: tuple[Action, ...] = ()
    if part.restarting:
        state, followers = settle.settle_all(state, settle.tasks_of(state, event.part))
        followers = settle.quietly(followers)
    return state, (shown, *actions, *_make(state, event.part), *followers)


def part_stopped(state: HerderState, event: PartStopped) -> Step:
    """Let go of a part; start it again where it is still wanted."""
    part = state.parts.get(event.part)
    if part is None or part.epoch != event.epoch:
        return state, ()  # Invariant 6: a stop that is over says nothing about a later start
    state = state.without_part(event.part)
    if not _exists(state, event.part):
        return state, (PutStatus(state.status(event.part, State.DESTROYED)),)
    restarting = part.restarting and state.runs(event.part)
    state, actions = settle.settle(state, event.part)
    started = state.parts.get(event.part)
    if not restarting:
        shown = PutStatus(state.status(event.part, State.UNASSIGNED), safe=True)
        return state, (shown, *settle.quietly(actions))
    if started is not None:
        state = state.with_part(event.part, replace(started, restarting=True))
    return state, settle.quietly(actions)


def part_moved(state: HerderState, event: PartMoved) -> Step:
    """Stop a healthy part whose executor is given up; it starts elsewhere."""
    if _current(state, event.part, event.epoch) is None:
        return state, ()
    return settle.stop(state, event.part)


def reconfiguration_wanted(state: HerderState, event: ReconfigurationWanted) -> Step:
    """Make task configs anew."""
    if _current(state, event.connector, event.epoch) is None:
        return state, ()
    return state, _make(state, event.connector)


def task_configs_made(state: HerderState, event: TaskConfigsMade) -> Step:
    """Publish a task set that differs, or that was made from another connector config."""
    part = _current(state, event.connector, event.epoch)
    if part is None or part.target is not TargetState.STARTED:
        return state, ()
    state = state.with_part(event.connector, replace(part, attempt=0))
    name = event.connector
    made = tuple(dict(config) for config in event.configs)
    stored = tuple(dict(config) for config in state.config.tasks.get(name, ()))
    applied = state.config.applied.get(name)
    same_source = applied is not None and dict(applied) == dict(part.made_from)
    if made == stored and same_source and name not in state.config.inconsistent:
        return state, ()
    return state, (PublishTasks(name, event.epoch, made),)


def task_configs_failed(state: HerderState, event: TaskConfigsFailed) -> Step:
    """Try again later, for ever; the old tasks go on."""
    part = _current(state, event.connector, event.epoch)
    if part is None:
        return state, ()
    delay_s = min(RETRY_INITIAL_S * 2.0 ** min(part.attempt, 16), RETRY_MAXIMUM_S)
    state = state.with_part(event.connector, replace(part, attempt=part.attempt + 1))
    return state, (After(delay_s, TaskConfigsDue(event.connector, event.epoch)),)


def task_configs_due(state: HerderState, event: TaskConfigsDue) -> Step:
    """Make task configs again after a failure."""
    if _current(state, event.connector, event.epoch) is None:
        return state, ()
    return state, _make(state, event.connector)


def _make(state: HerderState, connector: str) -> tuple[Action, ...]:
    part = state.parts.get(connector)
    if part is None or part.phase is not Phase.ACTIVE or part.state is not State.RUNNING:
        return ()
    if part.target is not TargetState.STARTED:
        return ()
    return (MakeTaskConfigs(connector, part.epoch, part.made_from),)


def _current(state: HerderState, key: PartId, epoch: int) -> Part | None:
    """Return the part that a report speaks of; None where it is over (invariants 5 and 6)."""
    part = state.parts.get(key)
    if part is None or part.epoch != epoch or part.phase is Phase.STOPPING:
        return None
    return part


def _exists(state: HerderState, key: PartId) -> bool:
    if isinstance(key, TaskId):
        return key.connector in state.config.connectors and key in state.config.task_ids(
            key.connector
        )
    return key in state.config.connectors
