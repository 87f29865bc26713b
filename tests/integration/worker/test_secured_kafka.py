"""A worker behind secured listeners of a broker, and Java Connect with the same file."""

from __future__ import annotations

import contextlib
import os
import signal
import ssl
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from certificate import PASSWORD, Authority
from worker_process import STRING, WorkerProcess, write_properties

pytestmark = [pytest.mark.kafka, pytest.mark.java_connect]

KAFKA = Path(__file__).parents[3] / "tests" / "infra" / "kafka" / "kafka.sh"
LOGIN = "org.apache.kafka.common.security.scram.ScramLoginModule"


@pytest.fixture(scope="module")
def secured(
    authority: Authority,
    tmp_path_factory: pytest.TempPathFactory,
    broker_starter: Callable[..., Any],
) -> Iterator[tuple[Any, int]]:
    """Give a broker and the first port of two: SASL_SSL, and SSL that asks for a certificate."""
    folder = authority.folder

    def settings(port: int) -> list[str]:
        plain = f"PLAINTEXT://127.0.0.1:{port - 2}"
        safe = f"SASL_SSL://localhost:{port},SSL://localhost:{port + 1}"
        return [
            f"listeners={plain},CONTROLLER://127.0.0.1:{port - 1},{safe}",
            f"advertised.listeners={plain},{safe}",
            "listener.security.protocol.map="
            "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL,SSL:SSL",
            "sasl.enabled.mechanisms=SCRAM-SHA-512",
            f"listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config={LOGIN} required;",
            f"ssl.keystore.location={folder / 'server.jks'}",
            f"ssl.keystore.password={PASSWORD}",
            f"ssl.truststore.location={folder / 'ca-trust.jks'}",
            f"ssl.truststore.password={PASSWORD}",
            "listener.name.ssl.ssl.client.auth=required",
        ]

    broker = broker_starter(tmp_path_factory.mktemp("secured"), 2, settings)
    broker.tool(
        "kafka.admin.ConfigCommand", "--bootstrap-server", broker.bootstrap, "--alter",
        "--add-config", "SCRAM-SHA-512=[password=worker-secret]",
        "--entity-type", "users", "--entity-name", "worker",
    )  # fmt: skip
    yield broker, int(broker.bootstrap.rsplit(":", 1)[1]) + 2
    broker.run("down")


def security(kind: str, folder: Path) -> dict[str, str]:
    """Return the client keys for a listener of the broker."""
    if kind == "SASL_SSL":
        return {
            "security.protocol": kind,
            "sasl.mechanism": "SCRAM-SHA-512",
            "sasl.jaas.config": f'{LOGIN} required username="worker" password="worker-secret";',
            "ssl.truststore.location": str(folder / "ca-trust.jks"),
            "ssl.truststore.password": PASSWORD,
        }
    return {
        "security.protocol": kind,
        "ssl.truststore.location": str(folder / "ca-trust.p12"),
        "ssl.truststore.type": "PKCS12",
        "ssl.truststore.password": PASSWORD,
        "ssl.keystore.location": str(folder / "client.jks"),
        "ssl.keystore.password": PASSWORD,
        "ssl.key.password": PASSWORD,
    }


def properties(kind: str, folder: Path, group: str, *, kafka: int, rest: int) -> dict[str, str]:
    clients = security(kind, folder)
    stores = {
        f"{store}.storage.{key}": value
        for store in ("config", "offset", "status")
        for key, value in (("topic", f"{group}-{store}"), ("replication.factor", "1"))
    }
    prefixed = {
        f"{prefix}{key}": value
        for prefix in ("", "producer.", "consumer.", "admin.")
        for key, value in clients.items()
    }
    return {
        "bootstrap.servers": f"localhost:{kafka}",
        "group.id": group,
        "key.converter": STRING,
        "value.converter": STRING,
        "offset.flush.interval.ms": "500",
        "listeners": f"https://localhost:{rest}",
        "listeners.https.ssl.keystore.location": str(folder / "server.jks"),
        "listeners.https.ssl.keystore.password": PASSWORD,
        "listeners.https.ssl.truststore.location": str(folder / "ca-trust.jks"),
        "listeners.https.ssl.truststore.password": PASSWORD,
        "listeners.https.ssl.client.auth": "required",
        **stores,
        **prefixed,
    }


@contextlib.contextmanager
def java(file: Path, worker: WorkerProcess) -> Iterator[WorkerProcess]:
    """Run Java Connect with a worker's own file, reached by the same client."""
    log = worker.log.with_name("java.log")
    made = WorkerProcess([], worker.port, log, tls=worker.tls)
    command = [str(KAFKA), "tool", "org.apache.kafka.connect.cli.ConnectDistributed", str(file)]
    with log.open("wb") as output:
        made.process = subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        yield made
    finally:
        os.killpg(made.process.pid, signal.SIGKILL)
        made.process.wait()


@pytest.mark.parametrize(("kind", "offset"), [("SASL_SSL", 0), ("SSL", 1)])
def test_lines_go_to_a_secured_topic_and_back_and_java_goes_on_with_the_same_file(
    kind: str,
    offset: int,
    *,
    secured: tuple[Any, int],
    authority: Authority,
    tmp_path: Path,
    group: str,
    free_port_of: Callable[[int], int],
) -> None:
    rest = free_port_of(1)
    keys = properties(kind, authority.folder, group, kafka=secured[1] + offset, rest=rest)
    file = write_properties(tmp_path / "worker.properties", keys)
    client = ssl.create_default_context(cafile=str(authority.pem))
    client.load_cert_chain(authority.folder / "client.pem")
    worker = WorkerProcess(
        ["distributed", str(file)], rest, tmp_path / "worker.log", tls=client
    ).start()
    read, written = tmp_path / "in.txt", tmp_path / "out.txt"
    read.write_text("one\ntwo\n")
    source = {"connector.class": "FileStreamSource", "file": str(read), "topic": group}
    sink = {"connector.class": "FileStreamSink", "file": str(written), "topics": group}
    try:
        worker.put("read", source)
        worker.put("write", sink)
        worker.until(lambda: _lines(written) == ["one", "two"], "the lines do not come")
        worker.until(lambda: _offset(worker) == 2, "no offset is committed")
        assert worker.stop() == 0
    finally:
        worker.kill()
    assert "worker-secret" not in worker.text()
    with java(file, worker) as other:
        other.until(other.is_healthy, "Java Connect is not healthy", 240)
        other.until(lambda: other.states("write") == ("RUNNING", ["RUNNING"]), "Java lacks write")
        with read.open("a") as end:
            end.write("three\n")
        other.until(lambda: _lines(written)[-1:] == ["three"], "Java does not go on")
    assert _lines(written) == ["one", "two", "three"]


def _offset(worker: WorkerProcess) -> int | None:
    found = worker.must("GET", "/connectors/write/offsets")["offsets"]
    return found[0]["offset"]["kafka_offset"] if found else None


def _lines(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.exists() else []
