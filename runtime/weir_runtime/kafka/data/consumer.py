"""Reads batches, one consumer a sink task.

Rebalances are reported inside `poll`, `commit` and `close`, in the task's thread.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, overload

import confluent_kafka
from confluent_kafka import KafkaError, KafkaException, Message

from weir_runtime.api.batch import RecordBatch
from weir_runtime.api.column import BytesColumn
from weir_runtime.api.errors import ConnectError
from weir_runtime.kafka.data import client
from weir_runtime.kafka.data import error as errors

TopicPartition = tuple[str, int]

INTERNAL_TOPICS = frozenset(
    {"__consumer_offsets", "__transaction_state", "__share_group_state", "__cluster_metadata"}
)


class RebalanceListener(Protocol):
    """Hears of partitions; what it raises is raised by the call that it was reported in."""

    def on_assigned(self, partitions: Sequence[TopicPartition]) -> None:
        """Take partitions."""
        ...

    def on_revoked(self, partitions: Sequence[TopicPartition]) -> None:
        """Give partitions up; offsets can still be committed."""
        ...

    def on_lost(self, partitions: Sequence[TopicPartition]) -> None:
        """Hear that another member may have these partitions already."""
        ...


@dataclass(frozen=True, slots=True)
class Committed:
    """Outcome of an asynchronous commit."""

    offsets: Mapping[TopicPartition, int]
    error: ConnectError | None


class Consumer:
    """A librdkafka consumer behind batches."""

    def __init__(
        self,
        config: Mapping[str, str],
        listener: RebalanceListener,
        on_commit: Callable[[Committed], None],
    ) -> None:
        self._listener = listener
        self._on_commit = on_commit
        self._health = client.Health()
        self._raised: BaseException | None = None
        self._assigned: set[TopicPartition] = set()
        self._rebalances = 0
        self._subscribed = False
        try:
            self._consumer: Any = confluent_kafka.Consumer(
                {**client.settings("consumer", config, self._health), "on_commit": self._committed}
            )
        except KafkaException as error:
            raise errors.mapped(error.args[0], "The consumer's settings are refused") from error

    def subscribe(self, topics: Sequence[str]) -> None:
        """Follow these topics instead of those before."""
        self._consumer.subscribe(
            list(topics),
            on_assign=self._on_assign,
            on_revoke=self._on_revoke,
            on_lost=self._on_lost,
        )
        self._subscribed = True

    def topics(self, timeout_s: float) -> list[str]:
        """Return the topics of the cluster, without Kafka's own.

        Raises:
            ConnectError: the cluster does not answer in time.
        """
        try:
            found = self._consumer.list_topics(timeout=timeout_s).topics
        except KafkaException as error:
            raise errors.mapped(error.args[0], "Topics could not be listed") from error
        return sorted(name for name in found if name not in INTERNAL_TOPICS)

    def poll(self, timeout_s: float, max_rows: int) -> list[RecordBatch]:
        """Return what is there, one batch a partition, waiting for the first row.

        Raises:
            ConnectError: the client can do nothing any more, or the listener raised.
        """
        rebalances = self._rebalances
        # `consume` with a timeout would hold rows back until it is over
        first = self._consumer.poll(timeout_s)
        if first is None:
            self._check()
            return []
        messages = [first]
        if max_rows > 1:
            messages += self._consumer.consume(max_rows - 1, 0)
        self._check()
        if any(map(Message.error, messages)):
            messages = list(self._good(messages))
        if not messages:
            return []
        if len(self._assigned) == 1 and rebalances == self._rebalances:
            return [_batch(messages)]
        return [_batch(group) for group in self._grouped(messages)]

    def ends(self, partitions: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        """Return the end of partitions as of the last fetch, without those not fetched yet.

        Asks nothing of the network.
        """
        found: dict[TopicPartition, int] = {}
        for part in partitions:
            position = confluent_kafka.TopicPartition(*part)
            try:
                _, end = self._consumer.get_watermark_offsets(position, cached=True)
            except KafkaException:
                continue
            if end >= 0:
                found[part] = end
        return found

    def committed_offsets(
        self, partitions: Iterable[TopicPartition], timeout_s: float
    ) -> dict[TopicPartition, int]:
        """Return what the group has committed of partitions, where it has.

        Raises:
            ConnectError: the coordinator does not answer in time.
        """
        wanted = [confluent_kafka.TopicPartition(*part) for part in partitions]
        try:
            parts = self._consumer.committed(wanted, timeout=timeout_s)
        except KafkaException as error:
            raise errors.mapped(error.args[0], "Committed offsets could not be read") from error
        good = (part for part in parts if part.error is None and part.offset >= 0)
        return {(part.topic, part.partition): part.offset for part in good}

    def commit_nowait(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Send a commit; its outcome is reported in a later call."""
        try:
            self._consumer.commit(offsets=_positions(offsets), asynchronous=True)
        except KafkaException as error:
            self._on_commit(
                Committed(offsets, errors.mapped(error.args[0], "Offsets were not committed"))
            )

    def commit(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Commit and wait.

        Raises:
            ConnectError: the commit failed.
        """
        try:
            parts = self._consumer.commit(offsets=_positions(offsets), asynchronous=False)
        except KafkaException as error:
            raise errors.mapped(error.args[0], "Offsets were not committed") from error
        for part in parts or ():
            if part.error is not None:
                raise errors.mapped(part.error, f"Offsets of {part.topic} were not committed")

    def seek(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Read on from these offsets.

        Raises:
            ConnectError: a partition is not held.
        """
        for position in _positions(offsets):
            try:
                self._consumer.seek(position)
            except KafkaException as error:
                raise errors.mapped(error.args[0], f"Seek in {position.topic} failed") from error

    def pause(self, partitions: Iterable[TopicPartition]) -> None:
        """Deliver nothing of these partitions until they are resumed."""
        self._consumer.pause([confluent_kafka.TopicPartition(*each) for each in partitions])

    def resume(self, partitions: Iterable[TopicPartition]) -> None:
        """Deliver these partitions again."""
        self._consumer.resume([confluent_kafka.TopicPartition(*each) for each in partitions])

    def close(self) -> None:
        """Leave the group; held partitions are reported as revoked first.

        Raises:
            ConnectError: the listener raised.
        """
        self._consumer.close()
        self._raise_kept()

    def _on_assign(self, _consumer: Any, parts: Sequence[Any]) -> None:
        self._report(self._listener.on_assigned, parts, self._assigned.update)

    def _on_revoke(self, _consumer: Any, parts: Sequence[Any]) -> None:
        self._report(self._listener.on_revoked, parts, self._assigned.difference_update)

    def _on_lost(self, _consumer: Any, parts: Sequence[Any]) -> None:
        self._report(self._listener.on_lost, parts, self._assigned.difference_update)

    def _report(
        self,
        tell: Callable[[Sequence[TopicPartition]], None],
        parts: Sequence[Any],
        note: Callable[[Iterable[TopicPartition]], None],
    ) -> None:
        partitions = [(part.topic, part.partition) for part in parts]
        self._rebalances += 1
        note(partitions)
        try:
            tell(partitions)
        except Exception as error:  # noqa: BLE001 - raised again once librdkafka has returned
            self._raised = self._raised or error

    def _committed(self, error: Any, parts: Sequence[Any]) -> None:
        failure = error or next((part.error for part in parts if part.error is not None), None)
        outcome = None if failure is None else errors.mapped(failure, "Offsets were not committed")
        offsets = {(part.topic, part.partition): part.offset for part in parts}
        self._on_commit(Committed(offsets, outcome))

    def _check(self) -> None:
        self._raise_kept()
        self._health.check()

    def _raise_kept(self) -> None:
        if self._raised is not None:
            raised, self._raised = self._raised, None
            raise raised

    def _good(self, messages: Iterable[Any]) -> Iterator[Any]:
        for message in messages:
            error = message.error()
            if error is None:
                yield message
            elif error.code() != KafkaError._PARTITION_EOF:
                self._refused(message, error)

    @staticmethod
    def _refused(message: Any, error: Any) -> None:
        if errors.is_hopeless(error) or error.code() in (
            KafkaError._AUTO_OFFSET_RESET,
            KafkaError.TOPIC_AUTHORIZATION_FAILED,
            KafkaError.GROUP_AUTHORIZATION_FAILED,
        ):
            raise errors.mapped(error, f"Reading of topic {message.topic()} cannot go on")
        client.logger.warning("%s (%s)", error.str(), error.name())

    def _grouped(self, messages: Sequence[Any]) -> Iterable[list[Any]]:
        groups: defaultdict[Any, list[Any]] = defaultdict(list)
        keys: Iterable[Any] = map(Message.partition, messages)
        if len({topic for topic, _ in self._assigned}) != 1:
            keys = zip(map(Message.topic, messages), keys, strict=True)
        for key, message in zip(keys, messages, strict=True):
            groups[key].append(message)
        return groups.values()


class Timestamps(Sequence["int | None"]):
    """Timestamps of messages, made when they are looked at; most sinks never do."""

    def __init__(self, messages: Sequence[Any]) -> None:
        self._messages: Sequence[Any] = messages
        self._times: list[int | None] | None = None

    def __len__(self) -> int:
        return len(self._messages)

    @overload
    def __getitem__(self, index: int) -> int | None: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[int | None]: ...

    def __getitem__(self, index: int | slice) -> int | Sequence[int | None] | None:
        if isinstance(index, int) and self._times is None:
            kind, time = self._messages[index].timestamp()
            return None if kind == confluent_kafka.TIMESTAMP_NOT_AVAILABLE else time
        if self._times is None:
            pairs = map(Message.timestamp, self._messages)
            self._times = [
                None if kind == confluent_kafka.TIMESTAMP_NOT_AVAILABLE else time
                for kind, time in pairs
            ]
        return self._times[index]


def _batch(messages: list[Any]) -> RecordBatch:
    """Make a batch of messages of one partition."""
    first, last, rows = messages[0], messages[-1], len(messages)
    keys = list(map(Message.key, messages))
    headers = list(map(Message.headers, messages))
    offsets: Sequence[int] = range(first.offset(), last.offset() + 1)
    if len(offsets) != rows:  # compacted, or with marks of transactions in between
        offsets = list(map(Message.offset, messages))
    return RecordBatch(
        first.topic(),
        BytesColumn(list(map(Message.value, messages))),
        key=None if keys.count(None) == rows else BytesColumn(keys),
        partition=first.partition(),
        headers=None if headers.count(None) == rows else headers,
        timestamps=Timestamps(messages),
        offsets=offsets,
    )


def _positions(offsets: Mapping[TopicPartition, int]) -> list[Any]:
    return [
        confluent_kafka.TopicPartition(topic, partition, offset)
        for (topic, partition), offset in offsets.items()
    ]
