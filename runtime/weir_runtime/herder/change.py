"""What the config topic and the group say: which parts should be here."""

from __future__ import annotations

from dataclasses import replace

from weir_runtime.herder import settle
from weir_runtime.herder.action import (
    Action,
    After,
    ForgetTopics,
    PlanRestart,
    PutStatus,
    SetLogLevel,
)
from weir_runtime.herder.event import ConfigRead, OwnershipChanged, WindowClosed
from weir_runtime.herder.settle import Step
from weir_runtime.herder.state import HerderState, PartId, Phase
from weir_runtime.model.state import State, TargetState
from weir_runtime.storage.ports import (
    ConnectorChanged,
    ConnectorRemoved,
    LoggerLevelChanged,
    RestartRequested,
    TargetStateChanged,
    TasksChanged,
)

WINDOW_S = 0.1
"""Changes of task sets within this time are applied together."""

MAX_EXTENSIONS = 5
"""How often further changes may put the end of the window off."""


def config_read(state: HerderState, event: ConfigRead) -> Step:
    """Apply one record of the config topic."""
    state = replace(state, config=event.config)
    match event.change:
        case ConnectorChanged(connector=connector):
            step = _connector_changed(state, connector)
        case ConnectorRemoved(connector=connector):
            step = _connector_removed(state, connector)
        case TasksChanged(connector=connector):
            step = _tasks_changed(state, connector)
        case TargetStateChanged(connector=connector):
            step = _target_changed(state, connector)
        case RestartRequested(request=request):
            step = (state, (PlanRestart(request),))
        case LoggerLevelChanged(namespace=namespace, level=level):
            step = (state, (SetLogLevel(namespace, level),))
        case _:
            step = (state, ())
    return step


def ownership_changed(state: HerderState, event: OwnershipChanged) -> Step:
    """Take over what is assigned, let go of what is not."""
    state = replace(state, ownership=event.ownership, config=event.config)
    return settle.settle_all(state, _everything(state))


def window_closed(state: HerderState, event: WindowClosed) -> Step:
    """Apply the task sets that have changed since the window was opened."""
    if event.window != state.window:
        return state, ()
    dirty = sorted(state.dirty)
    state = replace(state, dirty=frozenset(), extensions=0)
    actions: list[Action] = []
    for connector in dirty:
        state, more = settle.settle_all(state, settle.tasks_of(state, connector))
        actions += more
    return state, tuple(actions)


def _everything(state: HerderState) -> list[PartId]:
    connectors = {*state.config.connectors}
    connectors |= {part for part in state.parts if isinstance(part, str)}
    connectors |= {part.connector for part in state.parts if not isinstance(part, str)}
    parts: list[PartId] = []
    for connector in sorted(connectors):
        parts += [connector, *settle.tasks_of(state, connector)]
    return parts


def _connector_changed(state: HerderState, connector: str) -> Step:
    part = state.parts.get(connector)
    if part is not None and part.state is State.FAILED and part.phase is Phase.ACTIVE:
        # a config written again, even an equal one, is how people revive what failed
        return settle.stop(state, connector)
    return settle.settle(state, connector)


def _connector_removed(state: HerderState, connector: str) -> Step:
    parts: tuple[PartId, ...] = (connector, *settle.tasks_of(state, connector))
    state, actions = settle.settle_all(state, parts)
    commits = {name: count for name, count in state.commits.items() if name != connector}
    gone: list[Action] = [
        PutStatus(state.status(part, State.DESTROYED)) for part in parts if part not in state.parts
    ]
    state = replace(state, commits=commits, dirty=state.dirty - {connector})
    return state, (*actions, *gone, ForgetTopics(connector))


def _tasks_changed(state: HerderState, connector: str) -> Step:
    count = state.commits.get(connector, 0) + 1
    state = replace(state, commits={**state.commits, connector: count})
    if not any(state.tasks_here(connector)):
        # nothing runs that the change could disturb
        return settle.settle_all(state, settle.tasks_of(state, connector))
    return _mark(state, connector)


def _target_changed(state: HerderState, connector: str) -> Step:
    state, actions = settle.settle(state, connector)
    if state.config.target_state(connector) is TargetState.STOPPED:
        # the instance shows STOPPED at once; the end of its tasks is a change of a task set
        state, more = _mark(state, connector)
    else:
        state, more = settle.settle_all(state, settle.tasks_of(state, connector))
    return state, (*actions, *more)


def _mark(state: HerderState, connector: str) -> Step:
    if state.dirty and state.extensions >= MAX_EXTENSIONS:
        return replace(state, dirty=state.dirty | {connector}), ()
    window = state.window + 1
    extensions = state.extensions + 1 if state.dirty else 0
    state = replace(state, dirty=state.dirty | {connector}, window=window, extensions=extensions)
    return state, (After(WINDOW_S, WindowClosed(window)),)
