"""A connector follows its resource, against a Connect that counts every call."""

import time
from collections.abc import Callable
from typing import Any

import pytest

pytestmark = [pytest.mark.apiserver, pytest.mark.usefixtures("operator")]
FINALIZER = "weir.dev/connector"


def test_a_resource_is_created_once_and_nothing_is_written_at_rest(
    connectors: Any, connect: Any
) -> None:
    connectors.create("one", url=connect.url, tasksMax=1, config={"file": "/x", "n": 3, "t": True})
    connectors.wait("one", "True", "Running")
    assert connect.writes() == [("POST", "/connectors")]
    assert connect.connectors["one"] == {
        "name": "one",
        "connector.class": "FileStreamSource",
        "tasks.max": "1",
        "file": "/x",
        "n": "3",
        "t": "true",
    }
    obj = connectors.get("one")
    assert obj["metadata"]["finalizers"] == [FINALIZER]
    assert obj["status"]["placement"] == {"url": connect.url, "name": "one"}
    assert obj["status"]["tasksSummary"] == "1/1"
    assert obj["status"]["connector"]["state"] == "RUNNING"
    assert obj["status"]["observedGeneration"] == obj["metadata"]["generation"]

    version, calls = obj["metadata"]["resourceVersion"], len(connect.calls)
    time.sleep(12)  # one bulk read and one look at the API server
    assert connectors.get("one")["metadata"]["resourceVersion"] == version
    rest = connect.calls[calls:]
    assert connect.writes() == [("POST", "/connectors")]
    assert 1 <= len(rest) <= 2, rest


def test_the_finalizer_is_there_before_the_first_post(connectors: Any, connect: Any) -> None:
    seen: list[Any] = []

    def look(method: str, path: str) -> None:
        if (method, path) == ("POST", "/connectors"):
            seen.append(connectors.get("one"))

    connect.fail = look
    connectors.create("one", url=connect.url)
    connectors.wait("one", "True", "Running")
    (before,) = seen
    assert before["metadata"]["finalizers"] == [FINALIZER]
    assert before["status"]["placement"] == {"url": connect.url, "name": "one"}


def test_a_changed_config_is_put_once(connectors: Any, connect: Any) -> None:
    connectors.create("one", url=connect.url, config={"file": "/a"})
    connectors.wait("one", "True", "Running")
    connectors.patch("one", {"config": {"file": "/b"}})
    connectors.wait("one", "True", "Running")
    assert connect.connectors["one"]["file"] == "/b"
    assert connect.writes() == [("POST", "/connectors"), ("PUT", "/connectors/one/config")]


def test_an_edit_that_changes_nothing_for_connect_writes_nothing(
    connectors: Any, connect: Any
) -> None:
    connectors.create("one", url=connect.url)
    connectors.wait("one", "True", "Running")
    connectors.patch("one", {"deletionPolicy": "Stop"})
    connectors.wait("one", "True", "Running")
    assert connect.writes() == [("POST", "/connectors")]


def test_pause_stop_and_resume(connectors: Any, connect: Any) -> None:
    connectors.create("one", url=connect.url)
    connectors.wait("one", "True", "Running")
    for state, reason in (("paused", "Paused"), ("stopped", "Stopped"), ("running", "Running")):
        connectors.patch("one", {"state": state})
        connectors.wait("one", "True", reason)
    assert connect.writes()[1:] == [
        ("PUT", "/connectors/one/pause"),
        ("PUT", "/connectors/one/stop"),
        ("PUT", "/connectors/one/resume"),
    ]


def test_a_resource_that_begins_stopped_never_runs(connectors: Any, connect: Any) -> None:
    connectors.create("one", url=connect.url, state="stopped")
    connectors.wait("one", "True", "Stopped")
    assert connect.writes() == [("POST", "/connectors")]
    assert connect.bodies[0]["initial_state"] == "STOPPED"


def test_an_annotation_restarts_once(connectors: Any, connect: Any, eventually: Any) -> None:
    connectors.create("one", url=connect.url)
    connectors.wait("one", "True", "Running")
    connectors.annotate("one", "weir.dev/restart=first")
    eventually(lambda: connectors.get("one")["status"].get("handled", {}).get("restart") == "first")
    eventually(lambda: len(connect.writes()) == 2)
    assert connect.writes()[1][1].startswith("/connectors/one/restart")
    connectors.wait("one", "True", "Running")
    assert connectors.get("one")["metadata"]["annotations"]["weir.dev/restart"] == "first"
    time.sleep(1)
    assert len(connect.writes()) == 2


def test_one_task_is_restarted_by_its_annotation(
    connectors: Any, connect: Any, eventually: Any
) -> None:
    connectors.create("one", url=connect.url)
    connectors.wait("one", "True", "Running")
    connectors.annotate("one", "weir.dev/restart-task=0@now")
    eventually(lambda: ("POST", "/connectors/one/tasks/0/restart") in connect.writes())


def test_an_annotation_of_the_first_apply_counts_as_handled(connectors: Any, connect: Any) -> None:
    manifest = connectors.manifest(
        "one", **{"class": "FileStreamSource", "external": {"url": connect.url}, "config": {}}
    )
    manifest["metadata"]["annotations"] = {"weir.dev/restart": "from-git"}
    connectors.server.apply(manifest, namespace=connectors.namespace)
    connectors.wait("one", "True", "Running")
    time.sleep(1)
    assert connect.writes() == [("POST", "/connectors")]


def test_deletion_waits_for_connect(connectors: Any, connect: Any) -> None:
    connectors.create("one", url=connect.url)
    connectors.wait("one", "True", "Running")
    connectors.delete("one")
    assert "one" not in connect.connectors
    assert connect.writes()[1:] == [("DELETE", "/connectors/one")]


@pytest.mark.parametrize(("policy", "state"), [("Orphan", "RUNNING"), ("Stop", "STOPPED")])
def test_deletion_by_policy_leaves_the_connector(
    connectors: Any, connect: Any, policy: str, state: str
) -> None:
    connectors.create("one", url=connect.url, deletionPolicy=policy)
    connectors.wait("one", "True", "Running")
    connectors.delete("one")
    assert connect.states["one"] == state
    assert "one" in connect.connectors


def test_a_deletion_is_retried_until_connect_is_back(
    connectors: Any, connect: Any, eventually: Any
) -> None:
    connectors.create("one", url=connect.url)
    connectors.wait("one", "True", "Running")
    connect.fail = lambda *_: (503, "down")
    connectors.delete("one", wait=False)
    eventually(lambda: connectors.condition("one", "Reconciling")["status"] == "True")
    time.sleep(2)
    assert connectors.exists("one")
    connect.fail = lambda *_: None
    eventually(lambda: not connectors.exists("one"), within=30)
    assert "one" not in connect.connectors


def test_an_annotation_is_the_way_out_when_connect_never_comes_back(
    connectors: Any, connect: Any, eventually: Any
) -> None:
    connectors.create("one", url=connect.url)
    connectors.wait("one", "True", "Running")
    connect.fail = lambda *_: (503, "down")
    connectors.delete("one", wait=False)
    eventually(lambda: connectors.condition("one", "Reconciling")["status"] == "True")
    connectors.annotate("one", "weir.dev/release=true")
    eventually(lambda: not connectors.exists("one"))


def test_drift_is_put_right_and_told(connectors: Any, connect: Any, eventually: Any) -> None:
    connectors.create("one", url=connect.url, config={"file": "/a"})
    connectors.wait("one", "True", "Running")
    connect.connectors["one"]["file"] = "/somebody-else"
    eventually(lambda: connect.connectors["one"]["file"] == "/a", within=20)
    del connect.connectors["one"]
    eventually(lambda: "one" in connect.connectors, within=20)
    connectors.wait("one", "True", "Running")


def test_validation_errors_reach_the_condition_word_for_word(connectors: Any, connect: Any) -> None:
    connectors.create("one", url=connect.url, config={"file": "/a"})
    connectors.wait("one", "True", "Running")
    words = 'Missing required configuration "topic" which has no default value.'
    connect.invalid = {"topic": words}
    connectors.patch("one", {"config": {"file": "/b"}})
    seen = connectors.wait("one", "False", "InvalidConfig", kind="Validated")
    assert words in seen["message"]
    assert "topic" in seen["message"]
    assert connectors.condition("one", "Stalled")["status"] == "True"
    assert connect.connectors["one"]["file"] == "/a", "what ran before runs on"
    connect.invalid = {}
    connectors.patch("one", {"config": {"file": "/c"}})
    connectors.wait("one", "True", "Running")
    assert connectors.condition("one", "Validated")["status"] == "True"


def test_values_that_connect_cannot_take_are_named(connectors: Any, connect: Any) -> None:
    connectors.create("one", url=connect.url, config={"good": "1", "bad": {"a": "b"}})
    seen = connectors.wait("one", "False", "InvalidConfig")
    assert "bad" in seen["message"]
    assert connect.writes() == []


def test_an_unknown_class_is_told_with_those_that_exist(connectors: Any, connect: Any) -> None:
    connectors.create("one", url=connect.url, **{"class": "com.acme.Missing"})
    seen = connectors.wait("one", "False", "UnknownClass")
    assert "com.acme.Missing" in seen["message"]
    assert connect.classes[0] in seen["message"]
    assert connectors.condition("one", "Stalled")["status"] == "True"
    assert connect.writes() == []


def test_a_failed_task_shows_its_trace_and_is_stalled(connectors: Any, connect: Any) -> None:
    connectors.create("one", url=connect.url)
    connectors.wait("one", "True", "Running")
    connect.failed_tasks["one"] = "java.lang.RuntimeException: disk full" + "\n\tat x" * 2000
    connectors.wait("one", "False", "TaskFailed", within=20)
    (task,) = connectors.get("one")["status"]["tasks"]
    assert task["state"] == "FAILED"
    assert task["trace"].startswith("java.lang.RuntimeException: disk full")
    assert len(task["trace"].encode()) <= 2048
    assert connectors.condition("one", "Stalled")["status"] == "True"
    assert connectors.get("one")["status"]["tasksSummary"] == "0/1"


def test_connect_goes_away_and_comes_back(
    connectors: Any, connect: Any, serve_connect: Callable[..., Any], free_port: Callable[[], int]
) -> None:
    made, port = connect, free_port()
    connectors.create("one", url=f"http://127.0.0.1:{port}")
    connectors.wait("one", "Unknown", "ConnectUnreachable")
    first = serve_connect(made, port)
    connectors.wait("one", "True", "Running", within=30)
    first.end()
    gone = connectors.wait("one", "Unknown", "ConnectUnreachable", within=30)
    assert str(port) in gone["message"]
    status = connectors.get("one")["status"]
    assert status["connector"]["state"] == "RUNNING", "the last known state is kept"
    assert status["lastContact"]
    serve_connect(made, port)
    connectors.wait("one", "True", "Running", within=30)
    assert made.writes() == [("POST", "/connectors")]


def test_two_resources_of_one_name_never_fight(
    connectors: Any, connect: Any, eventually: Any
) -> None:
    connectors.create("one", url=connect.url, name="shared", config={"file": "/first"})
    connectors.wait("one", "True", "Running")
    connectors.create("two", url=connect.url, name="shared", config={"file": "/second"})
    seen = connectors.wait("two", "False", "NameConflict")
    assert f"{connectors.namespace}/one" in seen["message"]
    assert connect.writes() == [("POST", "/connectors")]
    connectors.delete("one")
    connectors.wait("two", "True", "Running")
    assert connect.connectors["shared"]["file"] == "/second"


def test_a_resource_without_a_cluster_tells_what_to_write(connectors: Any) -> None:
    manifest = connectors.manifest("one", **{"class": "X", "config": {}})
    manifest["metadata"]["labels"] = {"strimzi.io/cluster": "my-connect"}
    connectors.server.apply(manifest, namespace=connectors.namespace)
    seen = connectors.wait("one", "False", "InvalidSpec")
    assert "spec.external.url" in seen["message"]
    assert "my-connect" in seen["message"]
    connectors.delete("one")


def test_each_transition_is_one_event(connectors: Any, connect: Any) -> None:
    connectors.create("one", url=connect.url)
    connectors.wait("one", "True", "Running")
    connectors.patch("one", {"state": "paused"})
    connectors.wait("one", "True", "Paused")
    time.sleep(1)
    reasons = connectors.events("one")
    assert reasons
    assert len(reasons) <= 6, reasons
