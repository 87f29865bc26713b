from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from weir_runtime.rest.crowd import Crowd


def crowd(limit: int, share: int, busy: tuple[str, ...] = ()) -> Crowd[str]:
    return Crowd(limit, share, lambda member: member not in busy)


def test_a_client_has_its_share_and_no_more() -> None:
    found = crowd(10, 2)
    assert found.admit("a", "1").refusal is None
    assert found.admit("a", "2").refusal is None
    assert found.admit("a", "3").refusal == "2 connections from a are open; close some of them"
    assert found.admit("b", "4").refusal is None
    found.leave("1")
    assert found.admit("a", "5").refusal is None


def test_a_newcomer_takes_the_place_of_the_greediest() -> None:
    found = crowd(3, 3)
    for member in ("1", "2", "3"):
        found.admit("a", member)
    verdict = found.admit("b", "4")
    assert (verdict.refusal, verdict.evicted) == (None, "1")
    assert len(found) == 3


def test_an_idle_connection_goes_before_one_that_is_served() -> None:
    found = crowd(3, 3, busy=("1", "2"))
    for member in ("1", "2", "3"):
        found.admit("a", member)
    assert found.admit("b", "4").evicted == "3"
    assert found.admit("c", "5").evicted == "1"
    assert found.admit("d", "6").refusal == "All 3 connections are taken; try again later"


def test_nobody_goes_for_a_client_that_would_have_as_many_itself() -> None:
    found = crowd(2, 2)
    found.admit("a", "1")
    found.admit("b", "2")
    verdict = found.admit("c", "3")
    assert verdict.evicted is None
    assert verdict.refusal == "All 2 connections are taken; try again later"


def test_who_is_not_there_can_leave() -> None:
    found = crowd(1, 1)
    found.leave("1")
    assert len(found) == 0


@given(
    st.lists(st.tuples(st.sampled_from("abcdef"), st.booleans()), max_size=80),
    st.integers(1, 8),
    st.integers(1, 8),
)
def test_neither_limit_nor_share_is_ever_passed(
    steps: list[tuple[str, bool]], limit: int, share: int
) -> None:
    found: Crowd[int] = Crowd(limit, share, lambda _: True)
    members: dict[int, str] = {}
    for number, (client, leaves) in enumerate(steps):
        if leaves and members:
            gone = next(iter(members))
            found.leave(gone)
            del members[gone]
            continue
        verdict = found.admit(client, number)
        if verdict.evicted is not None:
            del members[verdict.evicted]
        if verdict.refusal is None:
            members[number] = client
        assert len(found) == len(members) <= limit
        assert max(Counter(members.values()).values(), default=0) <= share


def test_one_client_with_all_connections_keeps_no_other_out() -> None:
    found: Crowd[int] = Crowd(100, 100, lambda _: True)
    for number in range(100):
        found.admit("greedy", number)
    assert all(found.admit(f"c{n}", 1000 + n).refusal is None for n in range(50))
