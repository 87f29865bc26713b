"""Lag without a request for each look."""

from collections.abc import Callable, Iterable
from typing import Any

from weir_runtime.api.errors import RetriableError
from weir_runtime.worker.sink_lag import SinkLag
from weir_runtime.worker.sink_offset import SinkOffsets

PART = ("t", 0)
IDLE = ("t", 1)


class Client:
    """What the consumer has learned with its fetches, and what the group has committed."""

    def __init__(self) -> None:
        self.end = {PART: 10, IDLE: 7}
        self.committed: dict[tuple[str, int], int] | None = {}
        self.asked = 0

    def ends(self, partitions: Iterable[tuple[str, int]]) -> dict[tuple[str, int], int]:
        return {part: self.end[part] for part in partitions}

    def committed_offsets(
        self, partitions: Iterable[tuple[str, int]], timeout_s: float
    ) -> dict[tuple[str, int], int]:
        del timeout_s
        self.asked += 1
        if self.committed is None:
            raise RetriableError("no coordinator")
        return {part: self.committed[part] for part in partitions if part in self.committed}


def holding(*parts: tuple[str, int]) -> tuple[SinkLag, SinkOffsets, Client]:
    offsets = SinkOffsets()
    offsets.assigned(parts)
    return SinkLag(offsets), offsets, Client()


def test_lag_is_what_was_not_taken(kafka_rows: Callable[..., Any]) -> None:
    lag, offsets, client = holding(PART)
    lag.read(kafka_rows("t", 0, 2, 8))
    assert lag.look(1, client)
    assert lag.found == {PART: 8}
    offsets.delivered(kafka_rows("t", 0, 2, 8))
    assert not lag.look(1.5, client)
    assert lag.look(2, client)
    assert lag.found == {PART: 2}
    assert client.asked == 0


def test_an_idle_partition_stands_where_the_group_has_committed_or_at_its_end() -> None:
    lag, _, client = holding(PART, IDLE)
    client.committed = {PART: 4}
    lag.look(1, client)
    assert lag.found == {PART: 6, IDLE: 0}
    client.end = {PART: 11, IDLE: 9}
    lag.look(2, client)
    assert (lag.found, client.asked) == ({PART: 7, IDLE: 2}, 1)


def test_a_coordinator_that_does_not_answer_is_asked_again() -> None:
    lag, _, client = holding(PART)
    client.committed = None
    lag.look(1, client)
    assert lag.found == {}
    client.committed = {PART: 10}
    lag.look(2, client)
    assert lag.found == {PART: 0}


def test_a_revoked_partition_has_no_lag_and_begins_anew() -> None:
    lag, offsets, client = holding(PART)
    client.committed = {PART: 4}
    lag.look(1, client)
    offsets.revoked([PART])
    lag.revoked([PART])
    lag.look(2, client)
    assert lag.found == {}
    offsets.assigned([PART])
    client.committed = {PART: 9}
    lag.look(3, client)
    assert lag.found == {PART: 1}
