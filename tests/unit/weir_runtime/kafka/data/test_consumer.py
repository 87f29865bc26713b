"""Batches out of messages."""

import confluent_kafka
import pytest
from confluent_kafka import KafkaError, Message

from weir_runtime.api.errors import ConfigError, ConnectError, DataError, RetriableError
from weir_runtime.kafka.data import consumer
from weir_runtime.kafka.data import error as errors


def message(offset: int, key: bytes | None = None, value: bytes | None = b"v") -> Message:
    return Message(
        topic="t",
        partition=3,
        offset=offset,
        key=key,
        value=value,
        timestamp=(confluent_kafka.TIMESTAMP_CREATE_TIME, 1000 + offset),
    )


def test_contiguous_offsets_are_a_range_and_others_a_list() -> None:
    whole = consumer._batch([message(5), message(6), message(7)])
    holes = consumer._batch([message(5), message(7), message(8)])
    assert whole.offsets == range(5, 8)
    assert holes.offsets == [5, 7, 8]
    assert (whole.topic, whole.partition) == ("t", 3)


def test_a_column_of_nulls_is_no_column() -> None:
    batch = consumer._batch([message(1), message(2, value=None)])
    assert batch.key is None
    assert batch.headers is None
    assert batch.value.bytes_view() == [b"v", None]


def test_keys_stay_beside_their_rows() -> None:
    batch = consumer._batch([message(1), message(2, key=b"k")])
    assert batch.key is not None
    assert batch.key.bytes_view() == [None, b"k"]


def test_timestamps_are_made_when_looked_at() -> None:
    times = consumer._batch([message(1), message(2), message(3)]).timestamps
    assert isinstance(times, consumer.Timestamps)
    assert times._times is None
    assert list(times) == [1001, 1002, 1003]
    assert times[1:] == [1002, 1003]
    assert len(times) == 3


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (KafkaError.MSG_SIZE_TOO_LARGE, DataError),
        (KafkaError._INVALID_ARG, ConfigError),
        (KafkaError.TOPIC_AUTHORIZATION_FAILED, ConnectError),
    ],
)
def test_errors_become_the_projects_own(code: int, kind: type) -> None:
    found = errors.mapped(KafkaError(code), "It failed")
    assert type(found) is kind
    assert str(found).startswith("It failed: ")


def test_what_may_pass_is_retriable_and_what_is_fatal_is_not() -> None:
    passing = KafkaError(KafkaError._TIMED_OUT, "slow", False, True)
    fatal = KafkaError(KafkaError._FATAL, "over", True, True)
    assert isinstance(errors.mapped(passing, "x"), RetriableError)
    assert not isinstance(errors.mapped(fatal, "x"), RetriableError)
    assert errors.is_hopeless(fatal)
    assert not errors.is_hopeless(passing)
    assert errors.is_hopeless(KafkaError(KafkaError._AUTHENTICATION))
