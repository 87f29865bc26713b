"""Nothing acknowledged is lost when a worker or an executor is killed."""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

SOURCE = "org.apache.kafka.connect.file.FileStreamSourceConnector"
SINK = "org.apache.kafka.connect.file.FileStreamSinkConnector"
KILLS = 20
ROUND = 3000


def connectors(worker: Any, given: Path, taken: Path, topic: str) -> None:
    # small batches, so that a kill falls between two of them
    source = {"connector.class": SOURCE, "file": str(given), "topic": topic, "batch.size": "50"}
    sink = {"connector.class": SINK, "file": str(taken), "topics": topic}
    worker.put("source", source)
    worker.put("sink", sink)
    worker.wait_running("source")
    worker.wait_running("sink")


def grow(path: Path, turn: int) -> None:
    with path.open("a") as file:
        file.write("".join(f"{turn} {number} a line\n" for number in range(ROUND)))


def missing(given: Path, taken: Path) -> set[str]:
    have = set(taken.read_text().splitlines()) if taken.exists() else set()
    return set(given.read_text().splitlines()) - have


def executor_pids(worker: Any) -> list[psutil.Process]:
    return [
        process
        for process in worker.executors()
        if "weir_runtime.worker.executor" in " ".join(process.cmdline())
    ]


def test_killing_the_worker_mid_stream_loses_no_line(
    worker: Any, group: str, tmp_path: Path
) -> None:
    given, taken = tmp_path / "in.txt", tmp_path / "out.txt"
    given.touch()
    worker.start()
    connectors(worker, given, taken, group)
    chance = random.Random(7)
    for turn in range(KILLS):
        grow(given, turn)
        time.sleep(chance.uniform(0, 0.5))
        executors = executor_pids(worker)
        worker.kill()
        for process in executors:
            process.wait(10)  # a child whose socket closes exits by itself
        worker.start()
    worker.until(lambda: not missing(given, taken), "lines were lost", 120)
    worker.wait_running("source")
    worker.wait_running("sink")


def test_killing_executors_mid_stream_shows_the_cause_and_loses_no_line(
    worker: Any, group: str, tmp_path: Path
) -> None:
    given, taken = tmp_path / "in.txt", tmp_path / "out.txt"
    given.touch()
    worker.start()
    connectors(worker, given, taken, group)
    chance = random.Random(11)
    for turn in range(KILLS):
        grow(given, turn)
        time.sleep(chance.uniform(0, 0.5))
        victims = executor_pids(worker)
        assert victims
        for process in victims:
            process.kill()
        began = time.monotonic()
        for name in ("source", "sink"):
            worker.until(lambda name=name: has_failed(worker, name), f"{name} has not failed", 5)
        assert time.monotonic() - began < 5
        for name in ("source", "sink"):
            worker.must("POST", f"/connectors/{name}/restart?includeTasks=true&onlyFailed=true")
            worker.wait_running(name)
    worker.until(lambda: not missing(given, taken), "lines were lost", 120)


def has_failed(worker: Any, name: str) -> bool:
    tasks = worker.must("GET", f"/connectors/{name}/status")["tasks"]
    failed = [task for task in tasks if task["state"] == "FAILED"]
    assert all("signal 9 (SIGKILL)" in task["trace"] for task in failed)
    return bool(failed)
