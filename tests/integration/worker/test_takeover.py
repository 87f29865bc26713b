"""A Java worker is stopped, ours goes on with its properties; a group then goes back to Java."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.kafka, pytest.mark.java_connect, pytest.mark.slow]

SOURCE = "org.apache.kafka.connect.file.FileStreamSourceConnector"
SINK = "org.apache.kafka.connect.file.FileStreamSinkConnector"
MIRROR = "org.apache.kafka.connect.mirror.MirrorHeartbeatConnector"
KAFKA = Path(__file__).parents[2] / "infra" / "kafka" / "kafka.sh"
STRING = "org.apache.kafka.connect.storage.StringConverter"


def java(url: str, method: str, path: str, body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        url + path, data, {"Content-Type": "application/json"}, method=method
    )
    with urllib.request.urlopen(request, timeout=100) as answer:
        text = answer.read()
    return json.loads(text) if text else None


def until(holds: Any, text: str, timeout_s: float = 120) -> None:
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


def check(*arguments: str | Path, environment: Mapping[str, str] | None = None) -> Any:
    """Run `weir-worker check` and return its exit code and its document."""
    done = subprocess.run(
        [sys.executable, "-m", "weir_runtime.cli", "check", "-o", "json", *map(str, arguments)],
        env={**os.environ, **(environment or {})},
        capture_output=True,
        check=False,
        text=True,
        timeout=120,
    )
    assert not done.stderr, done.stderr
    return done.returncode, json.loads(done.stdout)


@dataclasses.dataclass
class JavaGroup:
    """A group of one Java worker with six connectors, in files of one folder."""

    broker: Any
    name: str
    folder: Path
    url: str = ""

    @property
    def given(self) -> Path:
        return self.folder / "in.txt"

    @property
    def taken(self) -> Path:
        return self.folder / "out.txt"

    @property
    def held(self) -> Path:
        return self.folder / "held.txt"

    @property
    def file(self) -> Path:
        """Return the worker.properties that Java was started with."""
        port = self.url.rsplit(":", 1)[1]
        return Path(self.broker.state / f"connect-{port}.properties")

    def start(self) -> None:
        """Start a Java worker, with real jars of plugins on its plugin.path."""
        cache = os.environ.get("KAFKA_CACHE", Path.home() / ".cache" / "weir-kafka")
        jars = self.folder / "plugins" / "mirror"
        jars.mkdir(parents=True, exist_ok=True)
        for jar in Path(cache, "libs").glob("connect-mirror*.jar"):
            shutil.copy(jar, jars)
        self.url = self.broker.java_connect(
            self.name, f"key.converter={STRING}", f"value.converter={STRING}",
            "offset.flush.interval.ms=1000", "offset.storage.partitions=2",
            "status.storage.partitions=2", f"plugin.path={jars.parent}",
            "metric.reporters=org.apache.kafka.common.metrics.JmxReporter",
            "producer.compression.type=lz4", "consumer.fetch.max.wait.ms=200",
        )  # fmt: skip

    def create(self) -> None:
        """Create one connector of each kind of fate."""
        source = {"connector.class": SOURCE, "file": str(self.given), "topic": self.name}
        configs = {
            "src": source,
            "snk": {"connector.class": SINK, "file": str(self.taken), "topics": self.name},
            "paused": {
                "connector.class": "FileStreamSink", "file": str(self.held), "topics": self.name,
            },
            "stopped": {**source, "topic": f"{self.name}-stopped"},
            "hoisted": {
                **source, "topic": f"{self.name}-hoisted", "transforms": "hoist",
                "transforms.hoist.type": "org.apache.kafka.connect.transforms.HoistField$Value",
                "transforms.hoist.field": "line",
            },
            "mirror": {
                "connector.class": MIRROR, "source.cluster.alias": "a",
                "target.cluster.alias": "b",
                "source.cluster.bootstrap.servers": self.broker.bootstrap,
                "target.cluster.bootstrap.servers": self.broker.bootstrap,
            },
        }  # fmt: skip
        for name, config in configs.items():
            self.ask("PUT", f"/connectors/{name}/config", config)

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        return java(self.url, method, path, body)

    def positions(self) -> list[Any]:
        return [item["offset"] for item in self.ask("GET", "/connectors/src/offsets")["offsets"]]

    def settle(self, text: str) -> None:
        """Wait until Java has moved the text, then pause one sink and stop one source."""
        for file in (self.taken, self.held):
            until(lambda f=file: f.exists() and f.read_text() == text, "Java moves nothing")
        self.ask("PUT", "/connectors/paused/pause")
        self.ask("PUT", "/connectors/stopped/stop")
        size = self.given.stat().st_size
        until(lambda: self.positions() == [{"position": size}], "Java has not committed")
        status = "/connectors/paused/status"
        until(
            lambda: self.ask("GET", status)["tasks"][0]["state"] == "PAUSED", "Java does not pause"
        )

    def ends(self) -> list[str]:
        """Return the end of every partition of every topic of the group."""
        servers = ("--bootstrap-server", self.broker.bootstrap)
        ends = self.broker.tool("org.apache.kafka.tools.GetOffsetShell", *servers)
        return [line for line in ends.splitlines() if line.startswith(self.name)]


def assert_fates_are_told(group: JavaGroup) -> dict[str, Any]:
    """Check the group that nobody runs, and return what is said of its connectors."""
    before = group.ends()
    code, found = check(group.file, environment={"KAFKA_HEAP_OPTS": "-Xmx1g"})
    assert (code, found["worker_starts"]) == (1, True)
    assert found["group"]["members"] == []
    assert {item["level"] for item in found["topics"]} == {"ok"}
    assert {item["subject"] for item in found["environment"]} >= {"KAFKA_HEAP_OPTS", MIRROR}
    outcomes = {item["key"]: item["outcome"] for item in found["keys"]}
    assert outcomes["consumer.fetch.max.wait.ms"] == "converted"
    assert outcomes["metric.reporters"] == "dropped"
    assert {"refused", "invalid", "unknown"}.isdisjoint(outcomes.values())
    said = {item["name"]: item for item in found["connectors"]}
    assert {name for name, item in said.items() if not item["runs"]} == {"hoisted", "mirror"}
    assert MIRROR in said["mirror"]["reasons"][0]
    assert "a Java source of connect-mirror-" in said["mirror"]["reasons"][0]
    assert "configuration transforms" in said["hoisted"]["reasons"][0]
    assert (said["src"]["tasks"], said["src"]["offsets"]) == (1, 1)
    # the group of a sink may hold offsets of what other tests gave to a sink of its name
    assert said["snk"]["offsets"] >= 1
    assert found["summary"] == "4 of 6 connectors will run (1 paused, 1 stopped)"
    # nothing was written, no topic made
    assert group.ends() == before
    return said


def assert_fates_come_true(worker: Any, said: Mapping[str, Any]) -> None:
    for name, item in said.items():
        wanted = item["state"] if item["runs"] else "FAILED"
        worker.until(
            lambda n=name, w=wanted: (worker.states(n) or ("",))[0] == w, f"{name} is not {wanted}"
        )
    assert MIRROR in worker.must("GET", "/connectors/mirror/status")["connector"]["trace"]
    (line,) = [text for text in worker.text().splitlines() if "connectors of the group" in text]
    assert "Of 6 connectors of the group 4 can run here (paused, snk, src, stopped)" in line
    assert MIRROR in line
    assert "transforms are not supported yet" in line
    (line,) = [text for text in worker.text().splitlines() if "that of a Java worker" in text]
    assert "plugin.path holds 2 jars with the connectors" in line


def test_a_check_tells_what_comes_and_connectors_go_on_in_both_directions(
    broker: Any, worker: Any, group: str, tmp_path: Path
) -> None:
    text = [f"line {number}\n" for number in range(3000)]
    java_group = JavaGroup(broker, group, tmp_path)
    java_group.given.write_text("".join(text[:1000]))
    java_group.start()
    java_group.create()
    java_group.settle("".join(text[:1000]))
    # while Java runs: stop it first
    code, found = check(java_group.file)
    (member,) = found["group"]["members"]
    assert (code, found["group"]["level"], member["url"]) == (1, "warning", f"{java_group.url}/")
    assert member["client_id"].startswith("connect-")
    end_java(broker, java_group.url)
    said = assert_fates_are_told(java_group)

    # exactly that happens, with the very same file
    port = int(java_group.url.rsplit(":", 1)[1])
    worker.arguments, worker.port = ["distributed", str(java_group.file)], port
    with java_group.given.open("a") as file:
        file.write("".join(text[1000:2000]))
    worker.start()
    assert_fates_come_true(worker, said)
    worker.until(
        lambda: java_group.taken.read_text() == "".join(text[:2000]), "ours does not go on"
    )
    assert java_group.held.read_text() == "".join(text[:1000])
    size = java_group.given.stat().st_size
    worker.until(lambda: java_group.positions() == [{"position": size}], "ours has not committed")
    assert worker.stop() == 0

    with java_group.given.open("a") as file:
        file.write("".join(text[2000:]))
    java_group.start()
    until(lambda: java_group.taken.read_text() == "".join(text), "Java does not go on")
    status = "/connectors/mirror/status"
    until(
        lambda: java_group.ask("GET", status)["connector"]["state"] == "RUNNING",
        "Java does not run again what we could not",
    )
    end_java(broker, java_group.url)


@contextlib.contextmanager
def java_standalone(broker: Any, log: Path, *files: Path) -> Iterator[None]:
    """Run a standalone worker of Java and stop it in order."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            [KAFKA, "tool", "org.apache.kafka.connect.cli.ConnectStandalone", *files],
            env=broker.environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield
        finally:
            # the script and the Java program below it
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(60)


def test_a_standalone_worker_goes_on_exactly_where_java_stopped(
    broker: Any, worker: Any, properties: dict[str, str], tmp_path: Path
) -> None:
    topic, kept = properties["group.id"], tmp_path / "offsets"
    given, taken = tmp_path / "in.txt", tmp_path / "out.txt"
    text = [f"line {number}\n" for number in range(2000)]
    given.write_text("".join(text[:1000]))
    shared = {key: value for key, value in properties.items()
              if ".storage." not in key and key != "group.id"}  # fmt: skip
    shared |= {"offset.storage.file.filename": str(kept), "plugin.path": str(tmp_path / "none")}
    files = [tmp_path / name for name in ("alone.properties", "src.properties", "snk.properties")]
    contents: tuple[Mapping[str, str], ...] = (
        shared,
        {"name": "src", "connector.class": "FileStreamSource", "file": str(given), "topic": topic},
        {"name": "snk", "connector.class": "FileStreamSink", "file": str(taken), "topics": topic},
    )
    for file, content in zip(files, contents, strict=True):
        file.write_text("".join(f"{key}={value}\n" for key, value in content.items()))
    (tmp_path / "none").mkdir()
    with java_standalone(broker, tmp_path / "java.log", *files):
        until(
            lambda: taken.exists() and taken.read_text() == "".join(text[:1000]),
            "Java moves nothing",
        )
        # one that Java has flushed while it ran, as after a crash of it
        until(lambda: kept.exists() and b"position" in kept.read_bytes(), "Java has not committed")
    until_gone(tmp_path / "java.log")
    java_file = kept.read_bytes()
    assert java_file.startswith(b"\xac\xed\x00\x05")

    code, found = check(*files)
    assert (code, found["mode"]) == (0, "standalone")
    (remark,) = found["offset_file"]
    assert "is a Java worker's, 1 offset: src 1" in remark["text"]
    source, sink = found["connectors"]
    assert (source["offsets"], sink["offsets"] >= 1) == (1, True)
    assert kept.read_bytes() == java_file

    with given.open("a") as file_in:
        file_in.write("".join(text[1000:]))
    worker.arguments = ["standalone", *map(str, files)]
    worker.start()
    worker.until(lambda: len(taken.read_text()) >= len("".join(text)), "ours does not go on")
    worker.wait_running("snk")
    # no line lost, none repeated
    assert taken.read_text() == "".join(text)
    assert kept.with_name("offsets.java").read_bytes() == java_file
    (line,) = [line for line in worker.text().splitlines() if "were taken over" in line]
    assert "offsets=1 connectors=1" in line
    assert worker.stop() == 0
    assert check(*files)[1]["offset_file"][0]["text"].startswith("is Weir's, 1 offset")


def until_gone(log: Path) -> None:
    until(lambda: "Kafka Connect stopped" in log.read_text(), "Java Connect does not end")
