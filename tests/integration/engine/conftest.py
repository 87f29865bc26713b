"""A real Java Connect, or any other worker whose address is given."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

KAFKA = Path(__file__).parents[2] / "infra" / "kafka" / "kafka.sh"
BROKER_PORT, REST_PORT = 19220, 19222


@pytest.fixture(scope="session")
def worker_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address in WEIR_TEST_CONNECT, else start a broker and Java Connect."""
    given = os.environ.get("WEIR_TEST_CONNECT")
    if given:
        yield given
        return
    state = tmp_path_factory.mktemp("kafka")
    environment = {**os.environ, "KAFKA_STATE": str(state), "KAFKA_PORT": str(BROKER_PORT)}

    def run(*arguments: str) -> str:
        command = ["bash", str(KAFKA), *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    try:
        run("broker")
        yield run("connect", "engine", str(REST_PORT))
    finally:
        run("down")
