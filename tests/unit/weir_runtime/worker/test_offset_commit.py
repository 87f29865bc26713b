"""Offsets on their way to the store, in driven time."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import pytest

from weir_runtime.api.errors import ConnectError
from weir_runtime.worker.meter import Meter
from weir_runtime.worker.offset_commit import OffsetCommit
from weir_runtime.worker.submission import SourceOffset


class Border:
    """Keeps requests and lets the test answer them."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, Future[Any]]] = []

    def call(self, make: Callable[[int], Any]) -> Future[Any]:
        future: Future[Any] = Future()
        self.asked.append((make(len(self.asked)), future))
        return future


class Rig:
    def __init__(self, order: Any, producer: Any) -> None:
        self.border, self.producer, self.meter = Border(), producer, Meter()
        self.ready: dict[bytes, SourceOffset] = {}
        border: Any = self.border
        self.commit = OffsetCommit(order, border, producer, take=self._take, meter=self.meter)
        self.commit.advance(0)

    def _take(self) -> dict[bytes, SourceOffset]:
        taken, self.ready = self.ready, {}
        return taken

    def reach(self, partition: str, offset: int) -> None:
        self.ready[partition.encode()] = SourceOffset({"p": partition}, {"n": offset})

    def stored(self) -> list[int]:
        return [self.commit.stored.get().offset["n"] for _ in range(self.commit.stored.qsize())]


@pytest.fixture
def rig(order: Callable[..., Any], producer: Any) -> Callable[..., Rig]:
    """Give the function that makes a commit with a flush interval of 1 s and a limit of 0.5 s."""
    producer.automatic = False
    return lambda **changes: Rig(order(**changes), producer)


def test_nothing_is_asked_before_the_interval_or_without_offsets(rig: Callable[..., Rig]) -> None:
    made = rig()
    made.reach("a", 1)
    made.commit.advance(0.9)
    assert made.border.asked == []
    made.commit.advance(1.0)
    assert len(made.border.asked) == 1
    made.border.asked[0][1].set_result(True)
    made.commit.advance(2.5)
    assert made.stored() == [1]
    assert len(made.border.asked) == 1


def test_a_write_that_takes_too_long_is_given_up_and_its_offsets_come_again(
    rig: Callable[..., Rig], caplog: pytest.LogCaptureFixture
) -> None:
    made = rig()
    made.reach("a", 1)
    made.reach("b", 7)
    made.commit.advance(1.0)
    made.commit.advance(1.6)
    assert "timed out" in caplog.text
    assert not made.commit.busy
    made.reach("a", 2)
    made.commit.advance(2.0)
    pairs = made.border.asked[1][0].offsets
    assert sorted(pairs, key=str) == [({"p": "a"}, {"n": 2}), ({"p": "b"}, {"n": 7})]


def test_a_refused_write_is_tried_again(rig: Callable[..., Rig]) -> None:
    made = rig()
    made.reach("a", 1)
    made.commit.advance(1.0)
    made.border.asked[0][1].set_exception(ConnectError("disk full"))
    made.commit.advance(1.1)
    assert made.stored() == []
    made.commit.advance(2.1)
    made.border.asked[1][1].set_result(True)
    made.commit.advance(2.2)
    assert made.stored() == [1]
    assert made.meter.snapshot()["offset-commit-failure-total"] == 1


def test_keys_of_a_topic_are_asked_for_once_a_partition(rig: Callable[..., Rig]) -> None:
    made = rig(offsets_topic="o")
    for now, partition in ((1.0, "a"), (2.0, "a"), (3.0, "b")):
        made.reach(partition, int(now))
        made.commit.advance(now)
        for _, future in made.border.asked:
            if not future.done():
                future.set_result([b"key"])
        made.commit.advance(now + 0.1)
        made.producer.acknowledge()
        made.commit.advance(now + 0.2)
    assert [message.partitions for message, _ in made.border.asked] == [[{"p": "a"}], [{"p": "b"}]]
    assert made.producer.values("o") == [b'{"n":1}', b'{"n":2}', b'{"n":3}']
    assert made.stored() == [1, 2, 3]
