"""From `kubectl apply` to the lines of a file: a real API server, a real broker, real text."""

import itertools
import json
import os
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

pytestmark = [pytest.mark.apiserver, pytest.mark.kafka, pytest.mark.slow]
ROOT = Path(__file__).parents[2]
PROGRAMS = Path(sys.executable).parent
LINES = 1_000_000


def real_lines() -> Iterator[str]:
    """Yield lines of real text: the sources of Python's library and of what is installed."""
    folders = (sysconfig.get_path("stdlib"), sysconfig.get_path("purelib"))
    for folder in folders:
        for file in sorted(Path(folder).rglob("*.py")):
            try:
                yield from file.read_text(encoding="utf-8").split("\n")
            except UnicodeDecodeError:
                continue


@pytest.fixture
def worker_url(
    kafka_broker: Any, free_port_of: Callable[[int], int], tmp_path: Path
) -> Iterator[str]:
    """Run a distributed worker of our own."""
    url, group = f"http://127.0.0.1:{free_port_of(1)}", f"e2e-{os.getpid()}"
    settings = {
        "bootstrap.servers": kafka_broker.bootstrap,
        "group.id": group,
        "key.converter": "org.apache.kafka.connect.json.JsonConverter",
        "value.converter": "org.apache.kafka.connect.json.JsonConverter",
        "offset.flush.interval.ms": 1000,
        "listeners": url,
    }
    for store in ("config", "offset", "status"):
        settings[f"{store}.storage.topic"] = f"{group}-{store}"
        settings[f"{store}.storage.replication.factor"] = 1
    file = tmp_path / "worker.properties"
    file.write_text("".join(f"{key}={value}\n" for key, value in settings.items()))
    with (tmp_path / "worker.log").open("w") as log:
        process = subprocess.Popen(
            [PROGRAMS / "weir-worker", "distributed", file], stdout=log, stderr=log
        )
    yield url
    process.terminate()
    assert process.wait(30) == 0
    print((tmp_path / "worker.log").read_text()[-3000:])


def example(name: str, url: str, **config: str) -> dict[str, Any]:
    """Give a resource of examples/ with the worker and the files of this test."""
    resource: dict[str, Any] = yaml.safe_load((ROOT / "examples" / f"{name}.yaml").read_text())
    resource["spec"]["external"]["url"] = url
    resource["spec"]["config"] |= config
    return resource


def test_a_million_lines_arrive_complete_and_in_order_and_follow_their_resources(
    api_server: Any,
    connectors: Any,
    start_operator: Callable[..., Any],
    worker_url: str,
    tmp_path: Path,
    eventually: Callable[..., Any],
) -> None:
    source, sink = tmp_path / "input.txt", tmp_path / "output.txt"
    with source.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{line}\n" for line in itertools.islice(real_lines(), LINES))
    assert source.read_bytes().count(b"\n") == LINES
    topic = f"lines-{os.getpid()}"
    start_operator("--namespace", connectors.namespace)

    for one in (
        example("file-source", worker_url, file=str(source), topic=topic),
        example("file-sink", worker_url, file=str(sink), topics=topic),
    ):
        api_server.apply(one, namespace=connectors.namespace)
    condition = "--for=condition=Ready"
    for name in ("file-source", "file-sink"):
        connectors.kubectl("wait", condition, f"kafkaconnector/{name}", "--timeout=60s")
        assert connectors.get(name)["status"]["tasksSummary"] == "1/1"

    size = source.stat().st_size
    eventually(lambda: sink.exists() and sink.stat().st_size >= size, within=180)
    same = subprocess.run(["cmp", source, sink], check=False, capture_output=True, text=True)
    assert same.returncode == 0, same.stdout

    # edit: the task takes its new config and goes on where it was
    connectors.patch("file-source", {"config": {"batch.size": 500}})
    connectors.wait("file-source", "True", "Running", within=30)
    with source.open("a") as file:
        file.write("after the edit\n")
    eventually(lambda: sink.read_bytes().endswith(b"\nafter the edit\n"), within=60)

    # pause: nothing flows, and the status says so
    connectors.patch("file-source", {"state": "paused"})
    connectors.wait("file-source", "True", "Paused", within=30)
    with source.open("a") as file:
        file.write("while paused\n")
    connectors.patch("file-source", {"state": "running"})
    connectors.wait("file-source", "True", "Running", within=30)
    eventually(lambda: sink.read_bytes().endswith(b"\nwhile paused\n"), within=60)
    same = subprocess.run(["cmp", source, sink], check=False, capture_output=True, text=True)
    assert same.returncode == 0, same.stdout

    row = connectors.kubectl("get", "kafkaconnectors")
    assert "file-source" in row
    assert "1/1" in row
    # delete: kubectl returns when the connector is gone from the worker
    for name in ("file-source", "file-sink"):
        connectors.delete(name)
    listed = subprocess.run(
        ["curl", "-sf", f"{worker_url}/connectors"], check=True, capture_output=True
    )
    assert json.loads(listed.stdout) == []
