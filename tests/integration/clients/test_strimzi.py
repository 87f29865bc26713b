"""Strimzi's way through the life of one connector, with its headers and the statuses it insists on.

Strimzi's client is in no registry, so its calls are written down here: AbstractConnectOperator and
KafkaConnectApiImpl of its cluster operator. It takes no status but the ones named.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from connect_call import Answer, Caller, states

pytestmark = [pytest.mark.kafka]

SOURCE = "org.apache.kafka.connect.file.FileStreamSourceConnector"
BUSY = 409


class Strimzi:
    """Its calls, one method each; what it does not take is an error there and fails here."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def call(self, method: str, path: str, taken: set[int], body: Any = None) -> Answer:
        """Send what it sends: `Accept` always, `Content-Type` where it has a body to give."""
        answer = self._caller.settled(method, path, body)
        assert answer.status in taken, (method, path, answer)
        return answer

    def config(self, name: str) -> dict[str, str] | None:
        answer = self.call("GET", f"/connectors/{name}/config", {200, 404})
        return answer.body if answer.status == 200 else None

    def create(self, name: str, config: dict[str, Any], state: str) -> Answer:
        body = {"name": name, "config": config, "initial_state": state}
        return self.call("POST", "/connectors", {201}, body)

    def update(self, name: str, config: dict[str, Any]) -> Answer:
        return self.call("PUT", f"/connectors/{name}/config", {200, 201}, config)

    def status(self, name: str) -> dict[str, Any]:
        """Ask again after a 404, as it does with a connector that it has just made."""
        path = f"/connectors/{name}/status"
        end = time.monotonic() + 20
        while (answer := self.call("GET", path, {200, 404})).status == 404:
            assert time.monotonic() < end, answer
            time.sleep(0.2)
        body: dict[str, Any] = answer.body
        return body

    def wait(self, name: str, state: str, tasks: int = 1) -> None:
        self._caller.wait_state(name, state, tasks)

    def delete(self, name: str) -> None:
        """Delete, then see the status go: 10 looks, the first after 0.2 s, each twice as long."""
        path = f"/connectors/{name}"
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        answer = self._caller.settled("DELETE", path, headers=headers)
        assert (answer.status, answer.body) == (204, None)
        delay = 0.2
        for _ in range(9):
            if self._caller.settled("GET", f"{path}/status").status == 404:
                return
            time.sleep(delay)
            delay *= 2
        pytest.fail(f"the status of {name} stays")


@pytest.fixture
def strimzi(caller: Caller) -> Strimzi:
    return Strimzi(caller)


def source(lines: Path, name: str) -> dict[str, Any]:
    """Return the config that it makes of a resource: `tasks.max` is a number."""
    return {
        "connector.class": SOURCE,
        "tasks.max": 1,
        "file": str(lines),
        "topic": f"{name}-lines",
        "name": name,
    }


def as_text(config: dict[str, Any]) -> dict[str, str]:
    return {key: str(value) for key, value in config.items()}


def test_the_life_of_a_connector(strimzi: Strimzi, name: str, lines: Path) -> None:
    wanted = source(lines, name)
    assert strimzi.config(name) is None
    strimzi.create(name, wanted, "RUNNING")
    status = strimzi.status(name)
    assert isinstance(status["connector"]["state"], str)
    strimzi.wait(name, "RUNNING")
    # what it compares: the maps must be equal, else it writes at each pass
    assert strimzi.config(name) == as_text(wanted)

    strimzi.update(name, {**wanted, "batch.size": 20})
    strimzi.wait(name, "RUNNING")
    assert strimzi.config(name) == as_text({**wanted, "batch.size": 20})

    for verb, taken, state in (
        ("pause", 202, "PAUSED"),
        ("resume", 202, "RUNNING"),
        ("stop", 204, "STOPPED"),
        ("resume", 202, "RUNNING"),
    ):
        answer = strimzi.call("PUT", f"/connectors/{name}/{verb}", {taken})
        assert answer.body is None
        strimzi.wait(name, state)

    topics = f"/connectors/{name}/topics"
    caller = strimzi._caller
    found = caller.until(topics, lambda got: got.body[name]["topics"], "no topics").body
    assert found == {name: {"topics": [f"{name}-lines"]}}
    strimzi.delete(name)
    assert strimzi.config(name) is None
    assert name not in strimzi.call("GET", "/connectors", {200}).body


@pytest.mark.parametrize(("state", "tasks"), [("PAUSED", 0), ("STOPPED", 0), ("RUNNING", 1)])
def test_a_connector_is_made_in_the_state_that_its_resource_asks_for(
    strimzi: Strimzi, name: str, lines: Path, state: str, tasks: int
) -> None:
    strimzi.create(name, source(lines, name), state)
    strimzi.wait(name, state, tasks)


def test_restarts_answer_202_with_the_plan_or_204(strimzi: Strimzi, name: str, lines: Path) -> None:
    strimzi.create(name, source(lines, name), "RUNNING")
    strimzi.wait(name, "RUNNING")
    path = f"/connectors/{name}/restart"
    whole = strimzi.call("POST", f"{path}?includeTasks=true&onlyFailed=false", {202})
    assert whole.body["connector"]["state"] == "RESTARTING"
    assert [task["state"] for task in whole.body["tasks"]] == ["RESTARTING"]
    strimzi.wait(name, "RUNNING")
    failed = strimzi.call("POST", f"{path}?includeTasks=true&onlyFailed=true", {202})
    assert states(failed) is None  # a 202
    assert failed.body["connector"]["state"] == "RUNNING"
    plain = strimzi.call("POST", f"{path}?includeTasks=false&onlyFailed=false", {204})
    assert plain.body is None
    assert strimzi.call("POST", f"/connectors/{name}/tasks/0/restart", {204}).body is None
    strimzi.wait(name, "RUNNING")


def test_offsets_are_listed_altered_and_reset(strimzi: Strimzi, name: str, lines: Path) -> None:
    strimzi.create(name, source(lines, name), "RUNNING")
    strimzi.wait(name, "RUNNING")
    path = f"/connectors/{name}/offsets"
    size = lines.stat().st_size
    caller = strimzi._caller
    found = caller.until(path, lambda got: got.body["offsets"], "no offsets").body
    wanted = {"partition": {"filename": str(lines)}, "offset": {"position": size}}
    assert found == {"offsets": [wanted]}

    strimzi.call("PUT", f"/connectors/{name}/stop", {204})
    strimzi.wait(name, "STOPPED")
    # an operator reads this file out of a ConfigMap and sends it as it is
    half = {"offsets": [{**wanted, "offset": {"position": size // 2}}]}
    altered = strimzi.call("PATCH", path, {200}, half)
    assert altered.body["message"].startswith("The ")
    assert "have been altered successfully" in altered.body["message"]
    assert strimzi.call("GET", path, {200}).body == half
    reset = strimzi.call("DELETE", path, {200})
    assert "have been reset successfully" in reset.body["message"]
    assert strimzi.call("GET", path, {200}).body == {"offsets": []}


def test_offsets_of_a_connector_that_runs_are_not_touched_and_the_reason_is_shown(
    strimzi: Strimzi, name: str, lines: Path
) -> None:
    strimzi.create(name, source(lines, name), "RUNNING")
    strimzi.wait(name, "RUNNING")
    refused = strimzi.call("DELETE", f"/connectors/{name}/offsets", {400})
    assert refused.message.startswith("Connectors must be in the STOPPED state before")


def test_plugins_and_loggers_of_a_full_pass(strimzi: Strimzi) -> None:
    plugins = strimzi.call("GET", "/connector-plugins", {200}).body
    assert {"class", "type", "version"} <= set(plugins[0])
    loggers = strimzi.call("GET", "/admin/loggers/", {200}).body
    assert all(isinstance(one["level"], str) for one in loggers.values())
    path = "/admin/loggers/org.example.strimzi?scope=cluster"
    assert strimzi.call("PUT", path, {200, 204}, {"level": "WARN"}).status == 204


def test_what_it_reads_of_an_error_is_its_message(strimzi: Strimzi, name: str) -> None:
    wrong = strimzi.call(
        "PUT", f"/connectors/{name}/config", {400}, {"connector.class": SOURCE, "tasks.max": 1}
    )
    assert 'Missing required configuration "topic"' in wrong.message
    assert strimzi.call("GET", f"/connectors/{name}/status", {404}).message
