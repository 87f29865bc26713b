import time
from collections import Counter
from itertools import chain

from hypothesis import given
from hypothesis import strategies as st

from weir_runtime.group import assignor
from weir_runtime.group.assignor import Change
from weir_runtime.group.part import NONE, Parts
from weir_runtime.model.ids import TaskId

MEMBERS = ["a", "b", "c", "d", "e"]
CONNECTORS = [f"c{n}" for n in range(6)]
TASKS = [TaskId(connector, n) for connector in CONNECTORS for n in range(4)]

parts = st.builds(
    Parts.of,
    st.frozensets(st.sampled_from(CONNECTORS)),
    st.frozensets(st.sampled_from(TASKS)),
)
groups = st.dictionaries(st.sampled_from(MEMBERS), parts, min_size=1)

Owned = dict[str, Parts]


def after(members: Owned, changes: dict[str, Change]) -> Owned:
    """What members own once they followed the leader."""
    return {m: (members[m] - changes[m].revoked) | changes[m].added for m in members}


def settle(members: Owned, configured: Parts) -> tuple[Owned, int]:
    """Run rounds until one changes nothing; return what is owned and how many changed."""
    for rounds in range(10):
        changes = assignor.assign(members, configured)
        if not any(change.added or change.revoked for change in changes.values()):
            return members, rounds
        members = after(members, changes)
    raise AssertionError("does not come to rest")


@given(groups, parts)
def test_nothing_is_owned_twice_after_a_round(members: Owned, configured: Parts) -> None:
    owned = after(members, assignor.assign(members, configured))
    for kind in ("connectors", "tasks"):
        counts = Counter(chain.from_iterable(getattr(p, kind) for p in owned.values()))
        assert all(count == 1 for count in counts.values())


@given(groups, parts)
def test_nothing_is_owned_that_is_not_configured(members: Owned, configured: Parts) -> None:
    owned = after(members, assignor.assign(members, configured))
    for each in owned.values():
        assert not each - configured


@given(groups, parts)
def test_nothing_is_handed_out_in_the_round_that_revokes_it(
    members: Owned, configured: Parts
) -> None:
    changes = assignor.assign(members, configured).values()
    for taken in changes:
        for given_out in changes:
            assert not taken.revoked & given_out.added


@given(groups, parts)
def test_nothing_is_handed_out_that_someone_still_has(members: Owned, configured: Parts) -> None:
    for change in assignor.assign(members, configured).values():
        for owned in members.values():
            assert not change.added & owned


@given(groups, parts)
def test_at_rest_everything_is_owned_and_shares_differ_by_at_most_one(
    members: Owned, configured: Parts
) -> None:
    owned, _ = settle(members, configured)
    total = NONE
    for each in owned.values():
        total |= each
    assert total == configured
    for kind in ("connectors", "tasks"):
        sizes = [len(getattr(each, kind)) for each in owned.values()]
        assert max(sizes) - min(sizes) <= 1


@given(groups, parts)
def test_two_rounds_are_enough(members: Owned, configured: Parts) -> None:
    assert settle(members, configured)[1] <= 2


@given(groups, parts)
def test_the_order_of_members_does_not_matter(members: Owned, configured: Parts) -> None:
    turned = dict(reversed(members.items()))
    assert assignor.assign(members, configured) == assignor.assign(turned, configured)


@given(groups, parts, st.sampled_from(MEMBERS))
def test_a_member_that_leaves_moves_nothing_of_the_others_beyond_balance(
    members: Owned, configured: Parts, leaver: str
) -> None:
    owned, _ = settle(members, configured)
    rest = {m: p for m, p in owned.items() if m != leaver}
    if rest:
        changes = assignor.assign(rest, configured)
        assert not any(change.revoked for change in changes.values())


@given(parts, parts)
def test_a_lone_member_gets_everything_and_gives_up_what_was_deleted(
    owned: Parts, configured: Parts
) -> None:
    changes = assignor.assign({"a": owned}, configured)
    assert changes == {"a": Change(added=configured - owned, revoked=owned - configured)}


def test_tasks_of_one_connector_are_spread_over_the_members() -> None:
    configured = Parts.of(tasks=[TaskId(c, n) for c in ("x", "y") for n in range(3)])
    changes = assignor.assign({"a": NONE, "b": NONE, "c": NONE}, configured)
    for change in changes.values():
        assert sorted(task.connector for task in change.added.tasks) == ["x", "y"]


def test_what_two_members_claim_is_taken_from_both_and_handed_out_next() -> None:
    both = Parts.of(["c"])
    first = assignor.assign({"a": both, "b": both}, both)
    assert first == {"a": Change(revoked=both), "b": Change(revoked=both)}
    second = assignor.assign({"a": NONE, "b": NONE}, both)
    assert sorted(len(change.added) for change in second.values()) == [0, 1]


def test_a_newcomer_gets_its_share_in_two_rounds() -> None:
    configured = Parts.of(tasks=[TaskId("c", n) for n in range(4)])
    members = {"a": configured, "b": NONE}
    first = assignor.assign(members, configured)
    assert len(first["a"].revoked) == 2
    assert not first["b"].added
    second = assignor.assign(after(members, first), configured)
    assert second["b"].added == first["a"].revoked


def test_ten_thousand_tasks_at_rest_take_little_time() -> None:
    tasks = [TaskId(f"c{n // 10}", n % 10) for n in range(10_000)]
    members = {f"m{m}": Parts.of(tasks=tasks[m::10]) for m in range(10)}
    began = time.process_time()
    changes = assignor.assign(members, Parts.of(tasks=tasks))
    assert not any(change.added or change.revoked for change in changes.values())
    assert time.process_time() - began < 0.5
