"""A Java group is stopped, ours goes on with its properties; then the other way round."""

from __future__ import annotations

import json
import os
import signal
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.kafka, pytest.mark.java_connect, pytest.mark.slow]

SOURCE = "org.apache.kafka.connect.file.FileStreamSourceConnector"
SINK = "org.apache.kafka.connect.file.FileStreamSinkConnector"
STRING = "org.apache.kafka.connect.storage.StringConverter"


def java(url: str, method: str, path: str, body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        url + path, data, {"Content-Type": "application/json"}, method=method
    )
    with urllib.request.urlopen(request, timeout=100) as answer:
        text = answer.read()
    return json.loads(text) if text else None


def until(holds: Any, text: str, timeout_s: float = 60) -> None:
    deadline = time.monotonic() + timeout_s
    while True:
        try:
            if holds():
                return
        except OSError:
            pass
        assert time.monotonic() < deadline, text
        time.sleep(0.2)


def end_java(broker: Any, url: str) -> None:
    """Stop a Java worker in order and wait for its end."""
    pid = int((broker.state / f"connect-{url.rsplit(':', 1)[1]}.pid").read_text())
    os.kill(pid, signal.SIGTERM)
    until(lambda: not Path(f"/proc/{pid}").exists() or zombie(pid), "Java Connect does not end")


def zombie(pid: int) -> bool:
    return " Z " in Path(f"/proc/{pid}/stat").read_text()


def test_connectors_go_on_from_their_offsets_in_both_directions(
    own_broker: Any, worker: Any, group: str, tmp_path: Path
) -> None:
    given, taken = tmp_path / "in.txt", tmp_path / "out.txt"
    text = [f"line {number}\n" for number in range(3000)]
    given.write_text("".join(text[:1000]))
    extra = (
        f"key.converter={STRING}", f"value.converter={STRING}", "offset.flush.interval.ms=1000",
        "offset.storage.partitions=2", "status.storage.partitions=2",
    )  # fmt: skip
    url = own_broker.java_connect(group, *extra)
    java(url, "PUT", "/connectors/src/config",
         {"connector.class": SOURCE, "file": str(given), "topic": group})  # fmt: skip
    java(url, "PUT", "/connectors/snk/config",
         {"connector.class": SINK, "file": str(taken), "topics": group})  # fmt: skip
    until(
        lambda: taken.exists() and taken.read_text() == "".join(text[:1000]), "Java moves nothing"
    )
    size = given.stat().st_size
    offsets = "/connectors/src/offsets"
    until(
        lambda: [o["offset"] for o in java(url, "GET", offsets)["offsets"]] == [{"position": size}],
        "Java has not committed",
    )
    end_java(own_broker, url)

    # the same properties, but for the listener
    written = own_broker.state / f"connect-{url.rsplit(':', 1)[1]}.properties"
    ours = [line for line in written.read_text().splitlines() if not line.startswith("listeners=")]
    ours.append(f"listeners=http://127.0.0.1:{worker.port}")
    Path(worker.arguments[1]).write_text("\n".join(ours) + "\n")
    with given.open("a") as file:
        file.write("".join(text[1000:2000]))
    worker.start()
    worker.wait_running("src")
    worker.wait_running("snk")
    worker.until(lambda: taken.read_text() == "".join(text[:2000]), "ours does not go on")
    size = given.stat().st_size
    worker.until(
        lambda: (
            [o["offset"] for o in worker.must("GET", offsets)["offsets"]] == [{"position": size}]
        ),
        "ours has not committed",
    )
    assert worker.stop() == 0

    with given.open("a") as file:
        file.write("".join(text[2000:]))
    url = own_broker.java_connect(group, *extra)
    until(lambda: taken.read_text() == "".join(text), "Java does not go on", 90)
