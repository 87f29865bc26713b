"""The golden vectors were produced with the 4.3.1 classes."""

import contextlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from weir_runtime.api.errors import DataError
from weir_runtime.group import wire
from weir_runtime.group.part import NONE, Parts
from weir_runtime.group.wire import Assignment, Metadata
from weir_runtime.model.ids import TaskId

URL = "http://a:8083/"
GIVEN = Assignment(
    2, "m1", URL, 7, parts=Parts.of(["c"], [TaskId("c", 0), TaskId("c", 1)]), revoked=NONE
)
GIVEN_HEX = (
    "0002000000026d31000e687474703a2f2f613a383038332f00000000000000070000000100016300000003"
    "ffffffff00000000000000010000000000000000"
)
REVOKED = Assignment(2, "m1", URL, 7, revoked=Parts.of(["c"], [TaskId("c", 0)]), delay_ms=10_000)
EAGER = Assignment(0, "m1", URL, 7, parts=Parts.of(["c"], [TaskId("c", 0)]))
METADATA_HEX = "000e687474703a2f2f613a383038332f0000000000000007"

ASSIGNMENTS = [
    (GIVEN, GIVEN_HEX),
    (
        REVOKED,
        "0002000000026d31000e687474703a2f2f613a383038332f000000000000000700000000000000010001"
        "6300000002ffffffff0000000000002710",
    ),
    (
        EAGER,
        "0000000000026d31000e687474703a2f2f613a383038332f00000000000000070000000100016300000002"
        "ffffffff00000000",
    ),
]
METADATA = [
    (Metadata(0, URL, 7), "0000" + METADATA_HEX),
    (Metadata(1, URL, 7), "0001" + METADATA_HEX + "ffffffff"),
    (Metadata(2, URL, 7), "0002" + METADATA_HEX + "ffffffff"),
    (Metadata(2, URL, 7, GIVEN), "0002" + METADATA_HEX + "0000003f" + GIVEN_HEX),
]

names = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
parts = st.builds(
    Parts.of,
    st.frozensets(names, max_size=4),
    st.frozensets(st.builds(TaskId, names, st.integers(0, (1 << 31) - 1)), max_size=6),
)
offsets = st.integers(-1, (1 << 63) - 1)
assignments = st.builds(
    Assignment,
    version=st.sampled_from([1, 2]),
    leader_id=names,
    leader_url=names,
    offset=offsets,
    error=st.sampled_from([0, 1]),
    parts=parts,
    revoked=parts,
    delay_ms=st.integers(0, (1 << 31) - 1),
)


@pytest.mark.parametrize(("assignment", "expected"), ASSIGNMENTS)
def test_assignments_are_the_bytes_that_java_writes(assignment: Assignment, expected: str) -> None:
    assert wire.encode_assignment(assignment).hex() == expected
    assert wire.decode_assignment(bytes.fromhex(expected)) == assignment


@pytest.mark.parametrize(("metadata", "expected"), METADATA)
def test_metadata_are_the_bytes_that_java_writes(metadata: Metadata, expected: str) -> None:
    assert wire.encode_metadata(metadata).hex() == expected
    assert wire.decode_metadata(bytes.fromhex(expected)) == metadata


@given(assignments)
def test_an_assignment_survives_the_round_trip(assignment: Assignment) -> None:
    assert wire.decode_assignment(wire.encode_assignment(assignment)) == assignment


@given(st.sampled_from([1, 2]), names, offsets, st.none() | assignments)
def test_metadata_survive_the_round_trip(
    version: int, url: str, offset: int, assignment: Assignment | None
) -> None:
    metadata = Metadata(version, url, offset, assignment)
    assert wire.decode_metadata(wire.encode_metadata(metadata)) == metadata


@given(st.binary(max_size=200))
@example(bytes.fromhex("0002000000026d31000161" + "0000000000000007" + "7fffffff"))
def test_hostile_bytes_are_read_or_refused_as_data(data: bytes) -> None:
    for decode in (wire.decode_metadata, wire.decode_assignment):
        with contextlib.suppress(DataError):
            decode(data)


@given(assignments, st.data())
def test_any_cut_of_the_bytes_is_read_or_refused_as_data(
    assignment: Assignment, data: st.DataObject
) -> None:
    encoded = wire.encode_assignment(assignment)
    cut = encoded[: data.draw(st.integers(0, len(encoded)))]
    with contextlib.suppress(DataError):
        wire.decode_assignment(cut)


def test_a_huge_count_is_refused_before_anything_is_stored() -> None:
    head = bytes.fromhex("00020000") + b"\x00\x00" * 2 + bytes(8)
    with pytest.raises(DataError, match="claims 2147483647 entries"):
        wire.decode_assignment(head + bytes.fromhex("7fffffff"))


def test_missing_fields_at_the_end_take_their_defaults() -> None:
    whole = wire.encode_assignment(GIVEN)
    assert wire.decode_assignment(whole[:-8]) == GIVEN
    assert wire.decode_metadata(bytes.fromhex("0002" + METADATA_HEX)) == Metadata(2, URL, 7)


def test_null_arrays_are_empty() -> None:
    whole = wire.encode_assignment(GIVEN)
    assert wire.decode_assignment(whole[:-8] + b"\xff\xff\xff\xff" + bytes(4)) == GIVEN


def test_a_later_version_with_more_fields_is_read_as_the_newest_known() -> None:
    later = b"\x00\x07" + wire.encode_assignment(GIVEN)[2:] + b"more"
    assert wire.decode_assignment(later) == GIVEN


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xff" + bytes(20), b"\x00\x01\x00\x02\xff\xff" + bytes(20)]
)
def test_what_is_no_metadata_is_a_data_error(data: bytes) -> None:
    with pytest.raises(DataError):
        wire.decode_metadata(data)


def test_a_task_below_the_connector_itself_is_refused() -> None:
    broken = wire.encode_assignment(EAGER)[:-4] + b"\xff\xff\xff\xfe"
    with pytest.raises(DataError, match="task -2"):
        wire.decode_assignment(broken)


def test_a_name_longer_than_the_wire_allows_is_refused() -> None:
    with pytest.raises(DataError, match="32767"):
        wire.encode_metadata(Metadata(2, "x" * 32768, 7))
