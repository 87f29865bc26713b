"""A client of the cluster for requests of our own making: metadata, offsets, coordinators."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, TypeVar

from aiokafka.client import AIOKafkaClient, ConnectionGroup
from aiokafka.conn import CloseReason, create_conn
from aiokafka.errors import KafkaError
from aiokafka.protocol.coordination import FindCoordinatorRequest
from aiokafka.protocol.metadata import MetadataRequest
from aiokafka.protocol.offset import OffsetRequest

from weir_runtime.api.errors import ConnectError, RetriableError
from weir_runtime.kafka.control import frame
from weir_runtime.kafka.control.error import check, error_for, translated
from weir_runtime.kafka.control.settings import ClientSettings

LOG = logging.getLogger(__name__)
T = TypeVar("T")

_LATEST = -1
_GROUP = 0

frame.install()


class _NoTopics(list[str]):
    """An empty list that counts as given: aiokafka takes a plain one for "all topics"."""

    def __bool__(self) -> bool:
        return True


class _Client(AIOKafkaClient):  # type: ignore[misc]  # aiokafka has no types
    """The client without its habit of asking for every topic of the cluster."""

    async def _metadata_update(self, cluster_metadata: Any, topics: Any) -> Any:
        return await super()._metadata_update(cluster_metadata, topics or _NoTopics())


class Connection:
    """Requests to brokers, leaders and coordinators; one is shared by admin calls and logs.

    A group member has one of its own: the broker holds its join back, and answers in order.
    """

    def __init__(self, settings: ClientSettings) -> None:
        self.settings = settings
        self._client: Any = None
        self._leaders: dict[str, dict[int, int]] = {}

    async def start(self) -> None:
        """Reach a broker of the bootstrap list.

        Raises:
            RetriableError: none answers; the message has each one's reason.
        """
        if self._client is not None:
            return
        client = _Client(**self.settings.keywords())
        try:
            await client.bootstrap()
        except (KafkaError, OSError, TimeoutError) as error:
            await client.close()
            raise RetriableError(await self._reasons()) from error
        self._client = client

    async def close(self) -> None:
        """Close every connection; requests under way fail."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def send(
        self, request: Any, *, what: str, node: int | None = None, timeout_s: float | None = None
    ) -> Any:
        """Send to a node, any one unless told, and return the answer.

        Raises:
            RetriableError: the node cannot be reached, or does not answer in time.
            UnsupportedError: the broker does not know the request.
        """
        with translated(what):
            async with asyncio.timeout(timeout_s or self._request_timeout_s):
                return await self._require().send(
                    self._any_node() if node is None else node, request
                )

    async def send_coordinator(
        self, request: Any, *, what: str, node: int, timeout_s: float
    ) -> Any:
        """Send over the connection that is kept for a group's coordinator.

        The connection is closed where the wait ends early: the broker answers in order, and a
        join held back would hold back everything behind it.
        """
        client = self._require()
        try:
            with translated(what):
                async with asyncio.timeout(timeout_s):
                    return await client.send(node, request, group=ConnectionGroup.COORDINATION)
        except (asyncio.CancelledError, RetriableError):
            broken = client._conns.get((node, ConnectionGroup.COORDINATION))
            if broken is not None:
                broken.close(reason=CloseReason.CONNECTION_TIMEOUT)
            raise

    async def metadata(self, topics: Sequence[str] | None) -> Any:
        """Return metadata of the named topics, of all for None, without creating any."""
        names = None if topics is None else list(topics)
        request = MetadataRequest(names, allow_auto_topic_creation=False)
        return await self.send(request, what="Reading the cluster's metadata")

    async def coordinator(self, group: str) -> int:
        """Return the node that coordinates a group.

        Raises:
            RetriableError: there is none at the moment.
        """
        what = f"Finding the coordinator of group {group}"
        answer = await self.send(FindCoordinatorRequest(group, _GROUP), what=what)
        check(answer.error_code, what)
        node: int = answer.coordinator_id
        if self._require().cluster.broker_metadata(node) is None:
            await self._require().force_metadata_update()
        return node

    async def leaders(self, topic: str) -> dict[int, int]:
        """Return the leader of every partition of a topic.

        Raises:
            RetriableError: the topic is unknown, or a partition is without leader.
        """
        what = f"Finding the leaders of topic {topic}"
        answer = await self.metadata([topic])
        for code, name, _, partitions in answer.topics:
            if name != topic:
                continue
            check(code, what)
            for part_code, *_ in partitions:
                check(part_code, what)
            self._leaders[topic] = {part[1]: part[2] for part in partitions}
            return self._leaders[topic]
        raise error_for(3, what)

    async def end_offsets(
        self, topic: str, partitions: Iterable[int], *, committed: bool = False
    ) -> dict[int, int]:
        """Return the end of each partition as its leader tells it now.

        With `committed` it is the end of what no open transaction holds back.
        """
        leaders = self._leaders.get(topic) or await self.leaders(topic)
        by_node: dict[int, list[int]] = {}
        for partition in partitions:
            by_node.setdefault(leaders[partition], []).append(partition)
        what = f"Reading the end offsets of topic {topic}"
        ends: dict[int, int] = {}
        try:
            for node, numbers in by_node.items():
                request = OffsetRequest(
                    -1, int(committed), [(topic, [(number, _LATEST) for number in numbers])]
                )
                answer = await self.send(request, what=what, node=node)
                for _, parts in answer.topics:
                    for number, code, _, offset in parts:
                        check(code, what)
                        ends[number] = offset
        except RetriableError:
            self._leaders.pop(topic, None)
            raise
        return ends

    async def retry(self, attempt: Callable[[], Awaitable[T]], timeout_s: float) -> T:
        """Repeat `attempt` while it fails retriably, for at most `timeout_s`.

        Raises:
            RetriableError: the last one, when time is up.
        """
        deadline = asyncio.get_running_loop().time() + timeout_s
        while True:
            try:
                return await attempt()
            except RetriableError:
                if asyncio.get_running_loop().time() >= deadline:
                    raise
            await asyncio.sleep(self.settings.retry_backoff_ms / 1000)

    @property
    def _request_timeout_s(self) -> float:
        return self.settings.request_timeout_ms / 1000

    def _require(self) -> Any:
        if self._client is None:
            raise RetriableError("The connection to Kafka is closed")
        return self._client

    def _any_node(self) -> int:
        node: int | None = self._require().get_random_node()
        if node is None:
            raise RetriableError("No broker of the cluster is known")
        return node

    async def _reasons(self) -> str:
        """Try each address once more: the client logs the reasons and does not tell them."""
        reasons = [await self._reason(address) for address in self.settings.bootstrap]
        return (
            f"No broker of bootstrap.servers={','.join(self.settings.bootstrap)} answers: "
            + "; ".join(dict.fromkeys(reasons))
            + ". Check the address, security.protocol and the network"
        )

    async def _reason(self, address: str) -> str:
        keywords = self.settings.keywords()
        for name in ("bootstrap_servers", "retry_backoff_ms", "metadata_max_age_ms"):
            keywords.pop(name)
        idle = keywords.pop("connections_max_idle_ms")
        host, _, port = address.rpartition(":")
        try:
            async with asyncio.timeout(min(self._request_timeout_s, 5)):
                found = await create_conn(host.strip("[]"), int(port), max_idle_ms=idle, **keywords)
                found.close()
        except TimeoutError:
            return f"{address} does not answer"
        except (KafkaError, OSError, ConnectError) as error:
            return f"{address}: {plain(error)}"
        return f"{address} answers only now"


def plain(error: BaseException) -> str:
    """Return an exception's innermost reason without numbers that mean nothing to a person."""
    while error.__cause__ is not None:
        error = error.__cause__
    text = str(error) or type(error).__name__
    return re.sub(r"^\[Errno -?\d+\] ", "", text)
