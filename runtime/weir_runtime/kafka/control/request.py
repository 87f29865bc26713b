"""Requests that aiokafka lacks, in its own terms.

Source: Kafka's message definitions CreateTopicsRequest v4 (the first that leaves numbers to the
broker) and OffsetDeleteRequest v0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aiokafka.protocol.admin import CreateTopicsRequest_v3, CreateTopicsResponse_v3
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import Array, Int16, Int32, Schema, String

_UTF8 = String("utf-8")


class CreateTopicsResponseV4(Response):  # type: ignore[misc]  # aiokafka has no types
    """Answer to `CreateTopicsRequestV4`."""

    API_KEY = 19
    API_VERSION = 4
    SCHEMA = CreateTopicsResponse_v3.SCHEMA


class CreateTopicsRequestV4(RequestStruct):  # type: ignore[misc]
    """CreateTopics in which -1 stands for the broker's own number."""

    API_KEY = 19
    API_VERSION = 4
    RESPONSE_TYPE = CreateTopicsResponseV4
    SCHEMA = CreateTopicsRequest_v3.SCHEMA


class CreateTopic(Request[CreateTopicsRequestV4]):  # type: ignore[misc]
    """Create one topic."""

    API_KEY = 19

    def __init__(
        self, name: str, *, partitions: int, replication_factor: int, config: Mapping[str, str]
    ) -> None:
        self._topic: tuple[object, ...] = (
            name,
            partitions,
            replication_factor,
            [],
            list(config.items()),
        )

    def build(self, request_struct_class: Any) -> Any:
        """Return the wire form."""
        return request_struct_class([self._topic], 30_000, False)


class OffsetDeleteResponseV0(Response):  # type: ignore[misc]
    """Answer to `OffsetDeleteRequestV0`."""

    API_KEY = 47
    API_VERSION = 0
    SCHEMA = Schema(
        ("error_code", Int16),
        ("throttle_time_ms", Int32),
        (
            "topics",
            Array(
                ("name", _UTF8),
                ("partitions", Array(("partition_index", Int32), ("error_code", Int16))),
            ),
        ),
    )


class OffsetDeleteRequestV0(RequestStruct):  # type: ignore[misc]
    """OffsetDelete (KIP-496)."""

    API_KEY = 47
    API_VERSION = 0
    RESPONSE_TYPE = OffsetDeleteResponseV0
    SCHEMA = Schema(
        ("group_id", _UTF8),
        ("topics", Array(("name", _UTF8), ("partitions", Array(Int32)))),
    )


class OffsetDelete(Request[OffsetDeleteRequestV0]):  # type: ignore[misc]
    """Delete committed offsets of a group for single partitions."""

    API_KEY = 47

    def __init__(self, group: str, topics: Sequence[tuple[str, Sequence[int]]]) -> None:
        self._group = group
        self._topics = topics

    def build(self, request_struct_class: Any) -> Any:
        """Return the wire form."""
        return request_struct_class(self._group, self._topics)
