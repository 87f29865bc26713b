"""An API server that dies, hangs, or tells too little."""

import os
import signal
import time
from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.apiserver


def test_a_deletion_missed_while_the_watch_was_cut_is_found(
    connectors: Any,
    connect: Any,
    start_operator: Callable[..., Any],
    eventually: Any,
) -> None:
    operator = start_operator("--namespace", connectors.namespace)
    connectors.create("one", url=connect.url)
    connectors.wait("one", "True", "Running")
    os.kill(operator.process.pid, signal.SIGSTOP)
    # Deleted and made anew, past the finalizer, while nobody looks: two news, both missed.
    patch = '{"metadata": {"finalizers": null}}'
    connectors.kubectl("delete", "kctr", "one", "--wait=false")
    connectors.kubectl("patch", "kctr", "one", "--type=merge", "-p", patch)
    server = connectors.server
    os.kill(server.process_id("kube-apiserver"), signal.SIGKILL)
    eventually(lambda: server.kubectl("get", "--raw", "/readyz", check=False) == "ok", within=60)
    connectors.create("two", url=connect.url)
    os.kill(operator.process.pid, signal.SIGCONT)
    connectors.wait("two", "True", "Running", within=60)
    # Nobody owns the connector of the lost resource: another one may take it.
    connectors.create("one", url=connect.url, config={"file": "/new"})
    connectors.wait("one", "True", "Running", within=60)
    assert connect.connectors["one"]["file"] == "/new"
    assert operator.process.poll() is None


def test_the_only_resource_deleted_while_the_watch_was_cut_is_found(
    connectors: Any,
    connect: Any,
    start_operator: Callable[..., Any],
    eventually: Any,
) -> None:
    operator = start_operator("--namespace", connectors.namespace)
    connectors.create("one", url=connect.url)
    connectors.wait("one", "True", "Running")
    os.kill(operator.process.pid, signal.SIGSTOP)
    patch = '{"metadata": {"finalizers": null}}'
    connectors.kubectl("delete", "kctr", "one", "--wait=false")
    connectors.kubectl("patch", "kctr", "one", "--type=merge", "-p", patch)
    server = connectors.server
    os.kill(server.process_id("kube-apiserver"), signal.SIGKILL)
    eventually(lambda: server.kubectl("get", "--raw", "/readyz", check=False) == "ok", within=60)
    os.kill(operator.process.pid, signal.SIGCONT)

    def reads() -> int:
        return len([call for call in connect.calls if call[0] == "GET"])

    def silent() -> bool:
        before = reads()
        time.sleep(12)
        return reads() == before

    # Without a resource, the cluster is read no more.
    eventually(silent, within=60)
    assert operator.process.poll() is None


def test_an_api_server_that_hangs_and_comes_back_changes_nothing(
    connectors: Any, connect: Any, start_operator: Callable[..., Any]
) -> None:
    operator = start_operator("--namespace", connectors.namespace)
    connectors.create("one", url=connect.url)
    connectors.wait("one", "True", "Running")
    server = connectors.server.process_id("kube-apiserver")
    os.kill(server, signal.SIGSTOP)
    try:
        time.sleep(25)
        connect.connectors["one"]["file"] = "/drift"
        time.sleep(12)
        assert connect.connectors["one"]["file"] == "/tmp/x", "Connect is looked after meanwhile"
    finally:
        os.kill(server, signal.SIGCONT)
    connectors.patch("one", {"state": "paused"})
    connectors.wait("one", "True", "Paused", within=60)
    assert operator.process.poll() is None
    assert "Traceback" not in operator.text()


@pytest.mark.slow
def test_three_hundred_resources_are_taken_over_without_a_write(
    connectors: Any, connect: Any, start_operator: Callable[..., Any], eventually: Any
) -> None:
    spec = {"class": "FileStreamSource", "external": {"url": connect.url}, "config": {"file": "/x"}}
    manifests = [connectors.manifest(f"c-{number:03}", **spec) for number in range(300)]
    connectors.server.apply(*manifests, namespace=connectors.namespace)

    def all_ready() -> bool:
        objs = connectors.all()
        return len(objs) == 300 and all(
            any(
                c["type"] == "Ready" and c["status"] == "True"
                for c in (obj.get("status") or {}).get("conditions") or []
            )
            for obj in objs
        )

    first = start_operator("--namespace", connectors.namespace)
    began = time.monotonic()
    eventually(all_ready, within=120)
    print(f"300 created and ready in {time.monotonic() - began:.1f} s")
    assert len(connect.connectors) == 300
    assert len(connect.writes()) == 300
    first.stop()
    versions = {
        obj["metadata"]["name"]: obj["metadata"]["resourceVersion"] for obj in connectors.all()
    }
    calls = len(connect.calls)
    start_operator("--namespace", connectors.namespace)
    eventually(lambda: len(connect.calls) > calls)
    time.sleep(8)
    again = {
        obj["metadata"]["name"]: obj["metadata"]["resourceVersion"] for obj in connectors.all()
    }
    assert again == versions, "a start writes nothing to the API server"
    assert len(connect.writes()) == 300, "nor to Connect"
    assert len(connect.calls) - calls <= 3
