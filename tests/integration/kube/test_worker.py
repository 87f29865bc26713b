"""The same resources against Java Connect and against our worker: real lines, real broker."""

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.apiserver, pytest.mark.kafka, pytest.mark.usefixtures("operator")]
ROOT = Path(__file__).parents[3]
WORKER = Path(sys.executable).parent / "weir-worker"
TEXT = (ROOT / "LICENSE").read_text()
STRINGS = {"value.converter": "org.apache.kafka.connect.storage.StringConverter"}


@pytest.fixture(scope="module")
def our_url(
    kafka_broker: Any, free_port_of: Callable[..., int], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Run our worker on the broker that Java Connect runs on."""
    folder = tmp_path_factory.mktemp("worker")
    url = f"http://127.0.0.1:{free_port_of(1)}"
    lines = {
        "bootstrap.servers": kafka_broker.bootstrap,
        "group.id": "weir-kube",
        "config.storage.topic": "weir-kube-configs",
        "offset.storage.topic": "weir-kube-offsets",
        "status.storage.topic": "weir-kube-status",
        "config.storage.replication.factor": 1,
        "offset.storage.replication.factor": 1,
        "status.storage.replication.factor": 1,
        "key.converter": "org.apache.kafka.connect.json.JsonConverter",
        "value.converter": "org.apache.kafka.connect.json.JsonConverter",
        "offset.flush.interval.ms": 1000,
        "listeners": url,
    }
    properties = folder / "worker.properties"
    properties.write_text("".join(f"{key}={value}\n" for key, value in lines.items()))
    with (folder / "worker.log").open("w") as log:
        process = subprocess.Popen([WORKER, "distributed", properties], stdout=log, stderr=log)
    yield url
    process.terminate()
    process.wait(20)
    print((folder / "worker.log").read_text()[-5000:])


@pytest.fixture(params=[pytest.param("java", marks=pytest.mark.java_connect), "ours"])
def url(request: pytest.FixtureRequest, eventually: Any) -> str:
    name = "java_connect_url" if request.param == "java" else "our_url"
    found: str = request.getfixturevalue(name)
    eventually(lambda: ask(f"{found}/connectors") is not None, within=30)
    return found


def call(method: str, url: str, body: Any = None) -> Any:
    """Give the JSON of an answer, None of an error or of no answer."""
    request = urllib.request.Request(
        url,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
        method=method,
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            text = answer.read()
    except OSError:
        return None
    return json.loads(text) if text else {}


def ask(url: str) -> Any:
    return call("GET", url)


def test_lines_of_a_real_file_reach_another_one_and_follow_their_resources(
    connectors: Any, url: str, tmp_path: Path, eventually: Any
) -> None:
    source, sink = tmp_path / "in.txt", tmp_path / "out.txt"
    source.write_text(TEXT)
    topic = f"kube-{os.urandom(4).hex()}"
    one, two = f"source-{topic}", f"sink-{topic}"
    connectors.create(one, url=url, config={"file": str(source), "topic": topic, **STRINGS})
    connectors.create(
        two,
        url=url,
        tasksMax=1,
        **{"class": "FileStreamSink"},
        config={"file": str(sink), "topics": topic, **STRINGS},
    )
    for name in (one, two):
        connectors.wait(name, "True", "Running", within=60)
        assert connectors.get(name)["status"]["tasksSummary"] == "1/1"
    eventually(lambda: sink.exists() and sink.read_text() == TEXT, within=60)

    connectors.patch(one, {"state": "paused"})
    connectors.wait(one, "True", "Paused", within=30)
    assert ask(f"{url}/connectors/{one}/status")["connector"]["state"] == "PAUSED"
    connectors.patch(one, {"state": "stopped"})
    connectors.wait(one, "True", "Stopped", within=30)
    assert ask(f"{url}/connectors/{one}/config")["file"] == str(source)
    with source.open("a") as out:
        out.write("a line more\n")
    connectors.patch(one, {"state": "running"})
    connectors.wait(one, "True", "Running", within=30)
    eventually(lambda: sink.read_text() == TEXT + "a line more\n", within=60)

    connectors.annotate(one, "weir.dev/restart=now")
    eventually(lambda: connectors.get(one)["status"].get("handled", {}).get("restart") == "now")
    connectors.wait(one, "True", "Running", within=30)
    connectors.patch(one, {"config": {"batch.size": 50}})
    connectors.wait(one, "True", "Running", within=30)
    assert ask(f"{url}/connectors/{one}/config")["batch.size"] == "50"
    for name in (one, two):
        connectors.delete(name)
        assert name not in ask(f"{url}/connectors")
    assert sink.read_text() == TEXT + "a line more\n", "nothing was sent twice"


def test_what_the_worker_says_against_a_config_is_told_word_for_word(
    connectors: Any, url: str
) -> None:
    name = f"bad-{os.urandom(4).hex()}"
    config = {"file": "/tmp/x", "topic": "t", "batch.size": "many"}
    connectors.create(name, url=url, config=config)
    seen = connectors.wait(name, "False", "InvalidConfig", within=30)
    checked = call(
        "PUT",
        f"{url}/connector-plugins/FileStreamSource/config/validate",
        {"connector.class": "FileStreamSource", "name": name, **config},
    )
    configs = checked["configs"]
    said = [error for one in configs for error in one["value"]["errors"]]
    assert said
    for error in said:
        assert error in seen["message"]
    assert name not in ask(f"{url}/connectors")
    connectors.delete(name)


def test_a_class_that_the_worker_lacks_is_told(connectors: Any, url: str) -> None:
    name = f"unknown-{os.urandom(4).hex()}"
    connectors.create(name, url=url, **{"class": "com.acme.NoSuchConnector"})
    seen = connectors.wait(name, "False", "UnknownClass", within=30)
    assert "com.acme.NoSuchConnector" in seen["message"]
    assert "FileStreamSource" in seen["message"]
    connectors.delete(name)


def test_what_somebody_deletes_in_connect_comes_back(
    connectors: Any, url: str, eventually: Any
) -> None:
    name = f"drift-{os.urandom(4).hex()}"
    connectors.create(name, url=url, config={"file": "/dev/null", "topic": name, **STRINGS})
    connectors.wait(name, "True", "Running", within=30)
    assert call("DELETE", f"{url}/connectors/{name}") is not None
    eventually(lambda: ask(f"{url}/connectors/{name}") is None)
    eventually(lambda: ask(f"{url}/connectors/{name}/status"), within=40)
    connectors.wait(name, "True", "Running", within=30)
    connectors.delete(name)
