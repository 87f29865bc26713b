"""The operator as a process: how it starts, what it refuses, how it ends."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.apiserver
ROOT = Path(__file__).parents[3]
PROGRAM = Path(sys.executable).parent / "weir-operator"


def run(*args: str, kubeconfig: Path | str) -> "subprocess.CompletedProcess[str]":
    environment = os.environ | {"KUBECONFIG": str(kubeconfig)}
    return subprocess.run(
        [PROGRAM, *args], env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def altered(api_server: Any, path: Path, server: str) -> Path:
    config = json.loads(api_server.kubectl("config", "view", "--raw", "-o", "json"))
    config["clusters"][0]["cluster"]["server"] = server
    path.write_text(json.dumps(config))
    return path


def test_a_missing_definition_is_one_sentence_and_exit_code_2(api_server: Any) -> None:
    api_server.kubectl("delete", "-f", str(ROOT / "crds"))
    try:
        done = run("run", kubeconfig=api_server.kubeconfig)
        assert done.returncode == 2
        (line,) = done.stderr.splitlines()
        assert "does not know KafkaConnector" in line
        assert "kubectl apply -f crds/" in line
    finally:
        api_server.kubectl("apply", "-f", str(ROOT / "crds"))
        wait = ("wait", "--for=condition=Established", "crd/kafkaconnectors.weir.dev")
        api_server.kubectl(*wait, "--timeout=20s")


def test_an_api_server_that_is_not_there_is_one_sentence_and_exit_code_2(
    api_server: Any, tmp_path: Path, free_port: Callable[[], int]
) -> None:
    nowhere = altered(api_server, tmp_path / "config", f"https://127.0.0.1:{free_port()}")
    done = run("run", kubeconfig=nowhere)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith("weir-operator: the Kubernetes API at https://127.0.0.1:")
    assert "cannot be reached" in line


@pytest.mark.parametrize("text", [None, "", "[]", "{", "apiVersion: v1\nkind: Config\n"])
def test_a_kubeconfig_that_is_none_is_one_sentence_and_exit_code_2(
    tmp_path: Path, text: str | None
) -> None:
    path = tmp_path / "kubeconfig"
    if text is not None:
        path.write_text(text)
    done = run("run", kubeconfig=path)
    assert done.returncode == 2, done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert str(path) in done.stderr
    assert "KUBECONFIG" in done.stderr


def test_it_says_its_version() -> None:
    done = run("--version", kubeconfig="")
    assert done.returncode == 0
    assert done.stdout.startswith("weir-operator 0.")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_within_two_seconds_and_says_little(
    connectors: Any, connect: Any, start_operator: Callable[..., Any], number: int
) -> None:
    operator = start_operator("--namespace", connectors.namespace)
    connectors.create("one", url=connect.url)
    connectors.wait("one", "True", "Running")
    code, seconds = operator.stop(number)
    assert code == 0
    assert seconds < 3
    assert "Traceback" not in operator.text()
    assert "kopf" not in operator.text()
    assert len(operator.text().splitlines()) <= 5


def test_it_can_be_stopped_while_connect_hangs(
    connectors: Any, connect: Any, start_operator: Callable[..., Any], eventually: Any
) -> None:
    def hang(*_: str) -> None:
        time.sleep(20)

    connect.fail = hang
    operator = start_operator("--namespace", connectors.namespace)
    connectors.create("one", url=connect.url)
    eventually(lambda: connect.calls)
    code, seconds = operator.stop()
    assert code == 0
    assert seconds < 4


def test_the_health_page_tells_how_it_goes(
    connectors: Any,
    connect: Any,
    *,
    start_operator: Callable[..., Any],
    free_port: Callable[[], int],
    eventually: Any,
) -> None:
    url = f"http://127.0.0.1:{free_port()}/healthz"

    def page() -> dict[str, Any]:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return dict(json.load(answer)["operator"])
        except OSError:
            return {}

    connectors.create("one", url=connect.url)
    start_operator("--namespace", connectors.namespace, "--liveness", url)
    found = eventually(lambda: (now := page()).get("listed") == "true" and now)
    assert found["resources"] == "1"


def test_release_lets_go_of_what_has_no_connector_and_keeps_the_rest(
    connectors: Any, connect: Any, start_operator: Callable[..., Any]
) -> None:
    operator = start_operator("--namespace", connectors.namespace)
    connectors.create("one", url=connect.url)
    connectors.wait("one", "True", "Running")
    operator.stop()
    place = ("--namespace", connectors.namespace)
    kept = run("release", *place, kubeconfig=connectors.server.kubeconfig)
    assert kept.returncode == 1
    assert f"{connectors.namespace}/one" in kept.stderr
    assert connectors.get("one")["metadata"]["finalizers"] == ["weir.dev/connector"]
    done = run("release", "--orphan", *place, kubeconfig=connectors.server.kubeconfig)
    assert (done.returncode, done.stdout) == (0, "released: 1\n")
    connectors.delete("one")
    assert connect.connectors, "the connector is left in Connect"
