"""One suite for every form of each store."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from weir_runtime.model.cluster import RestartRequest, SessionKey
from weir_runtime.model.ids import TaskId
from weir_runtime.model.state import State, Status, TargetState
from weir_runtime.storage.config_topic import KafkaConfigStore
from weir_runtime.storage.offset_file import FileOffsetStore
from weir_runtime.storage.offset_topic import KafkaOffsetStore
from weir_runtime.storage.ports import (
    ConfigEvent,
    ConnectorChanged,
    ConnectorRemoved,
    LoggerLevelChanged,
    OffsetStore,
    RestartRequested,
    SessionKeyChanged,
    TargetStateChanged,
    TasksChanged,
    TopicStatus,
)
from weir_runtime.storage.status_topic import KafkaStatusStore

CONFIG = {"name": "c", "topic": "t", "ü": "\U0001f600"}
KEY = SessionKey(b"key", "HmacSHA256", 7)


async def test_config_store_shows_its_writes_when_they_return(place: Any) -> None:
    store, heard = KafkaConfigStore((await place.topic())()), list[ConfigEvent]()
    await store.start(heard.append)
    await store.put_connector("c", CONFIG, TargetState.PAUSED)
    assert store.snapshot().connectors == {"c": CONFIG}
    assert store.snapshot().target_state("c") is TargetState.PAUSED
    await store.put_tasks("c", [{"n": "0"}, {"n": "1"}])
    assert store.snapshot().task_ids("c") == (TaskId("c", 0), TaskId("c", 1))
    await store.put_tasks("c", [])
    await store.put_target_state("c", TargetState.STOPPED)
    assert store.snapshot().task_ids("c") == ()
    await store.remove_connector("c")
    assert store.snapshot().connectors == {}
    assert heard == [
        ConnectorChanged("c", created=True),
        TasksChanged("c", (TaskId("c", 0), TaskId("c", 1))),
        TasksChanged("c", ()),
        TargetStateChanged("c"),
        ConnectorRemoved("c"),
    ]
    await store.stop()


async def test_config_store_tells_other_workers(place: Any) -> None:
    make = await place.topic()
    one, other, heard = KafkaConfigStore(make()), KafkaConfigStore(make()), list[ConfigEvent]()
    await one.start(lambda _: None)
    await other.start(heard.append)
    request = RestartRequest("c", only_failed=True, include_tasks=False)
    await one.put_connector("c", CONFIG)
    await one.put_restart_request(request)
    await one.put_logger_level("root", "DEBUG")
    await one.put_session_key(KEY)
    await other.refresh(10)
    assert other.snapshot() == one.snapshot()
    assert heard == [
        ConnectorChanged("c", created=True),
        RestartRequested(request),
        LoggerLevelChanged("root", "DEBUG"),
        SessionKeyChanged(KEY),
    ]
    await one.stop()
    await other.stop()


async def test_config_store_starts_from_what_is_there_without_events(place: Any) -> None:
    make = await place.topic()
    before = KafkaConfigStore(make())
    await before.start(lambda _: None)
    await before.put_connector("c", CONFIG)
    await before.put_tasks("c", [{"n": str(n)} for n in range(300)])
    await before.put_session_key(KEY)
    await before.put_restart_request(RestartRequest("c", only_failed=True, include_tasks=True))
    await before.stop()
    after = KafkaConfigStore(make())
    await after.start(lambda event: pytest.fail(f"{event} while replaying"))
    assert after.snapshot() == before.snapshot()
    assert after.snapshot().applied == {"c": CONFIG}
    assert len(after.snapshot().tasks["c"]) == 300
    await after.stop()


def status(part: str | TaskId, state: State, worker: str = "a:1", generation: int = 1) -> Status:
    return Status(part, state, worker, generation, None, "1.0")


async def test_status_store_shows_at_once_and_others_after_the_flush(place: Any) -> None:
    make = await place.topic(5)
    one = KafkaStatusStore(make(), scope=place.scope)
    other = KafkaStatusStore(make(), scope=place.scope)
    await one.start()
    await other.start()
    task = TaskId("c", 10)
    one.put(status("c", State.RUNNING))
    one.put(status(task, State.RUNNING))
    one.put(status(TaskId("c", 2), State.FAILED))
    assert one.connector("c") == status("c", State.RUNNING)
    assert [entry.part for entry in one.tasks("c")] == [TaskId("c", 2), task]
    await one.flush()
    await eventually(lambda: other.task(task) == status(task, State.RUNNING))
    await eventually(lambda: other.connectors() == ["c"] and len(other.tasks("c")) == 2)
    one.put(status(task, State.DESTROYED))
    assert one.task(task) is None
    await one.flush()
    await eventually(lambda: other.task(task) is None)
    await one.stop()
    await other.stop()


async def test_status_store_keeps_what_is_written_when_it_stops(place: Any) -> None:
    make = await place.topic(5)
    one = KafkaStatusStore(make(), scope=place.scope)
    await one.start()
    for number in range(200):
        one.put(status(TaskId("c", number), State.RUNNING))
        one.put(status(TaskId("c", number), State.PAUSED))
    one.put(status(TaskId("c", 7), State.DESTROYED))
    one.put_topic(TopicStatus("t:x", "c", 0, 5))
    await one.stop()
    other = KafkaStatusStore(make(), scope=place.scope)
    await other.start()
    assert len(other.tasks("c")) == 199
    assert {entry.state for entry in other.tasks("c")} == {State.PAUSED}
    assert other.topics("c") == ["t:x"]
    other.remove_topics("c")
    assert other.topics("c") == []
    await other.stop()


async def test_status_store_leaves_safe_writes_to_newer_generations(place: Any) -> None:
    make = await place.topic(5)
    old = KafkaStatusStore(make(), scope=place.scope)
    new = KafkaStatusStore(make(), scope=place.scope)
    await old.start()
    await new.start()
    new.put(status("c", State.RUNNING, "b:1", generation=5))
    await new.flush()
    await eventually(lambda: old.connector("c") is not None)
    old.put_safe(status("c", State.UNASSIGNED, "a:1", generation=4))
    assert old.connector("c") == status("c", State.RUNNING, "b:1", generation=5)
    old.put_safe(status("c", State.UNASSIGNED, "a:1", generation=5))
    await old.flush()
    await eventually(lambda: new.connector("c") == status("c", State.UNASSIGNED, "a:1", 5))
    await old.stop()
    await new.stop()


async def eventually(holds: Any, seconds: float = 5.0) -> None:
    async with asyncio.timeout(seconds):
        while not holds():
            await asyncio.sleep(0.01)


@pytest.fixture
async def topic_offsets(place: Any) -> Any:
    make = await place.topic(25)
    return lambda: KafkaOffsetStore(make())


@pytest.fixture
def file_offsets(tmp_path: Path) -> Any:
    return lambda: FileOffsetStore(tmp_path / "offsets")


async def test_offset_store_on_a_log_keeps_its_contract(topic_offsets: Any) -> None:
    await check_values(topic_offsets)
    await check_forms(topic_offsets)


async def test_offset_store_on_a_file_keeps_its_contract(file_offsets: Any) -> None:
    await check_values(file_offsets)
    await check_forms(file_offsets)


async def check_values(offset_stores: Any) -> None:
    store: OffsetStore = offset_stores()
    await store.start()
    one, two = {"file": "ü\U0001f600", "n": 1}, {"n": 1.0, "file": "ü\U0001f600"}
    await store.write("c", [(one, {"position": 5, "rate": 1e21}), (two, {"position": 6})])
    # equal as Python's mappings, different as JSON
    assert await store.read("c", [dict(reversed(one.items())), two, {"n": 2}]) == [
        {"position": 5, "rate": 1e21},
        {"position": 6},
        None,
    ]
    assert await store.read("other", [one]) == [None]
    await store.write("c", [(one, None), (two, {"position": 7})])
    assert await store.list("c") == [(two, {"position": 7})]
    await store.stop()
    again: OffsetStore = offset_stores()
    await again.start()
    assert await again.read("c", [one, two]) == [None, {"position": 7}]
    assert again.key_for("c", two) == '["c",{"n":1.0,"file":"ü\\uD83D\\uDE00"}]'.encode()
    await again.stop()


async def check_forms(offset_stores: Any) -> None:
    store: OffsetStore = offset_stores()
    await store.start()
    await store.write("d", [({"b": 1, "a": None}, {"p": 1})])
    key = store.key_for("d", {"a": None, "b": 1})
    assert key == b'["d",{"b":1,"a":null}]'
    await store.write("d", [({"a": None, "b": 1}, {"p": 2})])
    assert await store.list("d") == [({"b": 1, "a": None}, {"p": 2})]
    await store.stop()
