"""Workers that clients of other people are tried on, and the clients themselves."""

from __future__ import annotations

import base64
import contextlib
import http.client
import os
import shutil
import ssl
import subprocess
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from certificate import PASSWORD, Authority
from connect_call import Caller
from worker_process import WorkerProcess, distributed, write_properties

CLIENTS = Path(__file__).parents[2] / "infra" / "clients" / "clients.sh"


@pytest.fixture(scope="session")
def built_clients() -> None:
    """Build all clients; a machine that cannot is one that CI does not accept."""
    missing = [one for one in ("javac", "mvn", "go") if shutil.which(one) is None]
    if missing and os.environ.get("CI") != "true":
        pytest.skip(f"this machine lacks {', '.join(missing)}")
    done = subprocess.run(
        [CLIENTS, "build", "python", "java", "go"], check=False, text=True, capture_output=True
    )
    assert done.returncode == 0, done.stderr


def our_properties(broker: Any, port: int) -> dict[str, str]:
    group = f"clients-{uuid.uuid4().hex[:8]}"
    return {
        **distributed(broker.bootstrap, group, port),
        "access.control.allow.origin": "http://ui.example",
        "access.control.allow.methods": "GET,POST,PUT,DELETE",
    }


@pytest.fixture(scope="session")
def our_worker(
    kafka_broker: Any,
    free_port_of: Callable[[int], int],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[WorkerProcess]:
    """Give a worker of ours that all clients share, as UIs and scripts share one."""
    folder = tmp_path_factory.mktemp("clients-worker")
    port = free_port_of(1)
    file = write_properties(folder / "worker.properties", our_properties(kafka_broker, port))
    worker = WorkerProcess(["distributed", str(file)], port, folder / "worker.log").start()
    yield worker
    assert worker.stop() == 0


@pytest.fixture(scope="session")
def secured_url(
    kafka_broker: Any,
    free_port_of: Callable[[int], int],
    tmp_path_factory: pytest.TempPathFactory,
    authority: Authority,
) -> Iterator[str]:
    """Give the URL of a worker of ours that speaks https alone, to users it knows."""
    folder = tmp_path_factory.mktemp("secured-worker")
    port = free_port_of(1)
    users = folder / "users.properties"
    users.write_text("ui=s3cret\n")
    users.chmod(0o600)
    properties = {
        **our_properties(kafka_broker, port),
        "listeners": f"https://127.0.0.1:{port}",
        "listeners.https.ssl.keystore.location": str(authority.path(".p12", "server")),
        "listeners.https.ssl.keystore.password": PASSWORD,
        "rest.auth.credentials.file": str(users),
    }
    file = write_properties(folder / "worker.properties", properties)
    worker = WorkerProcess(["distributed", str(file)], port, folder / "worker.log")
    worker.start(wait=False)
    context = ssl.create_default_context(cafile=str(authority.pem))
    login = base64.b64encode(b"ui:s3cret").decode()

    def is_healthy() -> bool:
        connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=5, context=context)
        with contextlib.closing(connection), contextlib.suppress(OSError):
            connection.request("GET", "/health", headers={"Authorization": f"Basic {login}"})
            return connection.getresponse().status == 200
        return False

    worker.until(is_healthy, "the worker is not healthy")
    yield f"https://127.0.0.1:{port}"
    assert worker.stop() == 0
    assert "s3cret" not in worker.text()


@pytest.fixture(
    scope="session", params=["weir", pytest.param("java", marks=pytest.mark.java_connect)]
)
def connect_url(request: pytest.FixtureRequest) -> str:
    """Give the URL of our worker, then of Java's: what holds for both is the client's doing."""
    if request.param == "java":
        return str(request.getfixturevalue("java_connect_url"))
    return f"http://127.0.0.1:{request.getfixturevalue('our_worker').port}"


@pytest.fixture
def caller(connect_url: str) -> Caller:
    """Give a plain HTTP client, which sends nothing that a test has not named."""
    return Caller(connect_url)


@pytest.fixture
def name(caller: Caller) -> Iterator[str]:
    """Give a connector's name; what is left of it after the test is deleted."""
    made = f"call-{uuid.uuid4().hex[:8]}"
    yield made
    for left in caller.ask("GET", "/connectors").body:
        if left.startswith(made):
            caller.settled("DELETE", f"/connectors/{left}")


@pytest.fixture(scope="session")
def lines(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a file that sources read."""
    file = tmp_path_factory.mktemp("clients") / "lines.txt"
    file.write_text("".join(f"line {number}\n" for number in range(100)))
    return file
