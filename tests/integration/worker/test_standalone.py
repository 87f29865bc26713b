"""A standalone worker: connectors of the command line, offsets in a file."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.kafka

SOURCE = "org.apache.kafka.connect.file.FileStreamSourceConnector"
SINK = "org.apache.kafka.connect.file.FileStreamSinkConnector"


@pytest.fixture(params=["broker", "memory"])
def alone(request: Any, worker: Any, properties: dict[str, str], tmp_path: Path) -> Any:
    """Give a standalone worker with a source and a sink; on memory:// without a broker."""
    topic = properties["group.id"]
    kept = {key: properties[key] for key in properties if ".storage." not in key}
    kept["offset.storage.file.filename"] = str(tmp_path / "offsets")
    if request.param == "memory":
        kept["bootstrap.servers"] = "memory://"
    file = tmp_path / "standalone.properties"
    file.write_text("".join(f"{key}={value}\n" for key, value in kept.items()))
    source = tmp_path / "source.json"
    config = {"connector.class": SOURCE, "file": str(tmp_path / "in.txt"), "topic": topic}
    source.write_text(json.dumps({"name": "source", "config": config}))
    sink = tmp_path / "sink.properties"
    sink.write_text(f"name=sink\nconnector.class={SINK}\nfile={tmp_path}/out.txt\ntopics={topic}\n")
    worker.arguments = ["standalone", str(file), str(source), str(sink)]
    return worker


def test_lines_flow_and_a_restart_goes_on_where_it_was(alone: Any, tmp_path: Path) -> None:
    given, taken = tmp_path / "in.txt", tmp_path / "out.txt"
    # more than would arrive in order by chance, were they spread over partitions
    text = "".join(f"line {number}\n" for number in range(50))
    given.write_text(text)
    alone.start()
    alone.until(lambda: taken.exists() and taken.read_text() == text, "no lines")
    assert sorted(alone.must("GET", "/connectors")) == ["sink", "source"]
    assert alone.stop() == 0
    assert json.loads((tmp_path / "offsets").read_text())["entries"]
    check = [sys.executable, "-m", "weir_runtime.cli", "check", "--mode", *alone.arguments]
    told = subprocess.run(check, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told
    assert told.stdout.endswith("2 of 2 connectors will run\n")
    with given.open("a") as file:
        file.write("three\n")
    alone.start()
    alone.until(lambda: "three" in taken.read_text(), "the third line has not arrived")
    assert taken.read_text() == f"{text}three\n"
    assert alone.stop() == 0
