import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weir_runtime.api.errors import DataError
from weir_runtime.model.cluster import RestartRequest, SessionKey
from weir_runtime.model.ids import TaskId
from weir_runtime.model.state import TargetState
from weir_runtime.storage.config_record import (
    CommitRecord,
    ConfigRecord,
    ConnectorRecord,
    LoggerRecord,
    RestartRecord,
    SessionKeyRecord,
    TargetStateRecord,
    TaskCountRecord,
    TaskRecord,
    decode,
    encode,
)

NAMES = st.text(min_size=1)
CONFIGS = st.dictionaries(st.text(), st.text())
RECORDS = st.one_of(
    st.builds(ConnectorRecord, NAMES, st.none() | CONFIGS),
    st.builds(TargetStateRecord, NAMES, st.none() | st.sampled_from(TargetState)),
    st.builds(TaskRecord, st.builds(TaskId, NAMES, st.integers(0, 9999)), CONFIGS),
    st.builds(CommitRecord, NAMES, st.integers(0, 9999)),
    st.builds(TaskCountRecord, NAMES, st.integers(0, 9999)),
    st.builds(LoggerRecord, NAMES, st.text()),
    st.builds(RestartRecord, st.builds(RestartRequest, NAMES, st.booleans(), st.booleans())),
    st.builds(
        SessionKeyRecord, st.builds(SessionKey, st.binary(), st.text(), st.integers(0, 2**62))
    ),
)


@settings(max_examples=40)
@given(RECORDS)
def test_records_read_back_as_they_were_written(record: ConfigRecord) -> None:
    assert decode(*encode(record)) == record


@pytest.mark.parametrize(
    ("record", "key", "value"),
    [
        (ConnectorRecord("c", {}), b"connector-c", b'{"properties":{}}'),
        (ConnectorRecord("c", None), b"connector-c", None),
        (
            TargetStateRecord("c", TargetState.STOPPED),
            b"target-state-c",
            b'{"state":"PAUSED","state.v2":"STOPPED"}',
        ),
        (
            TargetStateRecord("c", TargetState.STARTED),
            b"target-state-c",
            b'{"state":"STARTED","state.v2":"STARTED"}',
        ),
        (TaskCountRecord("c", 3), b"tasks-fencing-c", b'{"task-count":3}'),
        (
            SessionKeyRecord(SessionKey(b"\x00\xff", "HmacSHA256", 7)),
            b"session-key",
            b'{"key":"AP8=","algorithm":"HmacSHA256","creation-timestamp":7}',
        ),
    ],
)
def test_bytes_are_those_of_java(record: ConfigRecord, key: bytes, value: bytes | None) -> None:
    assert encode(record) == (key, value)


def test_target_state_of_an_old_worker_has_no_second_field() -> None:
    old = decode(b"target-state-c", b'{"state":"PAUSED"}')
    assert old == TargetStateRecord("c", TargetState.PAUSED)


def test_a_property_that_is_null_counts_as_left_out() -> None:
    record = decode(b"connector-c", b'{"properties":{"a":null,"b":"1"}}')
    assert record == ConnectorRecord("c", {"b": "1"})


@pytest.mark.parametrize("key", [None, b"", b"weir-lease", b"Connector-c"])
def test_keys_of_unknown_kind_are_no_record(key: bytes | None) -> None:
    assert decode(key, b"{}") is None


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (b"connector-c", b"[]"),
        (b"connector-c", b"{"),
        (b"connector-c", b'{"properties":{"a":1}}'),
        (b"\xff", b"{}"),
        (b"task-c", b'{"properties":{}}'),
        (b"task-c-x", b'{"properties":{}}'),
        (b"task-c-0", None),
        (b"commit-c", b'{"tasks":"1"}'),
        (b"commit-c", b'{"tasks":true}'),
        (b"commit-c", None),
        (b"target-state-c", b'{"state":"HALTED"}'),
        (b"target-state-c", b'{"state":5}'),
        (b"session-key", b'{"key":"!","algorithm":"a","creation-timestamp":1}'),
        (b"session-key", None),
        (b"restart-connector-c", b'{"include-tasks":1,"only-failed":false}'),
        (b"logger-cluster-x", None),
    ],
)
def test_what_is_malformed_is_told_and_not_guessed(key: bytes, value: bytes | None) -> None:
    with pytest.raises(DataError, match="Ignoring"):
        decode(key, value)
