"""Offsets that a person wants to set: what is allowed, with Connect's texts.

Source: org.apache.kafka.connect.util.SinkUtils, ConnectUtils; KIP-875.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from weir_runtime.api.errors import BadRequestError
from weir_runtime.kafka.ports import TopicPartition
from weir_runtime.model.cluster import ClusterConfig
from weir_runtime.model.entities import ConnectorOffset
from weir_runtime.model.state import TargetState
from weir_runtime.storage.ports import OffsetPair

TOPIC = "kafka_topic"
PARTITION = "kafka_partition"
OFFSET = "kafka_offset"
_INTEGER = re.compile(r"[+-]?[0-9]{1,20}", re.ASCII)

GROUP_OVERRIDE = "consumer.override.group.id"


def check_stopped(config: ClusterConfig, connector: str) -> None:
    """Refuse while the connector is not STOPPED or has tasks.

    Raises:
        BadRequestError: with the endpoint that stops it.
    """
    stopped = config.target_state(connector) is TargetState.STOPPED
    if not stopped or config.tasks.get(connector):
        raise BadRequestError(
            "Connectors must be in the STOPPED state before their offsets can be modified. This "
            "can be done for the specified connector by issuing a 'PUT' request to the "
            f"'/connectors/{connector}/stop' endpoint"
        )


def message(*, reset: bool, confirmed: bool) -> str:
    """Return the sentence of a success."""
    verb = "reset" if reset else "altered"
    if confirmed:
        return f"The offsets for this connector have been {verb} successfully"
    return (
        f"The Connect framework-managed offsets for this connector have been {verb} successfully. "
        f"However, if this connector manages offsets externally, they will need to be manually "
        f"{verb} in the system that the connector uses."
    )


def group_of(connector: str, config: Mapping[str, str]) -> str:
    """Return the consumer group of a sink connector."""
    return config.get(GROUP_OVERRIDE) or f"connect-{connector}"


def sink_offsets(
    offsets: Sequence[ConnectorOffset],
) -> dict[TopicPartition, int | None]:
    """Read the offsets of a sink's PATCH; numbers may be strings.

    Raises:
        BadRequestError: with Connect's text for what is wrong.
    """
    return {_sink_partition(item.partition): _sink_offset(item.offset) for item in offsets}


def _sink_partition(partition: Mapping[str, Any] | None) -> TopicPartition:
    if partition is None:
        raise BadRequestError("The partition for a sink connector offset cannot be null or missing")
    if TOPIC not in partition or PARTITION not in partition:
        raise BadRequestError(
            f"The partition for a sink connector offset must contain the keys '{TOPIC}' and "
            f"'{PARTITION}'"
        )
    topic, number = partition[TOPIC], partition[PARTITION]
    if topic is None:
        raise BadRequestError("Kafka topic names must be valid strings and may not be null")
    if number is None:
        raise BadRequestError("Kafka partitions must be valid numbers and may not be null")
    parsed = _integer(number, bits=32)
    if parsed is None or parsed < 0:
        raise BadRequestError(
            "Failed to parse the following Kafka partition value in the provided offsets: "
            f"'{_shown(number)}'. Partition values for sink connectors need to be integers."
        )
    return (str(topic), parsed)


def _sink_offset(offset: Mapping[str, Any] | None) -> int | None:
    if offset is None:
        return None
    if OFFSET not in offset:
        raise BadRequestError(
            f"The offset for a sink connector should either be null or contain the key '{OFFSET}'"
        )
    parsed = _integer(offset[OFFSET], bits=64)
    if parsed is None or parsed < 0:
        raise BadRequestError(
            "Failed to parse the following Kafka offset value in the provided offsets: "
            f"'{_shown(offset[OFFSET])}'. Offset values for sink connectors need to be integers."
        )
    return parsed


def _integer(value: object, *, bits: int) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    if _INTEGER.fullmatch(str(value)) is None:
        return None
    limit = 1 << (bits - 1)
    number = int(value)
    return number if -limit <= number < limit else None


def _shown(value: object) -> str:
    """Return a JSON value as Java writes it."""
    words = {None: "null", True: "true", False: "false"}
    if value is None or isinstance(value, bool):
        return words[value]
    return str(value)


def source_offsets(offsets: Sequence[ConnectorOffset]) -> list[OffsetPair]:
    """Check a source's PATCH: Connect stores primitives only.

    Raises:
        BadRequestError: a partition is missing, or a field holds a list or a map.
    """
    for item in offsets:
        for fields in (item.partition, item.offset):
            for name, value in (fields or {}).items():
                if isinstance(value, list | dict):
                    kind = "ARRAY" if isinstance(value, list) else "MAP"
                    raise BadRequestError(
                        "Offsets may only contain primitive types as values, but field "
                        f"{name} contains {kind}"
                    )
    pairs: list[OffsetPair] = []
    for item in offsets:
        if item.partition is None:
            raise BadRequestError(
                "The partition for a source connector offset cannot be null or missing"
            )
        pairs.append((item.partition, item.offset))
    return pairs


def zombie_sentence(connector: str, *, reset: bool) -> str:
    """Return the text for a consumer group that still has members."""
    verb = "reset" if reset else "alter"
    return (
        f"Failed to {verb} consumer group offsets for connector {connector} either because its "
        "tasks haven't stopped completely yet or the connector was resumed before the request to "
        f"{verb} its offsets could be successfully completed. If the connector is in a stopped "
        "state, this operation can be safely retried. If it doesn't eventually succeed, the "
        "Connect cluster may need to be restarted to get rid of the zombie sink tasks."
    )
