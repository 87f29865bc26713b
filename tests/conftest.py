"""Fixtures for every test: the event loop, a real broker, Java Connect.

A missing part (Java, Maven, Go, root) skips a test on a developer's machine and fails it in CI.
"""

import dataclasses
import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest

# CI looks at the same examples each time, a developer's machine at new ones; neither judges by
# the time that an example took
hypothesis.settings.register_profile("here", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") == "true" else "here")

pytest_plugins = ["certificate", "cluster", "scripted_connect", "worker_process"]

ROOT = Path(__file__).parents[1]
KAFKA = ROOT / "tests" / "infra" / "kafka" / "kafka.sh"


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


def lacking(what: str) -> None:
    """Skip the test, or fail it in CI, naming what the machine lacks."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"this machine lacks {what}, and CI skips nothing")
    pytest.skip(f"this machine lacks {what}")


def free_port(count: int = 1) -> int:
    """Return the first of `count` consecutive free ports."""
    for _ in range(100):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            first: int = probe.getsockname()[1]
        try:
            for port in range(first, first + count):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return first
    pytest.fail(f"found no {count} free ports in a row")


@dataclasses.dataclass(frozen=True)
class KafkaBroker:
    """A real broker of this session, and what can be started beside it."""

    bootstrap: str
    state: Path
    environment: dict[str, str]

    @property
    def pid(self) -> int:
        return int((self.state / "broker.pid").read_text())

    def run(self, *arguments: str) -> str:
        """Run kafka.sh with these arguments and return what it prints."""
        done = subprocess.run(
            [str(KAFKA), *arguments],
            env=self.environment,
            check=False,
            text=True,
            capture_output=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def tool(self, name: str, *arguments: str) -> str:
        """Run a tool of Kafka, such as `org.apache.kafka.tools.TopicCommand`."""
        return self.run("tool", name, *arguments)

    def java_connect(self, group: str, *properties: str) -> str:
        """Start a Java Connect worker of `group` and return its URL."""
        return self.run("connect", group, str(free_port()), *properties)

    def kill_java_connect(self, url: str) -> None:
        """Stop the Java worker at `url` at once."""
        file = self.state / f"connect-{url.rsplit(':', 1)[1]}.pid"
        os.kill(int(file.read_text()), 9)
        file.unlink()


def start_broker(
    state: Path, listeners: int = 0, settings: Callable[[int], list[str]] = lambda first: []
) -> KafkaBroker:
    """Start a broker; `settings` are told the first of the ports of further listeners."""
    for program, package in (("java", "Java 17"), ("mvn", "Maven")):
        if shutil.which(program) is None:
            lacking(package)
    port = free_port(2 + listeners)
    environment = {**os.environ, "KAFKA_STATE": str(state), "KAFKA_PORT": str(port)}
    broker = KafkaBroker(f"127.0.0.1:{port}", state, environment)
    assert broker.run("broker", *settings(port + 2)) == broker.bootstrap
    return broker


@pytest.fixture(scope="session")
def kafka_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaBroker]:
    """Give the session's broker; tests use topics and groups of their own."""
    broker = start_broker(tmp_path_factory.mktemp("kafka"))
    yield broker
    broker.run("down")


@pytest.fixture(scope="session")
def broker(kafka_broker: KafkaBroker) -> KafkaBroker:
    """Give the session's broker under its short name."""
    return kafka_broker


@pytest.fixture
def own_broker(tmp_path: Path) -> Iterator[KafkaBroker]:
    """Give a broker of this test alone, to freeze, kill and restart."""
    broker = start_broker(tmp_path / "kafka")
    yield broker
    broker.run("down")


@pytest.fixture(scope="session")
def broker_starter() -> Callable[..., KafkaBroker]:
    """Give the function that starts a broker with settings of its own."""
    return start_broker


@pytest.fixture(scope="session")
def java_connect_url(kafka_broker: KafkaBroker) -> str:
    """Give the URL of a Java Connect worker that the session shares."""
    return kafka_broker.java_connect("java-shared", "offset.flush.interval.ms=1000")


@pytest.fixture(scope="session")
def free_port_of() -> Callable[[int], int]:
    """Give the function that finds free ports in a row."""
    return free_port
