"""What becomes of a connector between its first and its last request."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.kafka

SOURCE = "org.apache.kafka.connect.file.FileStreamSourceConnector"
SINK = "org.apache.kafka.connect.file.FileStreamSinkConnector"
DATAGEN = "weir.Datagen"
JSON = "org.apache.kafka.connect.json.JsonConverter"


def source(path: Path, **more: str) -> dict[str, str]:
    return {"connector.class": SOURCE, "file": str(path), "topic": "t", **more}


def produced(broker: Any, topic: str, *records: tuple[str, Any]) -> None:
    """Write records as another worker would."""
    from confluent_kafka import Producer

    producer = Producer({"bootstrap.servers": broker.bootstrap, "partitioner": "murmur2_random"})
    for key, value in records:
        producer.produce(topic, key=key, value=None if value is None else json.dumps(value))
    assert producer.flush(10) == 0


def test_an_equal_put_changes_nothing_and_revives_what_failed(
    worker: Any, group: str, tmp_path: Path
) -> None:
    directory = tmp_path / "in.txt"
    directory.mkdir()  # reading it fails the task
    worker.start()
    config = source(directory)
    worker.put("c", config)
    worker.until(lambda: worker.states("c") == ("RUNNING", ["FAILED"]), "the task has not failed")
    trace = worker.must("GET", "/connectors/c/tasks/0/status")["trace"]
    assert "in.txt" in trace
    directory.rmdir()
    directory.write_text("one\n")
    status, _ = worker.call("PUT", "/connectors/c/config", config)
    assert status == 200
    worker.wait_running("c")
    worker.put("c", config)
    assert worker.states("c") == ("RUNNING", ["RUNNING"])


def test_a_change_of_converters_alone_restarts_the_tasks(
    worker: Any, group: str, tmp_path: Path
) -> None:
    given, taken = tmp_path / "in.txt", tmp_path / "out.txt"
    given.write_text("one\n")
    worker.start()
    worker.put("s", source(given, topic=group))
    worker.put("k", {"connector.class": SINK, "file": str(taken), "topics": group})
    worker.until(lambda: taken.exists() and taken.read_text() == "one\n", "one has not arrived")
    worker.put(
        "s",
        source(given, topic=group) | {"value.converter": "JsonConverter",
        "value.converter.schemas.enable": "false"},
    )  # fmt: skip
    time.sleep(1)
    worker.wait_running("s")
    with given.open("a") as file:
        file.write("two\n")
    worker.until(lambda: taken.read_text() == 'one\n"two"\n', "two has not arrived as JSON")


def test_restarts_show_their_states_and_end_running(worker: Any, tmp_path: Path) -> None:
    worker.start()
    worker.put("c", source(tmp_path / "none.txt"))
    worker.wait_running("c")
    status, body = worker.call("POST", "/connectors/c/restart?includeTasks=true")
    assert status == 202
    assert body["connector"]["state"] == "RESTARTING"
    assert [task["state"] for task in body["tasks"]] == ["RESTARTING"]
    worker.wait_running("c")
    assert worker.call("POST", "/connectors/c/restart") == (204, None)
    assert worker.states("c") == ("RUNNING", ["RUNNING"])
    assert worker.call("POST", "/connectors/c/tasks/0/restart") == (204, None)
    assert worker.states("c") == ("RUNNING", ["RUNNING"])


def test_raising_and_lowering_tasks_max_is_mirrored_in_the_status(worker: Any, group: str) -> None:
    worker.start()
    config = {
        "connector.class": DATAGEN,
        "topic": group,
        "fields": json.dumps({"id": {"type": "sequence"}}),
        "rate": "10",
        "tasks.max": "3",
        "value.converter": JSON,
    }
    worker.put("d", config)
    worker.wait_running("d", 3)
    for count in (1, 2):
        worker.put("d", config | {"tasks.max": str(count)})
        worker.wait_running("d", count)


def test_what_a_java_group_left_is_taken_over_and_what_cannot_run_says_why(
    worker: Any, broker: Any, properties: dict[str, str], tmp_path: Path
) -> None:
    topic = properties["config.storage.topic"]
    worker.start()
    assert worker.stop() == 0
    given = tmp_path / "in.txt"
    given.write_text("one\n")
    good = source(given, name="good")
    produced(
        broker,
        topic,
        ("connector-good", {"properties": good}),
        ("connector-jdbc", {"properties": {"connector.class": "io.example.Jdbc", "name": "jdbc"}}),
        (
            "connector-smt",
            {"properties": good | {"name": "smt", "transforms": "a", "transforms.a.type": "X"}},
        ),
        ("connector-ref", {"properties": good | {"name": "ref", "file": "${file:/x:y}"}}),
    )
    worker.start()
    worker.wait_running("good")
    for name, sentence in (
        ("jdbc", "io.example.Jdbc"),
        ("smt", "transforms are not supported yet"),
        ("ref", "references to config providers are not supported yet"),
    ):
        worker.until(
            lambda name=name: worker.states(name) == ("FAILED", []), f"{name} has not failed"
        )
        shown = worker.must("GET", f"/connectors/{name}/status")
        assert sentence in shown["connector"]["trace"]
    assert worker.must("GET", "/connectors/jdbc")["type"] == "unknown"
    worker.must("DELETE", "/connectors/jdbc")
    assert worker.call("GET", "/connectors/jdbc/status")[0] == 404


def test_an_initial_state_is_kept_until_a_resume(worker: Any, tmp_path: Path) -> None:
    worker.start()
    for state, shown in (("paused", "PAUSED"), ("STOPPED", "STOPPED")):
        config = source(tmp_path / "none.txt")
        worker.must(
            "POST", "/connectors", {"name": shown, "config": config, "initial_state": state}
        )
        worker.until(lambda shown=shown: worker.states(shown) == (shown, []), f"not {shown}")
        worker.must("PUT", f"/connectors/{shown}/resume")
        worker.wait_running(shown)


def test_a_log_level_is_set_here_and_in_the_whole_cluster(worker: Any) -> None:
    worker.start()
    changed = worker.must("PUT", "/admin/loggers/weir_runtime.herder", {"level": "debug"})
    assert "weir_runtime.herder" in changed
    assert worker.must("GET", "/admin/loggers/weir_runtime.herder")["level"] == "DEBUG"
    status, _ = worker.call(
        "PUT", "/admin/loggers/weir_runtime.storage?scope=cluster", {"level": "WARN"}
    )
    assert status == 204
    worker.until(
        lambda: worker.must("GET", "/admin/loggers/weir_runtime.storage")["level"] == "WARN",
        "the level has not changed",
    )
    status, answer = worker.call("PUT", "/admin/loggers/root", {"level": "LOUD"})
    assert (status, answer["message"]) == (404, "invalid log level 'LOUD'.")


def test_statuses_of_connectors_that_are_gone_are_buried_at_start(
    worker: Any, broker: Any, properties: dict[str, str]
) -> None:
    worker.start()
    assert worker.stop() == 0
    ghost = {"state": "RUNNING", "trace": None, "worker_id": "old:8083", "generation": 1}
    produced(
        broker,
        properties["status.storage.topic"],
        ("status-connector-ghost", ghost),
        ("status-task-ghost-0", ghost),
    )
    worker.start()
    assert worker.call("GET", "/connectors/ghost/status")[0] == 404
    worker.until(lambda: tombstones(broker, properties) >= {"status-connector-ghost",
                 "status-task-ghost-0"}, "the ghosts are not buried")  # fmt: skip


def tombstones(broker: Any, properties: dict[str, str]) -> set[str]:
    from confluent_kafka import Consumer, TopicPartition

    consumer = Consumer({"bootstrap.servers": broker.bootstrap, "group.id": "reader"})
    topic = properties["status.storage.topic"]
    parts = list(consumer.list_topics(topic, 10).topics[topic].partitions)
    consumer.assign([TopicPartition(topic, part, 0) for part in parts])
    found: set[str] = set()
    while (message := consumer.poll(1)) is not None:
        if message.error() is None and message.value() is None:
            found.add(message.key().decode())
    consumer.close()
    return found


def test_a_stop_is_clean_and_quick_and_says_so_in_the_status_topic(
    worker: Any, tmp_path: Path
) -> None:
    worker.start()
    for number in range(5):
        worker.put(f"c{number}", source(tmp_path / "none.txt"))
        worker.wait_running(f"c{number}")
    began = time.monotonic()
    assert worker.stop() == 0
    assert time.monotonic() - began < 10
    assert "Traceback" not in worker.text()
