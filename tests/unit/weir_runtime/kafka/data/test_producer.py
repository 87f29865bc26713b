"""Rows into librdkafka and back as reports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from weir_runtime.api.batch import RecordBatch
from weir_runtime.api.column import BytesColumn
from weir_runtime.api.errors import ConfigError, ConnectError, DataError
from weir_runtime.kafka.data import producer
from weir_runtime.kafka.data.producer import Delivery, Producer

# nothing listens there: rows stay queued, which is what these tests look at
NOWHERE = {"bootstrap.servers": "127.0.0.1:1", "buffer.memory": "10240"}


class Owner:
    def __init__(self) -> None:
        self.ended: list[Delivery] = []
        self.errors: list[ConnectError] = []

    def done(self, delivery: Delivery) -> None:
        self.ended.append(delivery)

    def failed(self, _delivery: Delivery, error: ConnectError) -> None:
        self.errors.append(error)


@pytest.fixture
def client() -> Iterator[Producer]:
    """Give a producer whose broker does not exist."""
    made = Producer(NOWHERE)
    yield made
    made.close()


def send(client: Producer, values: list[bytes | None], **more: Any) -> tuple[bool, Delivery, Owner]:
    owner = Owner()
    delivery = Delivery("t", len(values), owner)
    batch = RecordBatch("t", BytesColumn(values), **more)
    return client.produce(batch, delivery, waiting=lambda: False), delivery, owner


@pytest.mark.parametrize("headers", [None, [[("h", b"1")]] * 3])
def test_rows_that_are_queued_are_outstanding(client: Producer, headers: Any) -> None:
    queued, delivery, owner = send(client, [b"a", None, b"c"], headers=headers)
    assert queued
    assert delivery.outstanding == 3
    assert owner.ended == []


@pytest.mark.parametrize("headers", [None, [[("h", b"1")]] * 3])
def test_a_row_that_is_too_large_fails_at_once_and_the_others_are_queued(
    client: Producer, headers: Any
) -> None:
    queued, delivery, owner = send(client, [b"a", b"x" * 2_000_000, b"c"], headers=headers)
    assert queued
    assert delivery.outstanding == 2
    assert isinstance(delivery.error, DataError)
    assert owner.errors == [delivery.error]


@pytest.mark.parametrize("headers", [None, [[("h", b"1")]] * 30])
def test_a_full_queue_is_waited_for_and_given_up_when_told_to(
    client: Producer, headers: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(producer, "FULL_WAIT_S", 0)
    queued, delivery, _ = send(client, [b"x" * 1000] * 30, headers=headers)
    assert not queued
    assert delivery.outstanding == 30
    assert delivery.error is None


def test_what_is_still_queued_at_the_end_is_reported_as_failed() -> None:
    client = Producer(NOWHERE)
    _, delivery, owner = send(client, [b"a", b"b"])
    client.close()
    assert delivery.outstanding == 0
    assert owner.ended == [delivery]
    assert len(owner.errors) == 1
    assert client.poll_nowait() is False


def test_a_refused_setting_is_a_config_error() -> None:
    with pytest.raises(ConfigError, match="idempotence"):
        Producer(NOWHERE | {"enable.idempotence": "true", "acks": "1"})


def test_messages_carry_what_a_batch_has() -> None:
    batch = RecordBatch(
        "t",
        BytesColumn([b"a", b"b"]),
        key=BytesColumn([None, b"k"]),
        headers=[None, [("h", b"1")]],
        timestamps=[None, 7],
    )
    assert producer._messages(batch) == [
        {"value": b"a", "key": None},
        {"value": b"b", "key": b"k", "headers": [("h", b"1")], "timestamp": 7},
    ]


def test_one_timestamp_is_for_all_rows() -> None:
    batch = RecordBatch("t", BytesColumn([b"a", b"b"]), timestamps=5)
    assert [each["timestamp"] for each in producer._messages(batch)] == [5, 5]
