"""Bring the parts that run here to what should run here: the one place that starts and stops.

Level-triggered: whatever happened, the same comparison is made; settled twice equals settled
once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from weir_runtime.herder.action import Action, Actions, PutStatus, SetTarget, StopPart
from weir_runtime.herder.action import StartConnector as StartConnectorAction
from weir_runtime.herder.action import StartTask as StartTaskAction
from weir_runtime.herder.state import HerderState, Part, PartId, Phase
from weir_runtime.model.cluster import ConnectorConfig
from weir_runtime.model.ids import TaskId
from weir_runtime.model.state import State, TargetState

Step = tuple[HerderState, Actions]


def settle_all(state: HerderState, parts: Iterable[PartId]) -> Step:
    """Settle several parts, in the given order."""
    actions: list[Action] = []
    for part in parts:
        state, more = settle(state, part)
        actions += more
    return state, tuple(actions)


def tasks_of(state: HerderState, connector: str) -> list[TaskId]:
    """Return the tasks that exist here or should, by id."""
    return sorted({*state.tasks_here(connector), *state.config.task_ids(connector)})


def settle(state: HerderState, key: PartId) -> Step:
    """Start, stop or redirect one part."""
    part = state.parts.get(key)
    wanted = state.runs(key)
    if part is None:
        return _start(state, key) if wanted and not _must_wait(state, key) else (state, ())
    if part.phase is Phase.STOPPING:
        return state, ()
    if not wanted or _outdated(state, key, part):
        return stop(state, key)
    target = _target(state, key)
    if target is part.target:
        return state, ()
    if part.state is State.FAILED:
        # pause and resume do not revive what failed; stop does
        return stop(state, key) if target is TargetState.STOPPED else (state, ())
    changed = state.with_part(key, replace(part, target=target))
    return changed, (SetTarget(key, part.epoch, target),)


def quietly(actions: Actions) -> Actions:
    """Return the actions without statuses: a part in a restart stays RESTARTING until it runs."""
    return tuple(action for action in actions if not isinstance(action, PutStatus))


def stop(state: HerderState, key: PartId, *, restarting: bool = False) -> Step:
    """Order a part to stop; it is settled again once it has."""
    part = state.parts[key]
    stopping = replace(part, phase=Phase.STOPPING, restarting=part.restarting or restarting)
    return state.with_part(key, stopping), (StopPart(key, part.epoch),)


def _start(state: HerderState, key: PartId) -> Step:
    epoch = state.epoch + 1
    target = _target(state, key)
    config = _config(state, key)
    commit = state.commits.get(key.connector, 0) if isinstance(key, TaskId) else 0
    part = Part(epoch, Phase.STARTING, target, config, commit)
    state = replace(state.with_part(key, part), epoch=epoch)
    unassigned = PutStatus(state.status(key, State.UNASSIGNED), safe=True)
    if isinstance(key, TaskId):
        owner = state.config.connectors[key.connector]
        return state, (unassigned, StartTaskAction(key, epoch, config, owner, target))
    return state, (unassigned, StartConnectorAction(key, epoch, config, target))


def _must_wait(state: HerderState, key: PartId) -> bool:
    # in a restart of both, tasks follow their connector, so that its state is never behind theirs
    owner = state.parts.get(key.connector) if isinstance(key, TaskId) else None
    return owner is not None and owner.restarting and owner.phase is not Phase.ACTIVE


def _outdated(state: HerderState, key: PartId, part: Part) -> bool:
    if isinstance(key, TaskId):
        return part.commit != state.commits.get(key.connector, 0)
    return dict(part.made_from) != dict(_config(state, key))


def _target(state: HerderState, key: PartId) -> TargetState:
    return state.config.target_state(key.connector if isinstance(key, TaskId) else key)


def _config(state: HerderState, key: PartId) -> ConnectorConfig:
    if isinstance(key, TaskId):
        return state.config.tasks[key.connector][key.task]
    return state.config.connectors[key]
