"""The two workers that are measured: Java Connect and ours, behind one shape."""

from __future__ import annotations

import dataclasses
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).parents[1]
KAFKA = ROOT / "tests" / "infra" / "kafka" / "kafka.sh"
CONVERTER = "org.apache.kafka.connect.storage.StringConverter"


@dataclasses.dataclass
class Client:
    """One keep-alive connection to a worker's REST API."""

    port: int
    connection: http.client.HTTPConnection | None = None
    used_s: float = 0.0

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        now = time.monotonic()
        if now - self.used_s > 2:
            self.close()  # a server may close a connection that was idle
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=100)
        data = None if body is None else json.dumps(body)
        self.connection.request(method, path, data, {"Content-Type": "application/json"})
        answer = self.connection.getresponse()
        text = answer.read()
        self.used_s = time.monotonic()
        return answer.status, json.loads(text) if text else None

    def must(self, method: str, path: str, body: Any = None) -> Any:
        """Call until the answer is a success; a rebalance (409) is waited out."""
        deadline = time.monotonic() + 60
        while True:
            status, answer = self.call(method, path, body)
            if status < 300:
                return answer
            if status not in (409, 404, 500) or time.monotonic() > deadline:
                raise RuntimeError(f"{method} {path}: {status} {answer}")
            time.sleep(0.05)

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None


@dataclasses.dataclass
class Worker:
    """A running worker and its processes."""

    name: str
    process: psutil.Process
    client: Client
    started_s: float

    def processes(self) -> list[psutil.Process]:
        return [self.process, *self.process.children(recursive=True)]

    def cpu_s(self) -> float:
        """CPU seconds of the worker with all its processes and threads, system time included."""
        total = 0.0
        for process in self.processes():
            times = process.cpu_times()
            total += times.user + times.system
        return total

    def rss(self) -> tuple[int, int]:
        """Resident bytes of the worker process, and of all its processes together."""
        sizes = [process.memory_info().rss for process in self.processes()]
        return sizes[0], sum(sizes)

    def stop(self) -> None:
        self.client.close()
        self.process.send_signal(signal.SIGTERM)
        _gone, alive = psutil.wait_procs([self.process], timeout=30)
        for process in alive:
            process.kill()


def wait_listed(client: Client, wanted: int, began: float, running: psutil.Process) -> float:
    """Return the seconds since `began` at which `GET /connectors` lists `wanted` names."""
    while time.monotonic() - began < 120:
        try:
            status, names = client.call("GET", "/connectors")
            if status == 200 and len(names) >= wanted:
                return time.monotonic() - began
        except (OSError, http.client.HTTPException, ValueError):
            client.close()
        if not running.is_running() or running.status() == psutil.STATUS_ZOMBIE:
            raise RuntimeError("the worker ended while it was starting")
        time.sleep(0.01)
    raise RuntimeError("the worker did not answer within 120 s")


@dataclasses.dataclass
class Stand:
    """Broker and scratch space of one run."""

    bootstrap: str
    scratch: Path

    def properties(self, group: str, port: int) -> str:
        lines = {
            "bootstrap.servers": self.bootstrap,
            "group.id": group,
            "config.storage.topic": f"{group}-configs",
            "offset.storage.topic": f"{group}-offsets",
            "status.storage.topic": f"{group}-status",
            "config.storage.replication.factor": 1,
            "offset.storage.replication.factor": 1,
            "status.storage.replication.factor": 1,
            "key.converter": CONVERTER,
            "value.converter": CONVERTER,
            "listeners": f"http://127.0.0.1:{port}",
        }
        return "".join(f"{key}={value}\n" for key, value in lines.items())

    def start(self, name: str, group: str, port: int, wanted: int = 0) -> Worker:
        """Start a worker called `name` (java or weir) and wait until it lists its connectors."""
        file = self.scratch / f"{group}-{port}.properties"
        file.write_text(self.properties(group, port))
        command = java_command(file) if name == "java" else weir_command(file)
        log = (self.scratch / f"{group}-{port}.log").open("ab")
        began = time.monotonic()
        # as on a machine of its own: Python keeps what it has compiled
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        child = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.scratch, env=environment)
        process = psutil.Process(child.pid)
        client = Client(port)
        try:
            return Worker(name, process, client, wait_listed(client, wanted, began, process))
        except RuntimeError as error:
            process.kill()
            child.wait()
            tail = Path(log.name).read_text().splitlines()[-5:]
            raise RuntimeError("\n".join([str(error), *tail])) from error


def java_command(file: Path) -> list[str]:
    cache = Path(os.environ.get("KAFKA_CACHE", Path.home() / ".cache" / "weir-kafka"))
    heap = os.environ.get("BENCH_JAVA_HEAP", "1g")
    log4j = KAFKA.parent / "log4j2.properties"
    return [
        "java",
        f"-Xmx{heap}",
        f"-Dlog4j2.configurationFile={log4j}",
        "-cp",
        f"{cache}/libs/*",
        "org.apache.kafka.connect.cli.ConnectDistributed",
        str(file),
    ]


def weir_command(file: Path) -> list[str]:
    return [str(Path(sys.executable).with_name("weir-worker")), "distributed", str(file)]
