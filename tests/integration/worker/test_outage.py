"""A broker that freezes or goes away for a while."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

SOURCE = "org.apache.kafka.connect.file.FileStreamSourceConnector"
SINK = "org.apache.kafka.connect.file.FileStreamSinkConnector"


@pytest.fixture
def frail(own_broker: Any, worker: Any) -> Iterator[Any]:
    """Give a worker on a broker of its own, with short request timeouts."""
    file = Path(worker.arguments[1])
    lines = [line for line in file.read_text().splitlines() if "bootstrap" not in line]
    lines += [f"bootstrap.servers={own_broker.bootstrap}", "rest.request.timeout.ms=2000"]
    file.write_text("\n".join(lines) + "\n")
    worker.start()
    yield worker
    worker.kill()


def test_a_request_that_waits_for_a_frozen_broker_names_its_stage(
    frail: Any, own_broker: Any, tmp_path: Path
) -> None:
    config = {"connector.class": SOURCE, "file": str(tmp_path / "in.txt"), "topic": "t"}
    frail.put("first", config)
    frail.wait_running("first")
    os.kill(own_broker.pid, signal.SIGSTOP)
    try:
        status, answer = frail.call("PUT", "/connectors/second/config", config)
        assert status == 500
        assert answer["message"].startswith(
            "Request timed out. The worker is currently writing a config for connector second to "
            "the config topic, which began at 20"
        )
        assert frail.must("GET", "/connectors") == ["first"]
        assert frail.must("GET", "/health")["status"] == "healthy"
    finally:
        os.kill(own_broker.pid, signal.SIGCONT)
    frail.until(lambda: frail.call("PUT", "/connectors/second/config", config)[0] < 300, "no write")
    frail.wait_running("second")
    frail.wait_running("first")


def test_lines_go_on_when_the_broker_is_back(
    frail: Any, own_broker: Any, group: str, tmp_path: Path
) -> None:
    given, taken = tmp_path / "in.txt", tmp_path / "out.txt"
    given.write_text("one\n")
    frail.put("s", {"connector.class": SOURCE, "file": str(given), "topic": group})
    frail.put("k", {"connector.class": SINK, "file": str(taken), "topics": group})
    frail.until(lambda: taken.exists() and taken.read_text() == "one\n", "one has not arrived")
    own_broker.run("down")
    with given.open("a") as file:
        file.write("two\n")
    assert own_broker.run("broker") == own_broker.bootstrap
    frail.wait_running("s")
    frail.wait_running("k")
    frail.until(
        lambda: set(taken.read_text().splitlines()) == {"one", "two"}, "two has not arrived", 120
    )
    assert frail.stop() == 0
