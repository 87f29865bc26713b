import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weir_runtime.api.errors import DataError
from weir_runtime.storage.java_map import parse

# new ObjectOutputStream(...).writeObject(new HashMap<byte[], byte[]>(...)) of JDK 17
THREE = base64.b64decode(
    "rO0ABXNyABFqYXZhLnV0aWwuSGFzaE1hcAUH2sHDFmDRAwACRgAKbG9hZEZhY3RvckkACXRocmVzaG9sZHhwP0AAAAAA"
    "AAx3CAAAABAAAAADdXIAAltCrPMX+AYIVOACAAB4cAAAABBbImQiLHsiZiI6IsO8In1ddXEAfgACAAAADnsicG9zaXRp"
    "b24iOjZ9dXEAfgACAAAAD1siYyIseyJmIjoiYiJ9XXB1cQB+AAIAAAAPWyJjIix7ImYiOiJhIn1ddXEAfgACAAAADnsi"
    "cG9zaXRpb24iOjV9eA=="
)
EMPTY = base64.b64decode(
    "rO0ABXNyABFqYXZhLnV0aWwuSGFzaE1hcAUH2sHDFmDRAwACRgAKbG9hZEZhY3RvckkACXRocmVzaG9sZHhwP0AAAAAA"
    "AAB3CAAAABAAAAAAeA=="
)


def test_entries_of_a_java_file_are_read() -> None:
    assert dict(parse(THREE)) == {
        '["d",{"f":"ü"}]'.encode(): b'{"position":6}',
        b'["c",{"f":"b"}]': None,
        b'["c",{"f":"a"}]': b'{"position":5}',
    }
    assert parse(EMPTY) == []


@given(st.integers(0, len(THREE) - 1))
def test_a_file_that_is_cut_off_is_refused(length: int) -> None:
    with pytest.raises(DataError, match="Java map"):
        parse(THREE[:length])


@given(st.integers(0, len(THREE) - 1), st.integers(0, 255))
def test_a_damaged_file_never_does_more_than_be_refused(place: int, value: int) -> None:
    damaged = THREE[:place] + bytes([value]) + THREE[place + 1 :]
    try:
        entries = parse(damaged)
    except DataError:
        return
    assert all(isinstance(key, bytes) for key, _ in entries)


def test_another_class_is_refused() -> None:
    with pytest.raises(DataError, match=r"does not hold java\.util\.HashMap"):
        parse(THREE.replace(b"java.util.HashMap", b"java.util.TreeMap"))


def test_bytes_behind_the_map_are_refused() -> None:
    with pytest.raises(DataError, match="followed by other bytes"):
        parse(THREE + EMPTY[4:])


def test_a_size_beyond_the_file_takes_no_memory() -> None:
    with pytest.raises(DataError):
        parse(EMPTY[:-5] + b"\x7f\xff\xff\xff")
