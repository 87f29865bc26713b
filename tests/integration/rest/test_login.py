"""A real worker that asks for a login, in Java's way and in ours."""

from __future__ import annotations

import base64
import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import worker_process

pytestmark = [pytest.mark.slow]

CLASS = "org.apache.kafka.connect.rest.basic.auth.extension.BasicAuthSecurityRestExtension"
MODULE = "org.apache.kafka.connect.rest.basic.auth.extension.PropertyFileLoginModule"
Answer = tuple[int, dict[str, str], Any]


def ask(port: int, method: str, path: str, login: str | None = None, **headers: str) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        if login is not None:
            headers["Authorization"] = f"Basic {base64.b64encode(login.encode()).decode()}"
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        text = answer.read()
        found = {name.lower(): value for name, value in answer.getheaders()}
        is_json = text and found.get("content-type") == "application/json"
        return answer.status, found, json.loads(text) if is_json else text
    finally:
        connection.close()


@pytest.fixture(scope="module")
def users(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a file of users, one of them with a hash that the documented program has made."""
    hashed = subprocess.run(
        [sys.executable, "-m", "weir_runtime.rest.auth.scrypt"],
        input="hush\n",
        text=True,
        capture_output=True,
        check=True,
    ).stdout.strip()
    file = tmp_path_factory.mktemp("login") / "users.properties"
    file.write_text(f"alice=se:cret\nbob={hashed}\n")
    return file


@pytest.fixture(scope="module")
def guarded(
    users: Path, free_port_of: Callable[[int], int]
) -> Iterator[worker_process.WorkerProcess]:
    """Start a worker with Java's extension and Java's option in KAFKA_OPTS."""
    port = free_port_of(1)
    login_file = users.with_name("jaas.conf")
    login_file.write_text(f'KafkaConnect {{\n  {MODULE} required\n  file="{users}";\n}};\n')
    file = worker_process.write_properties(
        users.with_name("worker.properties"),
        {
            "bootstrap.servers": "memory://",
            "offset.storage.file.filename": str(users.with_name("offsets")),
            "key.converter": worker_process.STRING,
            "value.converter": worker_process.STRING,
            "listeners": f"http://127.0.0.1:{port}",
            "rest.extension.classes": CLASS,
            "access.control.allow.origin": "http://ui.example",
            "response.http.headers.config": '"set Cache-Control: no-cache, no-store", '
            "setDate Expires: 0",
        },
    )
    log = users.with_name("worker.log")
    made = worker_process.WorkerProcess(["standalone", str(file)], port, log)
    with pytest.MonkeyPatch.context() as patch:
        options = f"-Xmx1g -Djava.security.auth.login.config={login_file}"
        patch.setitem(os.environ, "KAFKA_OPTS", options)
        made.start(wait=False)
    made.until(lambda: reached(port), "the worker does not answer")
    yield made
    assert made.stop() == 0


def reached(port: int) -> bool:
    try:
        return ask(port, "GET", "/health", "alice:se:cret")[0] == 200
    except OSError:
        return False


@pytest.mark.parametrize("login", ["alice:se:cret", "bob:hush"])
def test_users_of_the_file_are_served(guarded: Any, login: str) -> None:
    assert ask(guarded.port, "GET", "/connectors", login)[::2] == (200, [])


@pytest.mark.parametrize("login", [None, "alice:wrong", "bob:", "carol:hush", "nonsense"])
@pytest.mark.parametrize("path", ["/", "/health", "/connectors/x/status", "/admin/loggers"])
def test_nobody_else_is(guarded: Any, login: str | None, path: str) -> None:
    status, headers, answer = ask(guarded.port, "GET", path, login)
    if login is not None and status == 429:
        assert "Too many failed logins" in answer["message"]
        return
    assert status == 401
    assert answer == {"error_code": 401, "message": "User cannot access the resource."}
    assert headers["www-authenticate"].startswith("Basic ")


def test_configured_headers_are_on_every_answer(guarded: Any) -> None:
    for login, path in (("alice:se:cret", "/"), (None, "/"), (None, "/nothing")):
        headers = ask(guarded.port, "GET", path, login)[1]
        assert headers["cache-control"] == "no-cache, no-store"
        assert headers["expires"].endswith(" GMT")


def test_requests_between_workers_carry_their_own_signature(guarded: Any) -> None:
    for method, path in (("PUT", "/connectors/x/fence"), ("POST", "/connectors/x/tasks")):
        status, _, answer = ask(guarded.port, method, path)
        # a lone worker has no session key, as Java's standalone
        assert status != 401
        assert "User cannot access" not in str(answer)
    assert ask(guarded.port, "GET", "/connectors/x/tasks")[0] == 401


def test_a_browser_may_ask_without_a_login_whether_it_may_ask(guarded: Any) -> None:
    headers = {"Origin": "http://ui.example", "Access-Control-Request-Method": "POST"}
    status, found, _ = ask(guarded.port, "OPTIONS", "/connectors", **headers)
    assert status == 200
    assert found["access-control-allow-headers"] == "Content-Type,Authorization"
    assert ask(guarded.port, "OPTIONS", "/connectors")[0] == 401
    headers["Origin"] = "http://evil.example"
    assert ask(guarded.port, "OPTIONS", "/connectors", **headers)[0] == 401


def test_a_guesser_is_slowed_and_others_are_not(guarded: Any, users: Path) -> None:
    statuses = [ask(guarded.port, "GET", "/", f"bob:{n}")[0] for n in range(15)]
    assert 429 in statuses
    assert set(statuses) <= {401, 429}
    assert ask(guarded.port, "GET", "/", "alice:se:cret")[0] == 200


def test_users_can_be_changed_while_the_worker_runs(guarded: Any, users: Path) -> None:
    before = users.read_text()
    users.write_text(f"{before}dave=new\n")
    try:
        deadline = time.monotonic() + 10
        while ask(guarded.port, "GET", "/", "dave:new")[0] != 200:
            assert time.monotonic() < deadline
            time.sleep(2.1)
    finally:
        users.write_text(before)
    time.sleep(1.1)
    assert ask(guarded.port, "GET", "/", "dave:new")[0] in (401, 429)


def test_the_access_log_has_users_and_nothing_has_passwords(guarded: Any) -> None:
    ask(guarded.port, "GET", "/connectors", "alice:se:cret")
    text = guarded.log.read_text()
    assert "127.0.0.1 - alice [" in text
    for secret in ("se:cret", "hush", base64.b64encode(b"alice:se:cret").decode(), "scrypt"):
        assert secret not in text


@pytest.mark.parametrize(
    ("properties", "sentence"),
    [
        (
            {"rest.extension.classes": "com.example.Mine"},
            "Invalid value com.example.Mine for configuration rest.extension.classes: REST "
            f"extensions are Java classes; the one that is here is {CLASS}",
        ),
        (
            {"rest.extension.classes": "BasicAuthSecurityRestExtension"},
            f"{CLASS} needs users: set rest.auth.credentials.file to a file of user=password lines",
        ),
        (
            {"rest.auth.credentials.file": "/nonexistent"},
            "/nonexistent: cannot be read: No such file or directory",
        ),
        (
            {"response.http.headers.config": "DENY"},
            "Invalid format of header config 'DENY'. Expected: '[action] [header name]:[header "
            "value]'",
        ),
    ],
)
def test_what_is_wrong_is_said_at_the_start(
    tmp_path: Path, properties: dict[str, str], sentence: str
) -> None:
    file = worker_process.write_properties(
        tmp_path / "worker.properties",
        {
            "bootstrap.servers": "memory://",
            "offset.storage.file.filename": str(tmp_path / "offsets"),
            "key.converter": worker_process.STRING,
            "value.converter": worker_process.STRING,
            "listeners": "http://127.0.0.1:0",
            **properties,
        },
    )
    environment = {key: text for key, text in os.environ.items() if key != "KAFKA_OPTS"}
    done = subprocess.run(
        [sys.executable, "-m", "weir_runtime.cli", "standalone", str(file)],
        env=environment,
        check=False,
        text=True,
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1
