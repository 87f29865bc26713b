"""A worker as a program of its own, and a client of its REST API."""

from __future__ import annotations

import contextlib
import dataclasses
import http.client
import json
import signal
import subprocess
import sys
import time
import urllib.parse
import uuid
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import psutil
import pytest

JSON = "org.apache.kafka.connect.json.JsonConverter"
STRING = "org.apache.kafka.connect.storage.StringConverter"


@dataclasses.dataclass
class WorkerProcess:
    """One worker; started and stopped by the test."""

    arguments: list[str]
    port: int
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self, *, wait: bool = True) -> WorkerProcess:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "weir_runtime.cli", *self.arguments],
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
            )
        if wait:
            self.until(self.is_healthy, "the worker is not healthy")
        return self

    def is_healthy(self) -> bool:
        if self.process is not None and self.process.poll() is not None:
            pytest.fail(f"the worker has ended: {self.text()[-2000:]}")
        with contextlib.suppress(OSError):
            return self.call("GET", "/health")[0] == 200
        return False

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=100)
        with contextlib.closing(connection):
            data = None if body is None else json.dumps(body)
            connection.request(method, path, data, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            text = answer.read()
            try:
                return answer.status, json.loads(text) if text else None
            except ValueError:
                return answer.status, text.decode()

    def must(self, method: str, path: str, body: Any = None) -> Any:
        status, answer = self.call(method, path, body)
        assert status < 300, (method, path, status, answer)
        return answer

    def put(self, name: str, config: Mapping[str, str]) -> Any:
        return self.must("PUT", f"/connectors/{urllib.parse.quote(name)}/config", dict(config))

    def states(self, name: str) -> tuple[str, list[str]] | None:
        """Return the state of the connector and of its tasks; None where there is no status."""
        status, answer = self.call("GET", f"/connectors/{name}/status")
        if status != 200:
            return None
        return answer["connector"]["state"], [task["state"] for task in answer["tasks"]]

    def wait_running(self, name: str, tasks: int = 1) -> None:
        wanted = ("RUNNING", ["RUNNING"] * tasks)
        self.until(lambda: self.states(name) == wanted, f"{name} is not running")

    def until(self, holds: Callable[[], Any], text: str, timeout_s: float = 60) -> None:
        deadline = time.monotonic() + timeout_s
        while not holds():
            assert time.monotonic() < deadline, f"{text}\n{self.text()[-6000:]}"
            time.sleep(0.05)

    def executors(self) -> list[psutil.Process]:
        """Return the executor processes, the describe executor among them."""
        if self.process is None:
            return []
        with contextlib.suppress(psutil.NoSuchProcess):
            return psutil.Process(self.process.pid).children()
        return []

    def stop(self, timeout_s: float = 30) -> int:
        """End the worker as a service manager does; returns its exit code."""
        if self.process is None:
            return 0
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout_s)

    def kill(self) -> None:
        """End the worker as a power cut does."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def text(self) -> str:
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return "\n".join(line for line in text.splitlines() if "rest.access" not in line)


def write_properties(path: Path, properties: Mapping[str, str]) -> Path:
    path.write_text("".join(f"{key}={value}\n" for key, value in properties.items()))
    return path


@pytest.fixture
def group() -> str:
    """Name that no other test uses, for groups and topics."""
    return f"weir-{uuid.uuid4().hex[:12]}"


@pytest.fixture
def properties(broker: Any, group: str, free_port_of: Callable[[int], int]) -> dict[str, str]:
    """Properties of a distributed worker of its own group."""
    stores = {
        f"{store}.storage.{key}": value
        for store in ("config", "offset", "status")
        for key, value in (("topic", f"{group}-{store}"), ("replication.factor", "1"))
    }
    return {
        "bootstrap.servers": broker.bootstrap,
        "group.id": group,
        "key.converter": STRING,
        "value.converter": STRING,
        "offset.flush.interval.ms": "1000",
        "offset.storage.partitions": "2",
        "status.storage.partitions": "2",
        "listeners": f"http://127.0.0.1:{free_port_of(1)}",
        **stores,
    }


@pytest.fixture
def worker(tmp_path: Path, properties: dict[str, str]) -> Iterator[WorkerProcess]:
    """A distributed worker that has not been started."""
    file = write_properties(tmp_path / "worker.properties", properties)
    port = int(properties["listeners"].rsplit(":", 1)[1])
    made = WorkerProcess(["distributed", str(file)], port, tmp_path / "worker.log")
    yield made
    if made.process is not None and made.process.poll() is None:
        made.kill()
