"""Real workers: Java Connect and ours, or one whose address is given."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

KAFKA = Path(__file__).parents[2] / "infra" / "kafka" / "kafka.sh"
BROKER_PORT, JAVA_PORT, OUR_PORT = 19220, 19222, 19224
GIVEN = os.environ.get("WEIR_TEST_CONNECT")
PROPERTIES = """\
bootstrap.servers=127.0.0.1:{broker}
group.id=engine-weir
config.storage.topic=engine-weir-configs
offset.storage.topic=engine-weir-offsets
status.storage.topic=engine-weir-status
config.storage.replication.factor=1
offset.storage.replication.factor=1
status.storage.replication.factor=1
key.converter=org.apache.kafka.connect.json.JsonConverter
value.converter=org.apache.kafka.connect.json.JsonConverter
listeners=http://127.0.0.1:{rest}
"""


class Kafka:
    """A broker of this session's own, and Java Connect on it."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self._java = ""

    def java(self) -> str:
        """Give the address of Java Connect, started when it is first asked for."""
        if not self._java:
            self._java = self.run("connect", "engine", str(JAVA_PORT))
        return self._java

    def run(self, *arguments: str) -> str:
        environment = {**os.environ, "KAFKA_STATE": str(self.state), "KAFKA_PORT": str(BROKER_PORT)}
        command = ["bash", str(KAFKA), *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        return done.stdout.strip()


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    kafka = Kafka(tmp_path_factory.mktemp("kafka"))
    try:
        kafka.run("broker")
        yield kafka
    finally:
        kafka.run("down")


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/connectors", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def our_worker(folder: Path) -> Iterator[str]:
    properties = folder / "worker.properties"
    properties.write_text(PROPERTIES.format(broker=BROKER_PORT, rest=OUR_PORT))
    program = Path(sys.executable).with_name("weir-worker")
    url = f"http://127.0.0.1:{OUR_PORT}"
    with (folder / "worker.log").open("w") as log:
        worker = subprocess.Popen(
            [program, "distributed", properties], stdout=log, stderr=subprocess.STDOUT
        )
        try:
            end = time.monotonic() + 30
            while not answers(url):
                log_text = (folder / "worker.log").read_text()
                assert worker.poll() is None, log_text
                assert time.monotonic() < end, log_text
                time.sleep(0.1)
            yield url
        finally:
            worker.send_signal(signal.SIGTERM)
            try:
                worker.wait(20)
            except subprocess.TimeoutExpired:
                worker.kill()
                worker.wait(5)


@pytest.fixture(scope="session", params=["given"] if GIVEN else ["java", "weir"])
def worker_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Give the address in WEIR_TEST_CONNECT, else that of Java Connect and then of ours."""
    if GIVEN:
        yield GIVEN
        return
    kafka = request.getfixturevalue("kafka")
    if request.param == "java":
        yield kafka.java()
    else:
        yield from our_worker(tmp_path_factory.mktemp("weir"))


@pytest.fixture(scope="session")
def java_url(kafka: Kafka) -> str:
    """Give the address of Java Connect, whichever worker is the other."""
    return kafka.java()
