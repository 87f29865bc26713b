"""Sink tasks in a real child on a real broker."""

import time
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import confluent_kafka
import pytest

from weir_runtime.worker import protocol

pytestmark = pytest.mark.kafka


def values(count: int) -> list[bytes]:
    return [f"{number:08}".encode() for number in range(count)]


def rows(file: Path) -> list[list[str]]:
    if not file.exists():
        return []
    # a killed sink may leave half a line behind
    lines = file.read_text().rpartition("\n")[0].split("\n")
    return [line.split("|") for line in lines if line and line[0] != "#"]


def calls(file: Path) -> list[str]:
    return [line for line in file.read_text().splitlines() if line[0] == "#"]


def committed(bootstrap: str, connector: str, topic: Any, partitions: int = 1) -> Mapping[int, int]:
    consumer = confluent_kafka.Consumer(
        {"bootstrap.servers": bootstrap, "group.id": f"connect-{connector}"}
    )
    try:
        parts = [confluent_kafka.TopicPartition(topic.name, number) for number in range(partitions)]
        return {part.partition: part.offset for part in consumer.committed(parts, timeout=10)}
    finally:
        consumer.close()


@pytest.fixture
def name() -> str:
    return f"sink-{uuid.uuid4().hex[:12]}"


def test_everything_is_put_once_in_order_and_committed_at_the_stop(
    name: str, tmp_path: Path, rig: Any
) -> None:
    topic, file = rig.topic(), tmp_path / "out"
    topic.send(values(50_000))
    child = rig.child()
    child.start_sink(name, {"topics": topic.name, "file": str(file)})
    child.wait_metric(f"{name}-0", "sink-record-send-total", 50_000)
    assert child.stop_task(name).error is None
    found = rows(file)
    assert [int(row[3]) for row in found] == list(range(50_000))
    assert [int(row[2]) for row in found] == list(range(50_000))
    assert all(int(row[6]) > 1_600_000_000_000 for row in found)
    assert committed(rig.bootstrap, name, topic) == {0: 50_000}
    assert calls(file) == [f"#open [('{topic.name}', 0)]", f"#close [('{topic.name}', 0)]"]


def test_a_batch_that_is_refused_for_now_is_put_again_and_nothing_is_doubled(
    name: str, tmp_path: Path, rig: Any
) -> None:
    topic, file = rig.topic(2), tmp_path / "out"
    topic.send(values(20_000))
    child = rig.child()
    config = {"topics": topic.name, "file": str(file), "mode": "retriable", "at": "3000"}
    child.start_sink(name, config, max_poll_records="1000")
    child.wait_metric(f"{name}-0", "sink-record-send-total", 20_000)
    child.stop_task(name)
    assert sorted(int(row[3]) for row in rows(file)) == list(range(20_000))
    offsets = committed(rig.bootstrap, name, topic, 2)
    assert sum(offsets.values()) == 20_000


def test_a_sink_that_fails_commits_no_more_than_it_has_put(
    name: str, tmp_path: Path, rig: Any
) -> None:
    topic, file = rig.topic(), tmp_path / "out"
    topic.send(values(10_000))
    child = rig.child()
    config = {"topics": topic.name, "file": str(file), "mode": "fail", "at": "2500"}
    child.start_sink(name, config, max_poll_records="500")
    trace = child.wait_state("FAILED").trace
    assert "Exiting WorkerSinkTask due to unrecoverable exception." in trace.splitlines()[0]
    assert "Caused by: weir_runtime.api.errors.ConnectError: this row is not wanted" in trace
    assert child.stop_task(name).error is None
    assert committed(rig.bootstrap, name, topic) == {0: len(rows(file))}


@pytest.mark.parametrize("at", [1, 7000, 30_000])
def test_a_sink_that_is_killed_and_started_again_loses_nothing(
    at: int, name: str, tmp_path: Path, rig: Any
) -> None:
    topic, file, again = rig.topic(), tmp_path / "out", tmp_path / "again"
    topic.send(values(40_000))
    config = {"topics": topic.name, "file": str(file), "mode": "kill", "at": str(at)}
    first = rig.child()
    first.start_sink(name, config, max_poll_records="1000", session_timeout_ms="6000")
    first.process.wait(20)
    stored = committed(rig.bootstrap, name, topic)[0]
    assert stored <= len(rows(file))
    second = rig.child()
    second.start_sink(
        name, config | {"mode": "plain", "file": str(again)}, session_timeout_ms="6000"
    )
    second.wait_metric(f"{name}-0", "sink-record-send-total", 40_000 - max(0, stored))
    second.stop_task(name)
    assert {int(row[3]) for row in rows(file) + rows(again)} == set(range(40_000))


@pytest.mark.parametrize("assignor", ["RangeAssignor", "CooperativeStickyAssignor"])
def test_partitions_move_between_tasks_without_loss(
    assignor: str, name: str, tmp_path: Path, rig: Any
) -> None:
    topic, files = rig.topic(4), [tmp_path / "one", tmp_path / "two"]
    child = rig.child()
    strategy = f"org.apache.kafka.clients.consumer.{assignor}"

    def start(task: int) -> None:
        config = {"topics": topic.name, "file": str(files[task])}
        child.start_sink(name, config, task, partition_assignment_strategy=strategy)

    start(0)
    topic.send(values(4000))
    child.wait_metric(f"{name}-0", "sink-record-send-total", 4000)
    start(1)
    child.wait_metric(f"{name}-1", "partition-count", 2, 60)
    topic.send(values(4000))
    deadline = time.monotonic() + 20
    while sum(child.metrics[f"{name}-{n}"]["sink-record-send-total"] for n in (0, 1)) < 8000:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    child.stop_task(name, 0)
    child.wait_metric(f"{name}-1", "partition-count", 4, 60)
    child.stop_task(name, 1)
    found = rows(files[0]) + rows(files[1])
    places = {(row[1], row[2]) for row in found}
    assert len(places) == len(found) == 8000, "each offset is put exactly once"
    assert sum(committed(rig.bootstrap, name, topic, 4).values()) == 8000


def test_topics_of_a_pattern_are_matched_whole(name: str, tmp_path: Path, rig: Any) -> None:
    wanted, other = rig.topic(prefix=f"{name}-a1"), rig.topic(prefix=f"x{name}-a1")
    for topic in (wanted, other):
        topic.send(values(100))
    file = tmp_path / "out"
    child = rig.child()
    child.start_sink(name, {"topics.regex": rf"{name}-a\d-.*", "file": str(file)})
    child.wait_metric(f"{name}-0", "sink-record-send-total", 100)
    child.stop_task(name)
    assert {row[0] for row in rows(file)} == {wanted.name}


def test_a_paused_sink_keeps_its_partitions_and_goes_on(
    name: str, tmp_path: Path, rig: Any
) -> None:
    topic, file = rig.topic(), tmp_path / "out"
    topic.send(values(100))
    child = rig.child()
    child.start_sink(name, {"topics": topic.name, "file": str(file)})
    child.wait_metric(f"{name}-0", "sink-record-send-total", 100)
    child.send(protocol.SetTaskState(connector=name, task=0, epoch=1, state="PAUSED"))
    child.wait_state("PAUSED")
    topic.send(values(50))
    time.sleep(1.5)
    assert child.metrics[f"{name}-0"]["sink-record-send-total"] == 100
    assert child.metrics[f"{name}-0"]["partition-count"] == 1
    child.send(protocol.SetTaskState(connector=name, task=0, epoch=1, state="STARTED"))
    child.wait_metric(f"{name}-0", "sink-record-send-total", 150)
    child.stop_task(name)
    assert [int(row[2]) for row in rows(file)] == list(range(150))
    assert committed(rig.bootstrap, name, topic) == {0: 150}


def test_keys_and_headers_reach_the_sink_and_single_rows_do_not_wait(
    name: str, tmp_path: Path, rig: Any
) -> None:
    topic, file = rig.topic(), tmp_path / "out"
    child = rig.child()
    child.start_sink(name, {"topics": topic.name, "file": str(file)})
    child.wait_metric(f"{name}-0", "partition-count", 1)
    producer = confluent_kafka.Producer({"bootstrap.servers": rig.bootstrap})
    producer.produce(topic.name, b"v", b"k", headers=[("h", b"1")])
    producer.produce(topic.name, None, None)
    producer.flush(10)
    child.wait_metric(f"{name}-0", "sink-record-send-total", 2)
    child.stop_task(name)
    first, second = rows(file)
    assert first[3:6] == ["v", "b'k'", "[('h', b'1')]"]
    assert second[3:6] == ["", "None", "None"]
