from __future__ import annotations

from typing import Any

import pytest

from weir_runtime.api.errors import BadRequestError
from weir_runtime.herder import offset
from weir_runtime.model.cluster import ClusterConfig
from weir_runtime.model.entities import ConnectorOffset
from weir_runtime.model.state import TargetState

STOPPED = ClusterConfig(connectors={"c": {}}, target_states={"c": TargetState.STOPPED})


def sink(partition: Any, value: Any) -> list[ConnectorOffset]:
    return [ConnectorOffset(partition, value)]


@pytest.mark.parametrize(
    ("partition", "value", "text"),
    [
        (None, None, "The partition for a sink connector offset cannot be null or missing"),
        ({}, None, "must contain the keys 'kafka_topic' and 'kafka_partition'"),
        (
            {"kafka_topic": None, "kafka_partition": 1},
            None,
            "Kafka topic names must be valid strings and may not be null",
        ),
        (
            {"kafka_topic": "t", "kafka_partition": None},
            None,
            "Kafka partitions must be valid numbers and may not be null",
        ),
        (
            {"kafka_topic": "t", "kafka_partition": "x"},
            None,
            "Failed to parse the following Kafka partition value in the provided offsets: 'x'. "
            "Partition values for sink connectors need to be integers.",
        ),
        (
            {"kafka_topic": "t", "kafka_partition": 1},
            {},
            "The offset for a sink connector should either be null or contain the key "
            "'kafka_offset'",
        ),
        (
            {"kafka_topic": "t", "kafka_partition": 1},
            {"kafka_offset": "many"},
            "Failed to parse the following Kafka offset value in the provided offsets: 'many'. "
            "Offset values for sink connectors need to be integers.",
        ),
        ({"kafka_topic": "t", "kafka_partition": True}, None, "Failed to parse"),
    ],
)
def test_a_malformed_sink_offset_is_refused_with_connects_text(
    partition: Any, value: Any, text: str
) -> None:
    with pytest.raises(BadRequestError) as caught:
        offset.sink_offsets(sink(partition, value))
    assert text in str(caught.value)


def test_numbers_of_sink_offsets_may_be_text() -> None:
    read = offset.sink_offsets(
        sink({"kafka_topic": "t", "kafka_partition": "2"}, {"kafka_offset": "10"})
    )
    assert read == {("t", 2): 10}


def test_a_null_offset_deletes() -> None:
    assert offset.sink_offsets(sink({"kafka_topic": "t", "kafka_partition": 0}, None)) == {
        ("t", 0): None
    }


def test_source_offsets_hold_primitives_only() -> None:
    with pytest.raises(BadRequestError, match="field p contains ARRAY"):
        offset.source_offsets(sink({"f": "x"}, {"p": [1]}))
    assert offset.source_offsets(sink({"f": "x"}, {"p": 1})) == [({"f": "x"}, {"p": 1})]


@pytest.mark.parametrize("state", [TargetState.STARTED, TargetState.PAUSED])
def test_offsets_change_only_while_stopped(state: TargetState) -> None:
    config = ClusterConfig(connectors={"c": {}}, target_states={"c": state})
    with pytest.raises(BadRequestError, match="'/connectors/c/stop' endpoint"):
        offset.check_stopped(config, "c")
    offset.check_stopped(STOPPED, "c")


def test_a_stopped_connector_that_still_has_tasks_counts_as_running() -> None:
    config = ClusterConfig(
        connectors={"c": {}}, target_states={"c": TargetState.STOPPED}, tasks={"c": ({},)}
    )
    with pytest.raises(BadRequestError):
        offset.check_stopped(config, "c")


def test_messages_tell_what_the_connector_has_confirmed() -> None:
    assert (
        offset.message(reset=False, confirmed=True)
        == "The offsets for this connector have been altered successfully"
    )
    assert (
        offset.message(reset=True, confirmed=True)
        == "The offsets for this connector have been reset successfully"
    )
    unconfirmed = offset.message(reset=False, confirmed=False)
    assert unconfirmed == (
        "The Connect framework-managed offsets for this connector have been altered successfully. "
        "However, if this connector manages offsets externally, they will need to be manually "
        "altered in the system that the connector uses."
    )


def test_the_group_of_a_sink_can_be_overridden() -> None:
    assert offset.group_of("c", {}) == "connect-c"
    assert offset.group_of("c", {"consumer.override.group.id": "g"}) == "g"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (True, "true"),
        (None, "null"),
        (" 1", " 1"),
        ("1_0", "1_0"),
        (1 << 63, "9223372036854775808"),
        (1.5, "1.5"),
    ],
)
def test_what_java_does_not_parse_is_refused_and_shown_as_java_writes_it(
    value: Any, shown: str
) -> None:
    partition = {"kafka_topic": "t", "kafka_partition": 0}
    with pytest.raises(BadRequestError, match=f"provided offsets: '{shown}'"):
        offset.sink_offsets(sink(partition, {"kafka_offset": value}))


def test_a_partition_has_32_bits() -> None:
    partition = {"kafka_topic": "t", "kafka_partition": 1 << 31}
    with pytest.raises(BadRequestError, match="Kafka partition value"):
        offset.sink_offsets(sink(partition, {"kafka_offset": 1}))
