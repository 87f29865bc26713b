"""Events are hints, lists are the truth of one moment."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from weir_operator.sources.store import Sighting, Store, sighting


def obj(uid: str, version: int, namespace: str = "shop") -> dict[str, Any]:
    return {
        "metadata": {
            "uid": uid,
            "name": f"name-{uid}",
            "namespace": namespace,
            "resourceVersion": str(version),
        }
    }


def seen(uid: str, version: int, namespace: str = "shop") -> Sighting:
    return sighting(obj(uid, version, namespace))


def test_only_a_newer_version_is_news() -> None:
    store = Store()
    assert store.put(obj("a", 5))
    assert not store.put(obj("a", 5))
    assert not store.put(obj("a", 4))
    assert store.put(obj("a", 10))
    assert store.get("a") == obj("a", 10)


def test_a_deleted_object_never_comes_back() -> None:
    store = Store()
    store.put(obj("a", 5))
    assert store.remove("a")
    assert not store.remove("a")
    assert not store.put(obj("a", 9))
    assert store.sweep([seen("a", 9)], 9).stale == ()


def test_what_a_list_lacks_is_gone() -> None:
    store = Store()
    store.put(obj("a", 5))
    store.put(obj("b", 6))
    sweep = store.sweep([seen("b", 6)], 8)
    assert sweep.gone == ("a",)
    assert sweep.stale == ()


def test_what_was_created_after_the_list_is_not_gone() -> None:
    store = Store()
    store.put(obj("late", 12))
    assert store.sweep([], 10).gone == ()


def test_what_a_list_has_newer_or_first_has_to_be_read() -> None:
    store = Store()
    store.put(obj("a", 5))
    sweep = store.sweep([seen("a", 7), seen("new", 6)], 8)
    assert {one.uid for one in sweep.stale} == {"a", "new"}


def test_the_list_of_one_namespace_says_nothing_of_another() -> None:
    store = Store()
    store.put(obj("a", 5, "shop"))
    store.put(obj("b", 5, "bank"))
    assert store.sweep([], 9, "shop").gone == ("a",)


def test_an_object_made_anew_under_the_same_name_is_another_one() -> None:
    store = Store()
    store.put(obj("first", 5))
    sweep = store.sweep([Sighting("shop", "name-first", "second", 7)], 8)
    assert sweep.gone == ("first",)
    assert [one.uid for one in sweep.stale] == ["second"]


news = st.tuples(st.sampled_from("abc"), st.integers(1, 20), st.booleans())


@given(st.lists(news), st.dictionaries(st.sampled_from("abc"), st.integers(1, 20)))
def test_after_a_sweep_the_store_is_what_the_list_says(
    events: list[tuple[str, int, bool]], listed: dict[str, int]
) -> None:
    store = Store()
    removed = set()
    for uid, version, deleted in events:
        if deleted:
            store.remove(uid)
            removed.add(uid)
        else:
            store.put(obj(uid, version))
    moment = 100  # later than all that was seen
    sweep = store.sweep([seen(uid, version) for uid, version in listed.items()], moment)
    for uid in sweep.gone:
        store.remove(uid)
    for one in sweep.stale:
        store.put(obj(one.uid, one.version))
    assert set(store.uids()) == set(listed) - removed
