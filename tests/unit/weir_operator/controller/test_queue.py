"""The queue: what comes next, and what holds back what."""

import asyncio
from typing import Any

import pytest

from weir_operator.controller.queue import DIFFERENCE, PEOPLE, RETRY, Queue


@pytest.fixture
def queue(world: Any) -> Queue:
    return Queue(world.clock, concurrency=2)


async def take(queue: Queue, world: Any) -> str | None:
    taking = asyncio.ensure_future(queue.take())
    await world.clock.settle()
    if taking.done():
        return taking.result()
    taking.cancel()
    await world.clock.settle()
    return None


async def test_people_come_before_differences_and_those_before_retries(
    queue: Queue, world: Any
) -> None:
    queue.add("retry", "a", priority=RETRY)
    queue.add("difference", "b", priority=DIFFERENCE)
    queue.add("person", "c", priority=PEOPLE)
    taken = [await take(queue, world) for _ in range(3)]
    assert taken == ["person", "difference", "retry"]


async def test_a_key_is_in_once_with_the_better_priority_and_the_earlier_time(
    queue: Queue, world: Any
) -> None:
    queue.add("a", "lane", priority=RETRY, at=world.clock.now + 60)
    queue.add("b", "lane", priority=DIFFERENCE)
    queue.add("a", "lane", priority=PEOPLE)
    queue.add("a", "lane", priority=RETRY, at=world.clock.now + 30)
    assert len(queue) == 2
    assert [await take(queue, world) for _ in range(2)] == ["a", "b"]
    assert await take(queue, world) is None


async def test_a_full_lane_holds_back_no_other(queue: Queue, world: Any) -> None:
    for number in range(5):
        queue.add(f"dead{number}", "dead", priority=PEOPLE)
    assert await take(queue, world) == "dead0"
    assert await take(queue, world) == "dead1"
    assert await take(queue, world) is None
    queue.add("alive", "alive", priority=RETRY)
    assert await take(queue, world) == "alive"
    queue.done("dead0")
    assert await take(queue, world) == "dead2"


async def test_a_key_that_is_worked_on_waits_for_the_end_of_the_work(
    queue: Queue, world: Any
) -> None:
    queue.add("a", "lane", priority=PEOPLE)
    assert await take(queue, world) == "a"
    queue.add("a", "other lane", priority=PEOPLE)
    assert await take(queue, world) is None
    queue.done("a")
    assert await take(queue, world) == "a"


async def test_a_delayed_key_comes_when_it_is_due_and_not_when_forgotten(
    queue: Queue, world: Any
) -> None:
    queue.add("a", "lane", priority=RETRY, at=world.clock.now + 5)
    queue.add("b", "lane", priority=RETRY, at=world.clock.now + 5)
    queue.forget("b")
    taking = asyncio.ensure_future(queue.take())
    await world.clock.advance(4.9)
    assert not taking.done()
    await world.clock.advance(0.2)
    assert taking.result() == "a"
    assert len(queue) == 0


async def test_the_oldest_wait_counts_only_what_is_due(queue: Queue, world: Any) -> None:
    queue.add("later", "lane", priority=RETRY, at=world.clock.now + 500)
    await world.clock.advance(100)
    assert queue.oldest_age_s() == 0.0
    queue.add("now", "lane", priority=RETRY)
    await world.clock.advance(30)
    assert queue.oldest_age_s() == pytest.approx(30, abs=0.1)
