"""Our worker, on the session's broker, as the recordings' worker was set up."""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest

JSON = "org.apache.kafka.connect.json.JsonConverter"
WORKER = """
bootstrap.servers={bootstrap}
group.id=conformance
config.storage.topic=conformance-configs
offset.storage.topic=conformance-offsets
status.storage.topic=conformance-status
config.storage.replication.factor=1
offset.storage.replication.factor=1
status.storage.replication.factor=1
key.converter={converter}
value.converter={converter}
key.converter.schemas.enable=false
value.converter.schemas.enable=false
listeners=http://127.0.0.1:{port}
offset.flush.interval.ms=1000
"""
START_S = 30.0


@pytest.fixture(scope="session")
def worker_url(
    kafka_broker: Any,
    free_port_of: Callable[[int], int],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """Give the URL of one worker of ours that all cases share."""
    folder = tmp_path_factory.mktemp("conformance")
    port = free_port_of(1)
    properties = folder / "worker.properties"
    properties.write_text(
        WORKER.format(bootstrap=kafka_broker.bootstrap, converter=JSON, port=port)
    )
    log = folder / "worker.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "weir_runtime.cli", "distributed", str(properties)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + START_S
        while not is_healthy(url):
            if process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"the worker does not start: {log.read_text()[-2000:]}")
            time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def is_healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=5) as reply:
            return bool(reply.status == 200)
    except (urllib.error.URLError, OSError):
        return False
