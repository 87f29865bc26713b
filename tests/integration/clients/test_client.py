"""Real clients, each in a program of its own, drive a worker; all see what they see at Java's.

One table says what a client must have seen, whichever it is and whichever worker it drove.
"""

from __future__ import annotations

import dataclasses
import json
import os
import re
import subprocess
import time
import uuid
from pathlib import Path
from typing import Any

import pytest

from certificate import Authority
from connect_call import Caller

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

CLIENTS = Path(__file__).parents[2] / "infra" / "clients" / "clients.sh"
RUN_S = 300.0
SOURCE = "org.apache.kafka.connect.file.FileStreamSourceConnector"
SINK = "org.apache.kafka.connect.file.FileStreamSinkConnector"
RUNNING = {"connector": "RUNNING", "tasks": {"0": "RUNNING"}}
PAUSED = {"connector": "PAUSED", "tasks": {"0": "PAUSED"}}
STOPPED = {"connector": "STOPPED", "tasks": {}}

READ = {"root", "plugins", "validate", "missing"}
LOOK = {"create", "running", "worker", "list", "config", "tasks"}
CHANGE = {"update", "restart", "restart-task", "pause", "resume", "delete"}
WHOLE = READ | LOOK | CHANGE | {"expanded", "exists", "topics", "topics-reset", "failed"}
WHOLE |= {"restart-with-tasks", "stop", "resume-stopped"}
# what each client can do; a driver that leaves out a step fails
STEPS = {
    "library": WHOLE | {"list-running", "task-status", "restart-plan"},
    # `kc validate-config` sends its JSON as a string in JSON, which no worker takes
    "kc": (READ | LOOK | CHANGE) - {"validate", "worker", "list"}
    | {"exists", "list-running", "expanded", "task-status", "topics", "topics-reset"}
    | {"restart-with-tasks"},
    "kafkaconnect": (READ | LOOK | CHANGE) - {"root", "worker", "restart-task"}
    | {"refused", "topics"},
    "sourcelab": WHOLE | {"definitions", "expanded-info", "task-status"},
    "cloudhut": WHOLE | {"expanded-info", "console-message"},
    "ricardo": (LOOK | CHANGE | {"missing", "failed"}) | {"task-status-code", "up-to-date"},
}


@dataclasses.dataclass(frozen=True)
class Run:
    """What one client saw of one worker, by step."""

    name: str
    url: str
    lines: Path
    saw: dict[str, Any]

    def expected(self) -> dict[str, Any]:
        """Return what must have been seen in each step, for the way most clients show it."""
        topic = f"{self.name}-lines"
        config = {
            "connector.class": SOURCE,
            "tasks.max": "1",  # sent as a number by those that can
            "file": str(self.lines),
            "topic": topic,
            "name": self.name,
        }
        wrong = {
            "count": 1,
            "errors": {"topic": [f'Missing required configuration "{"topic"}" which has no default '
                                 "value."]},
        }  # fmt: skip
        return {
            "root": {"version": "4.3.1", "cluster": True},
            "plugins": {SOURCE: ["source", "4.3.1"], SINK: ["sink", "4.3.1"]},
            "validate": wrong,
            "refused": wrong,
            "definitions": True,
            "missing": refusal(404, f"Connector {self.name}-nobody not found"),
            "create": {"name": self.name, "type": "source", "config": config},
            "exists": refusal(409, f"Connector {self.name} already exists"),
            "running": RUNNING,
            "worker": self.url.partition("://")[2],
            "list": [self.name],
            "list-running": [self.name],
            "expanded": [self.name, "source", RUNNING],
            "expanded-info": config,
            "config": config,
            "tasks": [{"connector": self.name, "task": 0}],
            "task-status": {"id": 0, "state": "RUNNING"},
            "task-status-code": 200,
            "topics": {"topics": [topic]},
            "topics-reset": {"topics": []},
            "update": {**config, "batch.size": "50"},
            "up-to-date": True,
            "restart": RUNNING,
            "restart-plan": {"connector": "RESTARTING", "tasks": {"0": "RESTARTING"}},
            "restart-with-tasks": RUNNING,
            "restart-task": RUNNING,
            "pause": PAUSED,
            "resume": RUNNING,
            "stop": STOPPED,
            "resume-stopped": RUNNING,
            "failed": re.compile(r"[\w.$]+: .*lines\.txt/out\.txt.*"),
            "console-message": re.compile(r".*lines\.txt/out\.txt.*"),
            "delete": refusal(404, f"No status found for connector {self.name}"),
        }


def refusal(code: int, message: str) -> dict[str, Any]:
    return {"code": code, "message": message}


def shown(client: str, step: str, wanted: Any) -> Any:
    """Return how this client shows it, where it shows less than was answered."""
    if client == "kc" and step in ("missing", "exists", "delete"):
        return str(wanted["code"])
    if client == "ricardo" and step in ("missing", "delete"):
        return wanted["code"]
    if client == "ricardo" and step == "create":
        return {"name": wanted["name"], "config": wanted["config"], "code": 201}
    if client == "kafkaconnect" and step in ("missing", "delete"):
        name = wanted["message"].split("onnector ")[1].split()[0]
        return f"/connectors/{name}{'/status' if step == 'delete' else ''} not found."
    return wanted


def run_all(url: str, lines: Path, environment: dict[str, str]) -> dict[str, Run]:
    """Let all clients drive one worker at the same time; fails if one of them breaks."""
    word = uuid.uuid4().hex[:6]
    started = {
        client: subprocess.Popen(
            [CLIENTS, "drive", client, url, str(lines.parent), f"{client}-{word}"],
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for client in STEPS
    }
    end = time.monotonic() + RUN_S
    runs = {}
    try:
        for client, process in started.items():
            out, error = process.communicate(timeout=max(1.0, end - time.monotonic()))
            saw = {(one := json.loads(line))["step"]: one["saw"] for line in out.splitlines()}
            if process.returncode != 0:
                saw["broke"] = error
            runs[client] = Run(f"{client}-{word}", url, lines, saw)
    finally:
        for process in started.values():
            if process.poll() is None:
                process.kill()
            process.wait()
    return runs


@pytest.fixture(scope="module")
def runs(built_clients: None, connect_url: str, lines: Path) -> dict[str, Run]:
    """Give what each client saw of the worker."""
    return run_all(connect_url, lines, {})


def check(runs: dict[str, Run], client: str) -> None:
    """Fail unless the client has seen, in each of its steps, what there was to see."""
    run = runs[client]
    assert "broke" not in run.saw, run.saw["broke"]
    assert set(run.saw) == STEPS[client]
    expected = run.expected()
    for step in run.saw:
        wanted = shown(client, step, expected[step])
        if isinstance(wanted, re.Pattern):
            assert wanted.fullmatch(run.saw[step]), (step, run.saw[step])
        else:
            assert run.saw[step] == wanted, step


@pytest.mark.parametrize("client", STEPS)
def test_a_client_sees_what_it_sees_at_javas(runs: dict[str, Run], client: str) -> None:
    check(runs, client)


def test_nothing_is_left_of_the_clients_connectors(runs: dict[str, Run], connect_url: str) -> None:
    names = Caller(connect_url).ask("GET", "/connectors").body
    assert [name for name in names if name in {run.name for run in runs.values()}] == []


@pytest.fixture(scope="module")
def secured_runs(
    built_clients: None, secured_url: str, lines: Path, authority: Authority
) -> dict[str, Run]:
    """Give what each client saw over https, logged in, each with its own way to trust."""
    trust = {
        "CONNECT_LOGIN": "ui:s3cret",
        "REQUESTS_CA_BUNDLE": str(authority.pem),
        "SSL_CERT_FILE": str(authority.pem),
        "CONNECT_TRUST_STORE": str(authority.path("-trust.p12")),
    }
    return run_all(secured_url, lines, trust)


@pytest.mark.parametrize("client", STEPS)
def test_a_client_does_the_same_over_https_with_a_login(
    secured_runs: dict[str, Run], client: str
) -> None:
    check(secured_runs, client)


def test_a_client_that_does_not_log_in_is_refused(
    secured_url: str, lines: Path, authority: Authority
) -> None:
    environment = {**os.environ, "REQUESTS_CA_BUNDLE": str(authority.pem)}
    done = subprocess.run(
        [CLIENTS, "drive", "library", secured_url, str(lines.parent), "nobody"],
        env=environment, check=False, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode != 0
    assert "401 Client Error" in done.stderr
