import asyncio
from typing import Any

from weir_runtime.kafka.ports import LogRecord


def pairs(records: list[LogRecord]) -> list[tuple[bytes | None, bytes | None]]:
    return [(record.key, record.value) for record in records]


async def test_what_is_appended_is_applied_when_append_returns(place: Any) -> None:
    log, seen = (await place.topic())(), list[LogRecord]()
    await log.start(seen.extend)
    await log.append([(b"a", b"1"), (b"b", None), (b"a", b"2")], timeout_s=10)
    assert pairs(seen) == [(b"a", b"1"), (b"b", None), (b"a", b"2")]
    assert [record.offset for record in seen] == [0, 1, 2]
    assert log.position() == {0: 3}
    await log.stop()


async def test_a_later_log_replays_before_it_has_started(place: Any) -> None:
    make = await place.topic(3)
    first = make()
    await first.start(lambda _: None)
    await first.append([(b"k%d" % n, b"v") for n in range(100)], timeout_s=10)
    await first.stop()
    second, seen = make(), list[LogRecord]()
    await second.start(seen.extend)
    assert {record.key for record in seen} == {b"k%d" % n for n in range(100)}
    assert sum(second.position().values()) == 100
    await second.stop()


async def test_reading_to_the_end_shows_what_another_has_written(place: Any) -> None:
    make = await place.topic()
    writer, reader, seen = make(), make(), list[LogRecord]()
    await writer.start(lambda _: None)
    await reader.start(seen.extend)
    for number in range(20):
        await writer.append([(b"k", b"%d" % number)], timeout_s=10)
        await reader.read_to_end(10)
        assert seen[-1].value == b"%d" % number
    await writer.stop()
    await reader.stop()


async def test_entries_of_calls_made_at_once_do_not_mix(place: Any) -> None:
    log, seen = (await place.topic())(), list[LogRecord]()
    await log.start(seen.extend)
    await asyncio.gather(
        *(
            log.append([(b"k%d" % n, b"%d" % call) for n in range(5)], timeout_s=10)
            for call in range(20)
        )
    )
    values = [record.value for record in seen]
    assert len(values) == 100
    assert all(len(set(values[start : start + 5])) == 1 for start in range(0, 100, 5))
    await log.stop()


async def test_stopping_ends_the_following(place: Any) -> None:
    make = await place.topic()
    stopped, other, seen = make(), make(), list[LogRecord]()
    await stopped.start(seen.extend)
    await other.start(lambda _: None)
    await stopped.stop()
    await other.append([(b"k", b"v")], timeout_s=10)
    assert seen == []
    await other.stop()
