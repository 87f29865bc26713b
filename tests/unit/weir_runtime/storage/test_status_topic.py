import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from weir_runtime.aio.scope import Scope
from weir_runtime.api.errors import ConnectError, RetriableError
from weir_runtime.kafka.ports import Entry
from weir_runtime.model.ids import TaskId
from weir_runtime.model.state import State, Status
from weir_runtime.storage.memory_log import MemoryLog, MemoryTopic
from weir_runtime.storage.ports import TopicStatus
from weir_runtime.storage.status_topic import KafkaStatusStore

TASK = TaskId("c", 0)


class SlowLog(MemoryLog):
    """A log whose writes wait for `gate`, and fail with `errors` first."""

    def __init__(self, topic: MemoryTopic) -> None:
        super().__init__(topic)
        self.gate = asyncio.Event()
        self.errors: list[ConnectError] = []
        self.writes: list[Sequence[Entry]] = []

    async def append(
        self, entries: Sequence[Entry], *, timeout_s: float, read_back: bool = True
    ) -> None:
        await self.gate.wait()
        if self.errors:
            raise self.errors.pop(0)
        self.writes.append(entries)
        await super().append(entries, timeout_s=timeout_s, read_back=read_back)


class Clock:
    """Time without waiting."""

    def monotonic(self) -> float:
        return 0.0

    def now_ms(self) -> int:
        return 0

    async def sleep(self, duration_s: float) -> None:
        await asyncio.sleep(0)


@pytest.fixture
def log() -> SlowLog:
    return SlowLog(MemoryTopic(5))


@pytest.fixture
async def store(log: SlowLog) -> AsyncIterator[KafkaStatusStore]:
    async with Scope() as scope:
        made = KafkaStatusStore(log, scope=scope, clock=Clock())
        await made.start()
        yield made
        log.gate.set()
        await made.stop()


def status(state: State, worker: str = "a:1", generation: int = 1) -> Status:
    return Status(TASK, state, worker, generation)


def foreign(log: SlowLog, state: str, generation: int) -> None:
    value = f'{{"state":"{state}","trace":null,"worker_id":"b:1","generation":{generation}}}'
    log.topic.append([(b"status-task-c-0", value.encode())])


async def test_a_status_is_seen_before_it_is_written(store: KafkaStatusStore, log: SlowLog) -> None:
    store.put(status(State.RUNNING))
    assert store.task(TASK) == status(State.RUNNING)
    assert log.topic.records == []
    log.gate.set()
    await store.flush()
    assert len(log.topic.records) == 1
    assert store.task(TASK) == status(State.RUNNING)


async def test_of_several_states_waiting_only_the_newest_is_written(
    store: KafkaStatusStore, log: SlowLog
) -> None:
    for state in (State.UNASSIGNED, State.RUNNING, State.PAUSED):
        store.put(status(state))
    log.gate.set()
    await store.flush()
    assert [record.value for record in log.topic.records] == [
        b'{"state":"PAUSED","trace":null,"worker_id":"a:1","generation":1,"version":null}'
    ]


async def test_a_failed_write_is_repeated_with_what_came_meanwhile(
    store: KafkaStatusStore, log: SlowLog
) -> None:
    log.errors = [RetriableError("away"), RetriableError("away")]
    store.put(status(State.RUNNING))
    await asyncio.sleep(0)
    store.put(status(State.FAILED))
    log.gate.set()
    await store.flush()
    assert len(log.writes) >= 1
    assert log.topic.records[-1].value is not None
    assert b"FAILED" in log.topic.records[-1].value


async def test_a_refused_write_stays_visible_on_this_worker(
    store: KafkaStatusStore, log: SlowLog, caplog: pytest.LogCaptureFixture
) -> None:
    log.errors = [ConnectError("not authorized")]
    store.put(status(State.RUNNING))
    log.gate.set()
    await store.flush()
    assert "not authorized" in caplog.text
    assert store.task(TASK) == status(State.RUNNING)
    foreign(log, "FAILED", 2)
    found = store.task(TASK)
    assert found is not None
    assert found.state is State.FAILED


async def test_a_safe_write_gives_way_to_an_owner_that_came_while_it_waited(
    store: KafkaStatusStore, log: SlowLog
) -> None:
    log.errors = [RetriableError("away")]
    store.put_safe(status(State.UNASSIGNED, generation=3))
    await asyncio.sleep(0)
    foreign(log, "RUNNING", 4)
    log.gate.set()
    await store.flush()
    found = store.task(TASK)
    assert found is not None
    assert (found.worker_id, found.generation) == ("b:1", 4)
    assert len(log.topic.records) == 1


async def test_a_destroyed_part_is_a_tombstone_and_gone_at_once(
    store: KafkaStatusStore, log: SlowLog
) -> None:
    foreign(log, "RUNNING", 1)
    store.put(status(State.DESTROYED))
    assert store.task(TASK) is None
    assert store.connectors() == []
    log.gate.set()
    await store.flush()
    assert log.topic.records[-1].value is None


async def test_a_topic_in_use_is_written_once(store: KafkaStatusStore, log: SlowLog) -> None:
    log.gate.set()
    for number in range(3):
        store.put_topic(TopicStatus("t", "c", 0, number))
        await store.flush()
    assert [record.key for record in log.topic.records] == [b"status-topic-t:connector-c"]
    assert store.topics("c") == ["t"]
    # a topic in use is no status
    assert store.connectors() == []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (b"status-task-c-0", b"{"),
        (b"status-task-c-0", b"[]"),
        (b"status-task-c-0", b'{"state":"DANCING","worker_id":"x","generation":1}'),
        (b"status-task-c-x", b"{}"),
        (b"status-topic-t:connector-c", b'{"topic":[]}'),
        (b"something", b"{}"),
        (b"\xff", b"{}"),
    ],
)
async def test_records_that_cannot_be_read_change_nothing(
    store: KafkaStatusStore, log: SlowLog, key: bytes, value: bytes
) -> None:
    foreign(log, "RUNNING", 1)
    log.topic.append([(key, value)])
    assert [entry.state for entry in store.tasks("c")] == [State.RUNNING]
    assert store.topics("c") == []
