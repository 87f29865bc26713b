import pytest

from weir_runtime.storage.offset_index import OffsetIndex

AB, BA = b'["c",{"a":1,"b":"x"}]', b'["c",{"b":"x","a":1}]'
PARTITION = {"b": "x", "a": 1}


def test_a_partition_is_found_whatever_the_order_of_its_members() -> None:
    index = OffsetIndex()
    index.apply(AB, b'{"p":1}')
    assert index.get("c", PARTITION) == {"p": 1}
    assert index.key_for("c", PARTITION) == AB


def test_of_several_forms_the_newest_counts() -> None:
    index = OffsetIndex()
    index.apply(AB, b'{"p":2}', 20)
    index.apply(BA, b'{"p":1}', 10)
    assert index.get("c", PARTITION) == {"p": 2}
    assert index.key_for("c", PARTITION) == AB
    index.apply(BA, b'{"p":3}', 20)
    assert index.get("c", PARTITION) == {"p": 3}
    assert index.pairs("c") == [(PARTITION, {"p": 3})]


def test_a_write_reaches_every_form_so_that_none_comes_back() -> None:
    index = OffsetIndex()
    index.apply(AB, b'{"p":2}')
    index.apply(BA, b'{"p":1}')
    assert index.entries_for("c", [(PARTITION, None)]) == [(AB, None), (BA, None)]


def test_a_tombstone_uncovers_no_older_form_of_its_own() -> None:
    index = OffsetIndex()
    index.apply(AB, b'{"p":1}')
    index.apply(AB, None)
    assert index.get("c", PARTITION) is None
    assert index.pairs("c") == []
    assert index.entries() == []


def test_a_value_of_json_null_is_no_offset() -> None:
    index = OffsetIndex()
    index.apply(AB, b"null")
    assert index.get("c", PARTITION) is None


def test_a_new_partition_gets_a_key_in_its_own_order() -> None:
    assert OffsetIndex().key_for("c", PARTITION) == BA


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (None, b"{}"),
        (b"{", b"{}"),
        (b'["c"]', b"{}"),
        (b"[1,{}]", b"{}"),
        (b'["c",[]]', b"{}"),
        (AB, b"[]"),
        (AB, b"{"),
    ],
)
def test_a_record_that_cannot_be_read_is_passed_over(key: bytes | None, value: bytes) -> None:
    index = OffsetIndex()
    index.apply(BA, b'{"p":1}')
    index.apply(key, value)
    assert index.entries() == [(BA, b'{"p":1}')]
