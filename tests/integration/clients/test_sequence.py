"""The calls of clients that no registry has, in their order and with their oddities.

Taken from the sources of kcctl, kafka-ui, AKHQ, Redpanda Console, the Terraform provider, jikkou,
the Debezium UI, cp-ansible and the lenses tools. Each test reads the fields that the client reads.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from connect_call import Caller

pytestmark = [pytest.mark.kafka]

SOURCE = "org.apache.kafka.connect.file.FileStreamSourceConnector"
STATES = {"RUNNING", "FAILED", "PAUSED", "UNASSIGNED", "RESTARTING", "STOPPED"}
KINDS = {"BOOLEAN", "CLASS", "DOUBLE", "INT", "LIST", "LONG", "PASSWORD", "SHORT", "STRING"}
JSON = {"Accept": "application/json", "Content-Type": "application/json"}


def source(lines: Path, name: str) -> dict[str, Any]:
    return {
        "connector.class": "FileStreamSource",
        "tasks.max": "1",
        "file": str(lines),
        "topic": f"{name}-lines",
    }


def test_kcctl(caller: Caller, name: str, lines: Path) -> None:
    version = caller.ask("GET", "/").body
    assert {"version", "commit", "kafka_cluster_id"} == set(version)
    assert tuple(map(int, re.split(r"[.-]", version["version"])[:2])) >= (3, 7)

    made = caller.settled("POST", "/connectors/", {"name": name, "config": source(lines, name)})
    assert made.status == 201
    caller.wait_state(name, "RUNNING")
    assert name in caller.ask("GET", "/connectors/").body
    shown = caller.ask("GET", "/connectors?expand=status").body[name]["status"]
    assert shown["tasks"][0].keys() >= {"id", "state", "worker_id"}
    info = caller.ask("GET", "/connectors?expand=info").body[name]["info"]
    assert info["tasks"] == [{"connector": name, "task": 0}]
    assert info["type"] == "source"

    # describe connector
    assert caller.settled("GET", f"/connectors/{name}").body["config"]["name"] == name
    topics = f"/connectors/{name}/topics"
    caller.until(topics, lambda got: got.body[name]["topics"] == [f"{name}-lines"], "topics")
    tasks = caller.settled("GET", f"/connectors/{name}/tasks").body
    assert [task["id"]["task"] for task in tasks] == [0]

    # patch connector: it reads the config, changes it and puts it whole
    config = caller.settled("GET", f"/connectors/{name}/config").body
    changed = caller.settled("PUT", f"/connectors/{name}/config", {**config, "batch.size": "10"})
    assert (changed.status, changed.body["config"]["batch.size"]) == (200, "10")
    caller.wait_state(name, "RUNNING")

    assert caller.settled("POST", f"/connectors/{name}/restart", headers=JSON).status == 204
    flags = "includeTasks=true&onlyFailed=true"
    assert caller.settled("POST", f"/connectors/{name}/restart?{flags}").status == 202
    assert caller.settled("POST", f"/connectors/{name}/tasks/0/restart").status == 204
    caller.wait_state(name, "RUNNING")
    for verb, status, state in (
        ("pause", 202, "PAUSED"), ("resume", 202, "RUNNING"), ("stop", 204, "STOPPED"),
    ):  # fmt: skip
        assert caller.settled("PUT", f"/connectors/{name}/{verb}").status == status
        caller.wait_state(name, state)

    offsets = caller.settled("GET", f"/connectors/{name}/offsets").body["offsets"]
    assert offsets[0].keys() == {"partition", "offset"}
    one = {"partition": offsets[0]["partition"], "offset": {"position": 7}}
    patched = caller.settled("PATCH", f"/connectors/{name}/offsets", {"offsets": [one]})
    assert (patched.status, set(patched.body)) == (200, {"message"})
    assert caller.settled("DELETE", f"/connectors/{name}/offsets").status == 200
    assert caller.settled("DELETE", f"/connectors/{name}").status == 204


def test_kcctl_looks_at_plugins_and_validates_by_short_name(
    caller: Caller, name: str, lines: Path
) -> None:
    plugins = caller.ask("GET", "/connector-plugins?connectorsOnly=false").body
    kinds = {plugin["type"] for plugin in plugins}
    assert kinds >= {"source", "sink", "converter"}
    path = "/connector-plugins/FileStreamSourceConnector/config"
    keys = caller.ask("GET", path).body
    assert all(
        {"name", "type", "required", "default_value", "documentation"} <= set(key) for key in keys
    )
    config = {**source(lines, name), "name": name}
    del config["topic"]
    answer = caller.ask("PUT", f"{path}/validate", config)
    assert (answer.status, answer.body["error_count"]) == (200, 1)
    wrong = [one["value"] for one in answer.body["configs"] if one["value"]["errors"]]
    assert [one["name"] for one in wrong] == ["topic"]


def test_kcctl_reads_and_sets_levels(caller: Caller) -> None:
    loggers = caller.ask("GET", "/admin/loggers").body
    assert all({"level", "last_modified"} == set(one) for one in loggers.values())
    path = "/admin/loggers/org.example.kcctl"
    assert caller.ask("PUT", path, {"level": "debug"}).body == ["org.example.kcctl"]
    assert caller.ask("GET", path).body["level"] == "DEBUG"
    assert caller.ask("PUT", f"{path}?scope=cluster", {"level": "INFO"}).status == 204
    refused = caller.ask("PUT", path, {"level": "LOUD"})
    assert (refused.status, refused.message) == (404, "invalid log level 'LOUD'.")


def test_kafka_ui(caller: Caller, name: str, lines: Path) -> None:
    made = caller.settled("POST", "/connectors", {"name": name, "config": source(lines, name)})
    assert made.status == 201
    caller.wait_state(name, "RUNNING")
    # its scrape, also how it asks whether a connector is there
    listed = caller.ask("GET", "/connectors?expand=info&expand=status").body
    assert all(set(one) == {"info", "status"} for one in listed.values())
    for one in listed.values():
        assert one["status"]["connector"]["state"] in STATES
        assert {task["state"] for task in one["status"]["tasks"]} <= STATES - {"STOPPED"}
        assert one["info"]["type"] in {"source", "sink", "unknown"}
    for each in listed:
        assert set(caller.ask("GET", f"/connectors/{each}/topics").body) == {each}

    # the tasks tab: one call for each task
    for task in caller.settled("GET", f"/connectors/{name}/tasks").body:
        number = task["id"]["task"]
        status = caller.ask("GET", f"/connectors/{name}/tasks/{number}/status").body
        assert (status["id"], status["state"]) == (number, "RUNNING")

    flags = "includeTasks=false&onlyFailed=false"
    assert caller.settled("POST", f"/connectors/{name}/restart?{flags}").status == 204
    assert caller.settled("POST", f"/connectors/{name}/tasks/0/restart").status == 204
    caller.wait_state(name, "RUNNING")
    # editing: what it shows it sends back
    config = caller.settled("GET", f"/connectors/{name}/config").body
    assert caller.settled("PUT", f"/connectors/{name}/config", config).status == 200
    assert caller.settled("GET", f"/connectors/{name}/config").body == config

    assert caller.settled("PUT", f"/connectors/{name}/stop").status == 204
    caller.wait_state(name, "STOPPED")
    assert caller.settled("GET", f"/connectors/{name}/offsets").status == 200
    assert caller.settled("DELETE", f"/connectors/{name}/offsets").status == 200
    assert caller.settled("DELETE", f"/connectors/{name}").status == 204


def test_akhq_draws_its_list_of_plugins_by_validating_each(caller: Caller) -> None:
    plugins = caller.ask("GET", "/connector-plugins").body
    assert {one["type"] for one in plugins} == {"source", "sink"}
    for plugin in plugins:
        short = plugin["class"].rsplit(".", 1)[1]
        config = {"connector.class": plugin["class"], "topics": "getPluginConfig"}
        answer = caller.ask("PUT", f"/connector-plugins/{short}/config/validate", config)
        assert answer.status == 200, (plugin, answer)
        definitions = [c["definition"] for c in answer.body["configs"] if c["definition"]]
        # it sorts by group, then by order; keys without a group go to "Others"
        for one in definitions:
            assert one["group"] is None or isinstance(one["group"], str)
            assert one["type"] in KINDS
            assert one["importance"] in {"LOW", "MEDIUM", "HIGH"}
        names = {one["name"] for one in definitions}
        assert names >= {"tasks.max", "key.converter", "transforms", "predicates"}
        assert names >= {"errors.tolerance", "errors.log.enable", "errors.retry.timeout"}


def test_redpanda_console_validates_at_each_change_of_a_form(
    caller: Caller, name: str, lines: Path
) -> None:
    path = f"/connector-plugins/{SOURCE}/config/validate"
    form: dict[str, Any] = {"connector.class": SOURCE, "name": name}
    counts = []
    for key, value in (("tasks.max", 1), ("file", str(lines)), ("topic", "t")):
        form[key] = value
        answer = caller.ask("PUT", path, form, headers={"Authorization": "Basic Og=="})
        assert answer.status == 200
        for one in answer.body["configs"]:
            assert isinstance(one["value"]["errors"], list)
            assert isinstance(one["value"]["recommended_values"], list)
            assert one["value"]["value"] is None or isinstance(one["value"]["value"], str)
        counts.append(answer.body["error_count"])
    assert counts == [1, 1, 0]


def test_cp_ansible_applies_a_config_and_waits_for_a_task(
    caller: Caller, name: str, lines: Path
) -> None:
    assert name not in caller.ask("GET", "/connectors", headers=JSON).body
    config = source(lines, name)
    made = caller.settled("POST", "/connectors", {"name": name, "config": config})
    assert made.status == 201
    # it compares what it reads with what it would write, as equal values, and restarts after a PUT
    current = caller.settled("GET", f"/connectors/{name}/config").body
    assert current == {**config, "name": name}
    changed = {**config, "batch.size": "5", "name": name}
    assert caller.settled("PUT", f"/connectors/{name}/config", changed).status == 200
    again = caller.ask("POST", f"/connectors/{name}/restart", headers=JSON)
    assert again.status in (200, 204, 409)
    status = caller.wait_state(name, "RUNNING")
    assert len(status["tasks"]) >= 1


def test_the_terraform_provider_waits_until_what_it_wrote_is_there(
    caller: Caller, name: str, lines: Path
) -> None:
    path = f"/connectors/{name}"
    config = {**source(lines, name), "name": name}
    body = {"name": name, "config": config}
    assert caller.settled("POST", "/connectors", body).status == 201
    made = caller.until(path, lambda got: got.status == 200, "it is not there").body
    assert [set(task) for task in made["tasks"]] in ([], [{"connector", "task"}])
    status = caller.wait_state(name, "RUNNING")
    # it decodes this part into a map of strings
    assert all(isinstance(value, str) for value in status["connector"].values())
    changed = {**config, "batch.size": "9"}
    assert caller.settled("PUT", f"{path}/config", changed).status == 200
    caller.until(f"{path}/config", lambda got: got.body == changed, "the config is not there")
    assert caller.settled("DELETE", path).status == 204
    gone = caller.until(path, lambda got: got.status == 404, "it is still there")
    assert gone.message == f"Connector {name} not found"


def test_jikkou_makes_a_connector_in_a_state_and_reads_it_back(
    caller: Caller, name: str, lines: Path
) -> None:
    assert caller.ask("GET", "/").status == 200
    body = {"name": name, "config": source(lines, name), "initial_state": "PAUSED"}
    assert caller.settled("POST", "/connectors", body).status == 201
    # a connector that is made so has no tasks until it runs
    assert caller.wait_state(name, "PAUSED", tasks=0)["connector"]["worker_id"]
    assert caller.settled("PUT", f"/connectors/{name}/resume").status == 202
    status = caller.wait_state(name, "RUNNING")
    assert all(task["worker_id"] for task in status["tasks"])
    flags = "includeTasks=true&onlyFailed=false"
    assert caller.settled("POST", f"/connectors/{name}/restart?{flags}").status == 202
    assert caller.settled("PUT", f"/connectors/{name}/stop").status == 204
    caller.wait_state(name, "STOPPED")
    assert caller.settled("PUT", f"/connectors/{name}/resume").status == 202
    caller.wait_state(name, "RUNNING")
    assert caller.settled("DELETE", f"/connectors/{name}").status == 204


def test_the_debezium_ui_sends_empty_objects_from_a_browser(
    caller: Caller, name: str, lines: Path
) -> None:
    browser = {**JSON, "Accept": "application/json, text/plain, */*", "Origin": "http://ui.example"}
    body = {"name": name, "config": source(lines, name)}
    assert caller.settled("POST", "/connectors", body, headers=browser).status == 201
    caller.wait_state(name, "RUNNING")
    for query in ("expand=status", "expand=info"):
        listed = caller.ask("GET", f"/connectors/?{query}", headers=browser)
        assert set(listed.body[name]) == {query.partition("=")[2]}
    for method, verb, status in (
        ("PUT", "pause", 202), ("PUT", "resume", 202), ("POST", "restart", 204),
    ):  # fmt: skip
        answer = caller.settled(method, f"/connectors/{name}/{verb}", {}, headers=browser)
        assert (answer.status, answer.body) == (status, None)
    caller.wait_state(name, "RUNNING")
    assert caller.settled("DELETE", f"/connectors/{name}", headers=browser).status == 204


def test_the_lenses_tools_leave_out_the_name_and_send_numbers(caller: Caller) -> None:
    plugins = caller.ask("GET", "/connector-plugins/", headers={"Accept": "*/*"}).body
    classes = [plugin["class"] for plugin in plugins]
    assert SOURCE in classes
    form = {"connector.class": SOURCE, "tasks.max": 2, "topics": "TOPIC_NAME"}
    answer = caller.ask("PUT", f"/connector-plugins/{SOURCE}/config/validate", form)
    assert answer.status == 200
    required = {
        one["definition"]["name"]
        for one in answer.body["configs"]
        if one["definition"] and one["definition"]["required"]
    }
    assert required >= {"name", "connector.class", "topic"}
    shown = {one["value"]["name"]: one["value"]["value"] for one in answer.body["configs"]}
    assert shown["tasks.max"] == "2"
