"""The plan as a function: from any start it comes to rest, and at rest it asks for nothing."""

from dataclasses import dataclass, field, replace

from hypothesis import given
from hypothesis import strategies as st

from weir_operator.client.error import NotFoundError
from weir_operator.client.target import ClusterTarget
from weir_operator.client.view import ConnectorView, StatusView, TaskView
from weir_operator.plan import action as act
from weir_operator.plan import decision, kept, lesson
from weir_operator.plan.memory import Expectation, Judgement, Memory, Trouble
from weir_operator.plan.model import (
    AdoptPolicy,
    AutoRestart,
    DeletionPolicy,
    Desired,
    DriftPolicy,
    Nonces,
    Owner,
    Placement,
    TargetState,
)
from weir_operator.plan.observation import Contact, Observed, Source
from weir_operator.plan.outcome import Outcome, Phase
from weir_operator.resources.reason import Reason

HERE, THERE = "http://here", "http://there"
START = 1000.0


@dataclass
class Model:
    """Connect clusters as plain data, and the resource's finalizer and status."""

    connectors: dict[tuple[str, str], tuple[dict[str, str], str, set[int]]] = field(
        default_factory=dict
    )
    writes: list[act.Action] = field(default_factory=list)
    released: bool = False

    def view(self, key: tuple[str, str]) -> ConnectorView | None:
        stored = self.connectors.get(key)
        if stored is None:
            return None
        config, state, failed = stored
        count = 0 if state == "stopped" else 2
        tasks = tuple(TaskView(n, "FAILED" if n in failed else state.upper()) for n in range(count))
        own = "FAILED" if -1 in failed else state.upper()
        return ConnectorView(key[1], dict(config), count, "source", StatusView(own, tasks=tasks))

    def perform(self, action: act.Action, desired: Desired, placement: Placement | None) -> None:
        key = tuple(desired.key)
        if isinstance(action, act.SetState | act.Delete) and action.at_source:
            assert placement is not None
            key = tuple(placement.key)
        if isinstance(action, act.SetState | act.Restart) and key not in self.connectors:
            raise NotFoundError("Unknown connector c", status=404)
        match action:
            case act.Create(config, state):
                assert key not in self.connectors
                self.connectors[key] = (dict(config), state.value, set())  # type: ignore[index]
            case act.PutConfig(config):
                state_now = self.connectors[key][1] if key in self.connectors else "running"
                self.connectors[key] = (dict(config), state_now, set())  # type: ignore[index]
            case act.SetState(state):
                config, _, failed = self.connectors[key]  # type: ignore[index]
                kept = set() if state is TargetState.STOPPED else failed
                self.connectors[key] = (config, state.value, kept)  # type: ignore[index]
            case act.Delete():
                self.connectors.pop(key, None)  # type: ignore[arg-type]
            case act.Restart() | act.RestartTask():
                self.connectors[key][2].clear()  # type: ignore[index]
            case act.ReleaseFinalizer():
                self.released = True
            case _:
                return
        self.writes.append(action)


def drive(
    desired: Desired, model: Model, memory: Memory, now: float, *, steps: int = 60
) -> tuple[Memory, Outcome, float]:
    """Look, plan and act until a plan asks for nothing and waits for nothing."""
    outcome = None
    for _ in range(steps):
        observed = Observed(Contact.FINE, read_at=now, view=model.view(tuple(desired.key)))  # type: ignore[arg-type]
        for _ in range(12):
            now += 0.001
            planned = decision.plan(desired, observed, memory, now)
            memory, outcome = planned.memory, planned.outcome
            if not planned.actions:
                break
            for action in planned.actions:
                now += 0.001
                try:
                    observed = _act(
                        action, desired, model, memory=memory, observed=observed, now=now
                    )
                    result = _result(action, observed)
                except NotFoundError as problem:
                    result = act.Failed(problem)
                memory = lesson.learn(memory, action, result, now=now, seed="x")
                if isinstance(result, act.Failed):
                    break
        else:
            raise AssertionError(f"no end: {planned.actions}")
        if model.released or outcome.phase is not Phase.WORKING:
            break
        now = max(now + 0.5, outcome.requeue_at or 0.0)
    assert outcome is not None
    return memory, outcome, now


def _act(
    action: act.Action,
    desired: Desired,
    model: Model,
    *,
    memory: Memory,
    observed: Observed,
    now: float,
) -> Observed:
    match action:
        case act.Confirm():
            view = model.view(tuple(desired.key))  # type: ignore[arg-type]
            return replace(observed, view=view, confirmed=True, read_at=now)
        case act.LookAtSource():
            assert memory.placement is not None
            view = model.view(tuple(memory.placement.key))  # type: ignore[arg-type]
            return replace(observed, source=Source(view))
        case _:
            model.perform(action, desired, memory.placement)
    moved = isinstance(action, act.SetState | act.Delete) and action.at_source
    return replace(observed, source=None) if moved else observed


def _result(action: act.Action, observed: Observed) -> act.Result:
    if isinstance(action, act.Confirm):
        return act.Seen(observed.view)
    if isinstance(action, act.LookAtSource):
        return act.Seen(None)
    return act.Judged() if isinstance(action, act.Validate) else act.Done()


configs = st.fixed_dictionaries(
    {"name": st.just("c"), "connector.class": st.just("F")},
    optional={
        "topic": st.sampled_from("ab"),
        "extra": st.just("x"),
        "secret": st.sampled_from("12"),
    },
)
states = st.sampled_from(TargetState)
stored = st.tuples(
    configs, st.sampled_from(["running", "paused", "stopped"]), st.sets(st.integers(-1, 1))
).map(lambda one: (one[0], one[1], set() if one[1] == "stopped" else one[2]))
desires = st.builds(
    Desired,
    owner=st.just(Owner("ns", "c", "uid")),
    target=st.just(ClusterTarget(HERE)),
    connector=st.just("c"),
    connector_class=st.just("F"),
    config=configs,
    state=states,
    drift_policy=st.sampled_from(DriftPolicy),
    adopt=st.sampled_from(AdoptPolicy),
    auto_restart=st.sampled_from([AutoRestart(), AutoRestart(enabled=True, max_restarts=2)]),
    requests=st.builds(Nonces, restart=st.sampled_from([None, "1", "2"])),
    keep=st.sampled_from([frozenset(), frozenset({"secret"})]),
).map(lambda one: replace(one, config=kept.own(one.config, one.keep)))
expectations = st.builds(
    Expectation,
    deadline=st.floats(START - 5, START + 10),
    config=st.none() | configs,
    state=st.none() | states,
    absent=st.booleans(),
    healthy=st.booleans(),
)
memories = st.builds(
    Memory,
    generation=st.integers(0, 1),
    finalizer=st.booleans(),
    placement=st.none() | st.builds(Placement, st.sampled_from([HERE, THERE]), st.just("c")),
    handled=st.builds(Nonces, restart=st.sampled_from([None, "1"])),
    settled_config=st.none() | configs,
    settled_state=st.none() | states,
    asked_state=st.none() | states,
    expectation=st.none() | expectations,
    wrote_at=st.floats(START - 20, START),
    contested=st.booleans(),
    trouble=st.none()
    | st.just(Trouble(1, START + 1, Reason.RETRYING, "x"))
    | st.just(Trouble(3, START - 1, Reason.REBALANCING, "x")),
)


def reachable(memory: Memory) -> Memory:
    """Give a memory that can come about: what is expected was written, so it is placed."""
    if memory.expectation is not None and memory.placement is None:
        return replace(memory, expectation=None)
    return memory


memories = memories.map(reachable)
STALLS = {
    Reason.NOT_ADOPTED,
    Reason.DRIFT_CONTESTED,
    Reason.DRIFTED,
    Reason.NOT_FOUND,
    Reason.CONNECTOR_FAILED,
    Reason.TASK_FAILED,
}


@given(
    desired=desires,
    memory=memories,
    here=st.none() | stored,
    there=st.none() | stored,
)
def test_from_any_start_it_comes_to_rest_and_then_asks_for_nothing(
    desired: Desired,
    memory: Memory,
    here: tuple[dict[str, str], str, set[int]] | None,
    there: tuple[dict[str, str], str, set[int]] | None,
) -> None:
    model = Model()
    if here is not None:
        model.connectors[HERE, "c"] = here
    if there is not None:
        model.connectors[THERE, "c"] = there
    memory, outcome, now = drive(desired, model, memory, START)
    assert outcome.phase is not Phase.WORKING, outcome
    if outcome.phase is Phase.STALLED:
        lacking = desired.keep and here is None
        assert outcome.reason in STALLS | ({Reason.INVALID_CONFIG} if lacking else set())
    elif desired.drift_policy is DriftPolicy.CORRECT:
        config, state, failed = model.connectors[HERE, "c"]
        before = here[0] if here is not None else {}
        wanted = {**{key: before[key] for key in desired.keep & before.keys()}, **desired.config}
        assert (config, state, failed) == (wanted, desired.state.value, set())
    model.writes.clear()
    for _ in range(3):
        memory, again, now = drive(desired, model, memory, now + 10)
        assert again.phase is outcome.phase
        assert again.reason is outcome.reason
    assert model.writes == []


@given(
    desired=desires,
    memory=memories,
    here=st.none() | stored,
    policy=st.sampled_from(DeletionPolicy),
)
def test_a_deletion_ends_with_what_the_policy_leaves(
    desired: Desired,
    memory: Memory,
    here: tuple[dict[str, str], str, set[int]] | None,
    policy: DeletionPolicy,
) -> None:
    desired = replace(desired, deleting=True, deletion_policy=policy, finalizer=True)
    memory = replace(memory, finalizer=True, placement=Placement(HERE, "c"), trouble=None)
    model = Model()
    if here is not None:
        model.connectors[HERE, "c"] = (here[0], here[1], set(here[2]))
    drive(desired, model, memory, START)
    assert model.released
    left = model.connectors.get((HERE, "c"))
    if policy is DeletionPolicy.DELETE or here is None:
        assert left is None
    elif policy is DeletionPolicy.STOP:
        assert left is not None
        assert left[1] == "stopped"
    else:
        assert left == here


@given(desired=desires, memory=memories, here=st.none() | stored)
def test_planning_twice_is_planning_once(
    desired: Desired, memory: Memory, here: tuple[dict[str, str], str, set[int]] | None
) -> None:
    model = Model()
    if here is not None:
        model.connectors[HERE, "c"] = here
    observed = Observed(Contact.FINE, read_at=START, view=model.view((HERE, "c")))
    first = decision.plan(desired, observed, memory, START)
    second = decision.plan(desired, observed, first.memory, START)
    assert second.actions == first.actions
    assert second.memory == first.memory


@given(desired=desires, memory=memories)
def test_a_plan_without_contact_never_writes(desired: Desired, memory: Memory) -> None:
    for contact in (Contact.NONE_YET, Contact.LOST, Contact.REFUSED):
        planned = decision.plan(desired, Observed(contact, problem="gone"), memory, START)
        assert planned.actions == ()
        assert planned.outcome.phase is not Phase.SETTLED


def test_after_a_lost_answer_only_a_fresh_read_is_believed() -> None:
    config = {"name": "c", "connector.class": "F"}
    desired = Desired(Owner("n", "c", "u"), ClusterTarget(HERE), "c", "F", {**config, "a": "1"})
    memory = Memory(
        generation=1,
        finalizer=True,
        placement=Placement(HERE, "c"),
        wrote_at=START,
        judgement=Judgement(desired.config, Reason.VALID, "", START),
    )
    view = ConnectorView("c", config, 1, "source", StatusView("RUNNING"))
    stale = Observed(Contact.FINE, read_at=START - 1, view=view)
    assert decision.plan(desired, stale, memory, START + 60).actions == ()
    fresh = replace(stale, read_at=START + 1)
    assert decision.plan(desired, fresh, memory, START + 60).actions == (
        act.PutConfig(desired.config, ("a",)),
    )
