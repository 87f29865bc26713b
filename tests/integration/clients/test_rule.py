"""The twenty rules that clients force on a worker, seen over the wire; and where each is tested.

tests/unit/weir_runtime/rest/test_client_rules.py holds each rule as a unit test of its own, by
number; here is what needs a whole worker, and a real broker.
"""

from __future__ import annotations

import re
import statistics
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from connect_call import Caller

pytestmark = [pytest.mark.kafka]

HERE = Path(__file__).parent
UNIT = HERE.parents[1] / "unit" / "weir_runtime" / "rest" / "test_client_rules.py"
SINK = "org.apache.kafka.connect.file.FileStreamSinkConnector"
READ_MS = 200.0

# by number: the tests of this folder that see the rule over the wire, on ours and on Java's
WIRE = {
    1: ["test_kcctl", "test_plugins_and_loggers_of_a_full_pass", "test_the_lenses_tools_leave_out"],
    2: ["test_kcctl", "test_a_client_sees"],
    3: ["test_the_life_of_a_connector", "test_a_client_sees"],
    4: ["test_the_terraform_provider_waits"],
    5: ["test_kafka_ui", "test_akhq_draws"],
    6: ["test_a_trace_reads_as_javas"],
    7: ["test_topics_name_the_connector"],
    8: ["test_bodies_that_nobody_asked_for", "test_the_debezium_ui_sends"],
    9: ["test_booleans_are_read_in_any_case"],
    10: ["test_an_unknown_class_keeps_its_prefix"],
    11: ["test_every_refusal_has_a_code_and_a_message"],
    12: ["test_the_life_of_a_connector", "test_restarts_answer_202"],
    13: ["test_kcctl_looks_at_plugins", "test_akhq_draws", "test_redpanda_console_validates"],
    14: ["test_kafka_ui", "test_the_debezium_ui_sends"],
    15: ["test_reads_are_cheap"],
    16: ["test_names_are_percent_encoded", "test_a_browser_may_ask"],
    17: ["test_the_group_of_a_sink"],
    18: ["test_kcctl_reads_and_sets_levels"],
    19: ["test_a_connector_is_made_in_the_state"],
    20: ["test_what_a_client_reads_it_may_write_back"],
}


@pytest.mark.parametrize("rule", range(1, 21))
def test_each_rule_has_its_tests(rule: int) -> None:
    assert re.search(rf"def test_rule_{rule}_", UNIT.read_text())
    text = "".join(file.read_text() for file in HERE.glob("test_*.py"))
    assert WIRE[rule]
    for name in WIRE[rule]:
        assert f"\ndef {name}" in text, name


def broken(lines: Path) -> dict[str, str]:
    """Return a sink that cannot start: its file is below a file."""
    return {"connector.class": SINK, "file": str(lines / "out.txt"), "topics": "rule-any"}


def test_a_trace_reads_as_javas(caller: Caller, name: str, lines: Path) -> None:
    assert caller.settled("PUT", f"/connectors/{name}/config", broken(lines)).status == 201
    path = f"/connectors/{name}/tasks/0/status"
    failed = caller.until(
        path, lambda got: got.status == 200 and got.body["state"] == "FAILED", "it has not failed"
    )
    first, *rest = failed.body["trace"].rstrip("\n").split("\n")
    assert re.fullmatch(r"[\w.$]+: Couldn't find or create file .*", first)
    assert any(line.startswith("Caused by: ") for line in rest)
    for line in rest:
        assert re.fullmatch(r"Caused by: [\w.$]+: .+|\tat .+\)|\t\.\.\. \d+ more", line), line


def test_topics_name_the_connector(caller: Caller, name: str) -> None:
    assert caller.ask("GET", f"/connectors/{name}/topics").body == {name: {"topics": []}}
    assert caller.ask("PUT", f"/connectors/{name}/topics/reset").status == 202


@pytest.mark.parametrize("body", [b"null", b'""', b"{}"])
def test_bodies_that_nobody_asked_for(caller: Caller, name: str, lines: Path, body: bytes) -> None:
    config = {"connector.class": "FileStreamSource", "file": str(lines), "topic": f"{name}-t"}
    caller.settled("PUT", f"/connectors/{name}/config", config)
    caller.wait_state(name, "RUNNING")
    headers = {"Content-Type": "application/json", "Accept": "*/*"}
    answer = caller.send("PUT", f"/connectors/{name}/pause", body, headers)
    assert answer.status == 202, answer
    assert caller.send("GET", "/connectors", None, headers).status == 200


def test_booleans_are_read_in_any_case(caller: Caller, name: str, lines: Path) -> None:
    config = {"connector.class": "FileStreamSource", "file": str(lines), "topic": f"{name}-t"}
    caller.settled("PUT", f"/connectors/{name}/config", config)
    caller.wait_state(name, "RUNNING")
    path = f"/connectors/{name}/restart"
    assert caller.settled("POST", f"{path}?includeTasks=False&onlyFailed=False").status == 204
    assert caller.settled("POST", f"{path}?includeTasks=True&onlyFailed=zz").status == 202


def test_an_unknown_class_keeps_its_prefix(caller: Caller, name: str) -> None:
    answer = caller.settled(
        "POST", "/connectors", {"name": name, "config": {"connector.class": "Q"}}
    )
    assert answer.status == 400
    prefix = "Failed to find any class that implements Connector and which name matches Q"
    assert answer.message.startswith(prefix)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("PATCH", "/connectors", 405),
        ("GET", "/connectors/nobody", 404),
        ("GET", "/connectors/nobody/status", 404),
        ("DELETE", "/connectors/nobody", 404),
        ("PUT", "/connectors/nobody/pause", 404),
        ("POST", "/connectors/nobody/restart", 404),
        ("POST", "/connectors/nobody/tasks/0/restart", 404),
        ("GET", "/connectors/nobody/offsets", 404),
        ("GET", "/connector-plugins/nobody/config", 404),
        ("GET", "/admin/loggers/nobody.of.this.name", 404),
    ],
)
def test_every_refusal_has_a_code_and_a_message(
    caller: Caller, method: str, path: str, status: int
) -> None:
    answer = caller.settled(method, path)
    assert answer.status == status
    assert answer.message


@pytest.mark.parametrize("title", ["a b", "a->b", "naïve"])
def test_names_are_percent_encoded(caller: Caller, name: str, lines: Path, title: str) -> None:
    full = f"{name} {title}"
    config = {"connector.class": "FileStreamSource", "file": str(lines), "topic": f"{name}-t"}
    assert caller.settled("PUT", f"/connectors/{quote(full)}/config", config).status == 201
    assert caller.settled("GET", f"/connectors/{quote(full)}").body["name"] == full
    assert caller.settled("DELETE", f"/connectors/{quote(full)}").status == 204


def test_a_browser_may_ask(our_worker: Any) -> None:
    # the shared Java worker names no origin
    caller = Caller(f"http://127.0.0.1:{our_worker.port}")
    origin = {"Origin": "http://ui.example"}
    answer = caller.ask("GET", "/connectors", headers=origin)
    assert answer.headers["access-control-allow-origin"] == "http://ui.example"
    asking = {**origin, "Access-Control-Request-Method": "PUT"}
    preflight = caller.send("OPTIONS", "/connectors", None, asking)
    assert preflight.status == 200
    assert "PUT" in preflight.headers["access-control-allow-methods"]
    stranger = caller.ask("GET", "/connectors", headers={"Origin": "http://elsewhere.example"})
    assert "access-control-allow-origin" not in stranger.headers


def test_the_group_of_a_sink(
    caller: Caller, name: str, lines: Path, kafka_broker: Any, tmp_path: Path
) -> None:
    from confluent_kafka.admin import AdminClient

    topic = f"{name}-lines"
    config = {"connector.class": "FileStreamSource", "file": str(lines), "topic": topic}
    sink = {"connector.class": SINK, "file": str(tmp_path / "out.txt"), "topics": topic}
    caller.settled("PUT", f"/connectors/{name}/config", config)
    caller.wait_state(name, "RUNNING")
    caller.settled("PUT", f"/connectors/{name}-sink/config", sink)
    caller.wait_state(f"{name}-sink", "RUNNING")
    path = f"/connectors/{name}-sink/offsets"
    found = caller.until(path, lambda got: got.body["offsets"], "no offsets").body["offsets"]
    assert found[0]["partition"] == {"kafka_topic": topic, "kafka_partition": 0}
    admin = AdminClient({"bootstrap.servers": kafka_broker.bootstrap})
    groups = admin.list_consumer_groups().result().valid
    assert f"connect-{name}-sink" in {group.group_id for group in groups}


def test_what_a_client_reads_it_may_write_back(caller: Caller, name: str, lines: Path) -> None:
    config = {
        "connector.class": "FileStreamSource",
        "file": str(lines),
        "topic": f"{name}-t",
        "some.password": "p4ss-${not:a reference",
        "name": name,
    }
    caller.settled("PUT", f"/connectors/{name}/config", config)
    shown = caller.settled("GET", f"/connectors/{name}/config").body
    assert shown == config  # nothing is masked: clients write back what they read
    assert caller.settled("PUT", f"/connectors/{name}/config", shown).status == 200
    assert caller.settled("GET", f"/connectors/{name}/config").body == config


def test_reads_are_cheap(our_worker: Any, lines: Path) -> None:
    caller = Caller(f"http://127.0.0.1:{our_worker.port}")
    names = [f"cheap-{number}" for number in range(5)]
    for one in names:
        config = {"connector.class": "FileStreamSource", "file": str(lines), "topic": f"{one}-t"}
        assert caller.settled("PUT", f"/connectors/{one}/config", config).status == 201
    took = []
    paths = ["/connectors?expand=info&expand=status"]
    paths += [f"/connectors/{one}/{part}" for one in names for part in ("status", "topics")]
    for path in paths * 10:
        began = time.monotonic()
        assert caller.ask("GET", path).status in (200, 404)
        took.append((time.monotonic() - began) * 1000)
    for one in names:
        caller.settled("DELETE", f"/connectors/{one}")
    assert statistics.median(took) < READ_MS
