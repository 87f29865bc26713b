"""Records that a Java 4.3.1 worker has written, byte for byte."""

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from weir_runtime.codec.murmur2 import partition_for
from weir_runtime.kafka.ports import LogRecord
from weir_runtime.model.ids import TaskId
from weir_runtime.model.state import State, Status, TargetState
from weir_runtime.storage import config_record, memory, status_record
from weir_runtime.storage.memory_log import MemoryTopic
from weir_runtime.storage.offset_index import OffsetIndex

Row = tuple[int, bytes, bytes | None]
COUNTS = {"configs": 1, "offsets": 25, "status": 5}


def java_rows(topic: str) -> list[Row]:
    path = Path(__file__).with_name("java_topics.json")
    rows: list[tuple[int, str, str | None]] = json.loads(path.read_text())[topic]
    return [(n, key.encode(), None if value is None else value.encode()) for n, key, value in rows]


def java_topic(name: str) -> MemoryTopic:
    topic = MemoryTopic(COUNTS[name])
    offsets: dict[int, int] = defaultdict(int)
    for number, key, value in java_rows(name):
        topic.records.append(LogRecord(number, offsets[number], 0, key, value))
        offsets[number] += 1
    return topic


@pytest.mark.parametrize("topic", COUNTS)
def test_keys_are_in_the_partitions_where_java_has_put_them(topic: str) -> None:
    for number, key, _ in java_rows(topic):
        assert partition_for(key, COUNTS[topic]) == number


def test_every_config_record_is_encoded_to_the_bytes_it_was_read_from() -> None:
    for _, key, value in java_rows("configs"):
        record = config_record.decode(key, value)
        assert record is not None
        assert config_record.encode(record) == (key, value)


def test_every_status_record_is_encoded_to_the_bytes_it_was_read_from() -> None:
    seen = 0
    for _, key, value in java_rows("status"):
        part = status_record.decode_key(key)
        assert part is not None
        assert status_record.encode_key(part) == key
        if value is None:
            continue
        entry: Any = (
            status_record.decode_topic(part, value)
            if isinstance(part, status_record.TopicKey)
            else status_record.decode_status(part, value)
        )
        assert status_record.encode_value(entry) == value
        seen += 1
    assert seen > 30


def test_every_offset_record_is_encoded_to_the_bytes_it_was_read_from() -> None:
    for _, key, value in java_rows("offsets"):
        connector, partition = json.loads(key)
        offset = None if value is None else json.loads(value)
        assert OffsetIndex().entries_for(connector, [(partition, offset)]) == [(key, value)]


async def test_config_topic_of_java_gives_its_connectors_states_and_tasks() -> None:
    store = memory.config_store(java_topic("configs"))
    await store.start(lambda event: pytest.fail(f"{event} while replaying"))
    state = store.snapshot()
    assert state.offset == 26
    assert sorted(state.connectors) == ["bad", "fail", "init", "sink-ü", "src1"]
    assert {name: len(tasks) for name, tasks in state.tasks.items()} == {
        "bad": 1, "fail": 1, "sink-ü": 2, "src1": 0,
    }  # fmt: skip
    assert state.task_ids("sink-ü") == (TaskId("sink-ü", 0), TaskId("sink-ü", 1))
    assert state.target_state("init") is TargetState.STOPPED
    assert state.target_state("src1") is TargetState.STOPPED
    assert state.target_state("sink-ü") is TargetState.PAUSED
    assert state.target_state("bad") is TargetState.STARTED
    assert state.applied["bad"] == state.connectors["bad"]
    assert not state.inconsistent
    assert state.session_key is not None
    assert len(state.session_key.key) == 32


async def test_status_topic_of_java_gives_what_its_rest_showed() -> None:
    topic = java_topic("status")
    from weir_runtime.aio.scope import Scope

    async with Scope() as scope:
        store = memory.status_store(scope, topic)
        await store.start()
        assert sorted(store.connectors()) == ["bad", "fail", "init", "sink-ü", "src1"]
        stopped = store.connector("src1")
        assert stopped == Status("src1", State.STOPPED, "127.0.0.1:19143", 10, None, "4.3.1")
        assert store.tasks("src1") == []
        assert [task.state for task in store.tasks("sink-ü")] == [State.PAUSED, State.PAUSED]
        failed = store.task(TaskId("fail", 0))
        assert failed is not None
        assert failed.trace is not None
        assert failed.trace.startswith("org.apache.kafka.connect.errors.ConnectException")
        assert store.topics("src1") == ["gold-t1"]
        assert store.topics("dead") == []


async def test_offsets_topic_of_java_gives_its_offsets() -> None:
    store = memory.offset_store(java_topic("offsets"))
    await store.start()
    partition = {"filename": "/tmp/gold/in.txt"}
    assert await store.read("src1", [partition, {"filename": "x"}]) == [{"position": 4}, None]
    assert await store.list("init") == []
    assert await store.list("dead") == [(partition, {"position": 6})]
