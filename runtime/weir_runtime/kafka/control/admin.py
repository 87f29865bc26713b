"""Admin calls: `ports.Admin` on a shared connection."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

from aiokafka.protocol.admin import (
    DeleteGroupsRequest,
    DescribeConfigsRequest,
    DescribeGroupsRequest,
)
from aiokafka.protocol.commit import OffsetCommitRequest, OffsetFetchRequest

from weir_runtime.api.errors import ConnectError, RetriableError
from weir_runtime.kafka.control.connection import Connection
from weir_runtime.kafka.control.error import (
    COORDINATOR_NOT_AVAILABLE,
    GROUP_NOT_FOUND,
    NOT_CONTROLLER,
    NOT_COORDINATOR,
    TOPIC_EXISTS,
    UNKNOWN_TOPIC,
    check,
)
from weir_runtime.kafka.control.request import CreateTopic, OffsetDelete
from weir_runtime.kafka.ports import GroupDescription, GroupMember, NewTopic, TopicPartition

_TOPIC_RESOURCE = 2
_MOVED = frozenset({COORDINATOR_NOT_AVAILABLE, NOT_COORDINATOR, NOT_CONTROLLER})


class KafkaAdmin:
    """The calls of one worker; each is repeated while it fails retriably, up to `timeout_s`."""

    def __init__(self, connection: Connection, *, timeout_s: float = 30.0) -> None:
        self._connection = connection
        self._timeout_s = timeout_s

    async def cluster_id(self) -> str:
        """Return the cluster's id."""
        answer = await self._connection.retry(
            lambda: self._connection.metadata([]), self._timeout_s
        )
        return answer.cluster_id or ""

    async def broker_count(self) -> int:
        """Return how many brokers the cluster has now."""
        answer = await self._connection.retry(
            lambda: self._connection.metadata([]), self._timeout_s
        )
        return len(answer.brokers)

    async def describe_group(self, group: str) -> GroupDescription:
        """Return a group's state and members."""
        what = f"Describing group {group}"
        answer = await self._to_coordinator(group, DescribeGroupsRequest([group]), what=what)
        found = answer.groups[0]
        check(found[0], what)
        members = [GroupMember(item[1], item[2].removeprefix("/"), item[3]) for item in found[5]]
        return GroupDescription(found[2], found[3], members)

    async def create_topic(self, topic: NewTopic) -> bool:
        """Create a topic and wait until its leaders answer; False where it exists."""
        created = await self._connection.retry(lambda: self._create(topic), self._timeout_s)
        if created:
            # KAFKA-15591: requests to a partition that is just being made can get lost
            await self._connection.retry(lambda: self._leaders_answer(topic), self._timeout_s)
        return created

    async def topic_partitions(self, topic: str) -> int | None:
        """Return the number of partitions, None for an unknown topic."""
        return await self._connection.retry(lambda: self._partitions(topic), self._timeout_s)

    async def topic_config(self, topic: str) -> Mapping[str, str]:
        """Return the topic's settings."""
        what = f"Reading the configuration of topic {topic}"
        request = DescribeConfigsRequest([(_TOPIC_RESOURCE, topic, None)])

        async def describe() -> Mapping[str, str]:
            answer = await self._connection.send(request, what=what)
            (resource,) = answer.resources
            check(resource[0], what, resource[1])
            return {entry[0]: entry[1] for entry in resource[4] if entry[1] is not None}

        return await self._connection.retry(describe, self._timeout_s)

    async def group_offsets(self, group: str) -> Mapping[TopicPartition, int]:
        """Return a consumer group's committed offsets."""
        what = f"Reading the offsets of group {group}"
        answer = await self._to_coordinator(group, OffsetFetchRequest(group, None), what=what)
        if answer.topics is None:  # the embedded broker only answers for named partitions
            request = OffsetFetchRequest(group, await self._all_partitions())
            answer = await self._to_coordinator(group, request, what=what)
        found: dict[TopicPartition, int] = {}
        for topic, partitions in answer.topics:
            for number, offset, _, code in partitions:
                check(code, what)
                if offset >= 0:
                    found[topic, number] = offset
        return found

    async def alter_group_offsets(
        self, group: str, offsets: Mapping[TopicPartition, int | None]
    ) -> None:
        """Set offsets of an empty group; None deletes."""
        deleted = [part for part, offset in offsets.items() if offset is None]
        if deleted:
            await self._delete_offsets(group, deleted)
        written = [part for part, offset in offsets.items() if offset is not None]
        if written:
            what = f"Altering the offsets of group {group}"
            topics = [
                (topic, [(number, offsets[topic, number], "") for number in numbers])
                for topic, numbers in _by_topic(written)
            ]
            request = OffsetCommitRequest(group, -1, "", -1, topics)
            answer = await self._to_coordinator(group, request, what=what)
            _check_parts(answer.topics, what)

    async def delete_group(self, group: str) -> None:
        """Delete a group with its offsets."""
        what = f"Deleting group {group}"
        answer = await self._to_coordinator(group, DeleteGroupsRequest([group]), what=what)
        for _, code in answer.results:
            if code != GROUP_NOT_FOUND:
                check(code, what)

    async def close(self) -> None:
        """Close the shared connection."""
        await self._connection.close()

    async def _create(self, topic: NewTopic) -> bool:
        what = f"Creating topic {topic.name}"
        request = CreateTopic(
            topic.name,
            partitions=topic.partitions,
            replication_factor=topic.replication_factor,
            config=topic.config,
        )
        answer = await self._connection.send(request, what=what)
        ((_, code, message),) = answer.topic_errors
        if code == TOPIC_EXISTS:
            return False
        check(code, what, message)
        return True

    async def _leaders_answer(self, topic: NewTopic) -> None:
        leaders = await self._connection.leaders(topic.name)
        if len(leaders) < topic.partitions or -1 in leaders.values():
            raise RetriableError(f"Topic {topic.name} has partitions without a leader")
        await self._connection.end_offsets(topic.name, leaders)

    async def _partitions(self, topic: str) -> int | None:
        answer = await self._connection.metadata([topic])
        ((code, _, _, partitions),) = answer.topics
        if code == UNKNOWN_TOPIC:
            return None
        check(code, f"Reading the metadata of topic {topic}")
        return len(partitions)

    async def _all_partitions(self) -> list[tuple[str, list[int]]]:
        answer = await self._connection.metadata(None)
        return [(topic[1], [part[1] for part in topic[3]]) for topic in answer.topics]

    async def _delete_offsets(self, group: str, parts: Iterable[TopicPartition]) -> None:
        what = f"Deleting offsets of group {group}"
        answer = await self._to_coordinator(group, OffsetDelete(group, _by_topic(parts)), what=what)
        # a group that is not there has no offsets: what was asked for is so
        if answer.error_code != GROUP_NOT_FOUND:
            _check_parts(answer.topics, what)

    async def _to_coordinator(self, group: str, request: Any, *, what: str) -> Any:
        async def attempt() -> Any:
            node = await self._connection.coordinator(group)
            answer = await self._connection.send(request, what=what, node=node)
            code = _error_code(answer)
            if code and code != GROUP_NOT_FOUND:
                check(code, what)
            return answer

        async with asyncio.timeout(self._timeout_s * 2):
            return await self._connection.retry(attempt, self._timeout_s)


def _error_code(answer: Any) -> int:
    """Return the error that concerns the whole call, wherever the answer keeps it."""
    if hasattr(answer, "error_code"):
        code: int = answer.error_code
        return code
    codes = [result[-1] for result in getattr(answer, "results", ())]
    codes += [group[0] for group in getattr(answer, "groups", ())]
    codes += [part[-1] for _, parts in (getattr(answer, "topics", None) or ()) for part in parts]
    return next((code for code in codes if code in _MOVED), 0)


def _check_parts(topics: Any, what: str) -> None:
    for topic, parts in topics:
        for number, code in parts:
            try:
                check(code, f"{what}, partition {topic}-{number}")
            except RetriableError as error:
                # the partition does not exist: another try in a moment gives the same
                raise ConnectError(str(error)) from error


def _by_topic(parts: Iterable[TopicPartition]) -> list[tuple[str, list[int]]]:
    grouped: dict[str, list[int]] = {}
    for topic, number in parts:
        grouped.setdefault(topic, []).append(number)
    return list(grouped.items())
