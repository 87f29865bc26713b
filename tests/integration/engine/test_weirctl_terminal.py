"""weirctl as a program: pipes that close, signals, terminals, workers that refuse."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

WEIRCTL = str(Path(sys.executable).with_name("weirctl"))
RESOURCE = """\
apiVersion: weir.dev/v1alpha1
kind: KafkaConnector
metadata: {name: orders}
spec: {class: X, config: {topic: t}}
"""
ANSWER = {
    "orders": {
        "info": {
            "name": "orders",
            "config": {"name": "orders", "connector.class": "X", "topic": "t"},
            "tasks": [{"connector": "orders", "task": 0}],
            "type": "source",
        },
        "status": {
            "name": "orders",
            "connector": {"state": "RUNNING", "worker_id": "w:1"},
            "tasks": [{"id": 0, "state": "RUNNING", "worker_id": "w:1"}],
            "type": "source",
        },
    }
}


class Worker(ThreadingHTTPServer):
    """Answers every look with one connector, or with what `status` and `body` say."""

    status = 200
    body = json.dumps(ANSWER).encode()
    daemon_threads = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    server: Worker

    def do_GET(self) -> None:
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, *words: object) -> None:
        """Say nothing."""


@pytest.fixture
def worker() -> Iterator[Worker]:
    worker = Worker(("127.0.0.1", 0), Handler)
    threading.Thread(target=worker.serve_forever, args=(0.05,), daemon=True).start()
    yield worker
    worker.shutdown()
    worker.server_close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "a.yaml"
    file.write_text(RESOURCE)
    return file


def shell(line: str) -> subprocess.CompletedProcess[str]:
    command = ["bash", "-c", f"set -o pipefail; {line}"]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)


@pytest.mark.parametrize(
    ("redirect", "code", "said"),
    [
        ("", 0, ""),
        (">&-", 0, ""),
        ("<&-", 0, ""),
        (">/dev/full", 2, "weirctl: the output cannot be written: no space left on device\n"),
    ],
)
@pytest.mark.parametrize("command", ["diff", "status", "apply"])
def test_whatever_becomes_of_the_output_there_is_no_traceback(
    worker: Worker, file: Path, command: str, redirect: str, code: int, said: str
) -> None:
    done = shell(f"{WEIRCTL} -f {file} --connect {worker.url} {command} {redirect}")
    assert (done.returncode, done.stderr) == (code, said)


@pytest.mark.parametrize("command", ["diff", "status", "apply", "watch"])
def test_a_reader_that_goes_away_ends_it_in_silence(
    worker: Worker, file: Path, command: str
) -> None:
    done = shell(f"{WEIRCTL} -f {file} --connect {worker.url} {command} | true")
    assert (done.returncode, done.stderr) == (141, "")


@pytest.mark.parametrize("words", [["-f", "-", "diff"], ["-f", "FILE", "apply"]])
def test_an_interrupt_ends_it_at_once_with_130(words: list[str], file: Path) -> None:
    command = [WEIRCTL, "--connect", "http://127.0.0.1:1"]
    command += [str(file) if word == "FILE" else word for word in words]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        time.sleep(1.5)
        running.send_signal(signal.SIGINT)
        assert running.wait(5) == 130
        assert running.stderr is not None
        assert running.stderr.read().splitlines()[-1] == "weirctl: interrupted"


def test_apply_says_what_it_waits_for(file: Path) -> None:
    done = shell(f"{WEIRCTL} -f {file} --connect http://127.0.0.1:1 --timeout 4 apply")
    why = "cannot connect to http://127.0.0.1:1: connection refused"
    assert done.stderr == f"weirctl: {why}; trying for 4 s in all\n"
    assert done.stdout == f"! orders: unknown: {why}\n0 of 1 connector is as asked\n"
    assert done.returncode == 2


def test_a_restart_that_nobody_takes_is_one_line() -> None:
    done = shell(f"{WEIRCTL} --connect http://127.0.0.1:1 restart orders")
    why = "cannot connect to http://127.0.0.1:1: connection refused"
    assert done.stderr == f"weirctl: orders was not restarted: {why}\n"
    assert done.returncode == 2


@pytest.mark.parametrize(
    ("status", "body", "part"),
    [
        (401, b"", "HTTP 401: the credentials are missing or wrong"),
        (200, b"<html>", "the answer is not Connect's: it is no JSON"),
        (404, b"<html>", "check the address"),
        (404, b'{"error_code": 404, "message": "no"}', "not the address of a Connect worker"),
    ],
)
@pytest.mark.parametrize("command", ["diff", "status", "apply --timeout 4"])
def test_a_wrong_answer_is_one_line_and_an_error(
    worker: Worker, file: Path, command: str, status: int, body: bytes, part: str
) -> None:
    worker.status, worker.body = status, body
    done = shell(f"{WEIRCTL} -f {file} --connect {worker.url} {command}")
    assert done.returncode == 2
    assert part in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_what_is_shown_reads_well(worker: Worker, file: Path) -> None:
    line = f"{WEIRCTL} -f {file} --connect {worker.url}"
    same = shell(f"{line} diff").stdout
    assert same == "1 connector: 0 to create, 0 to change, 1 in sync, 0 errors\n"
    file.write_text(RESOURCE.replace("spec: {", "spec: {state: paused, "))
    state = shell(f"{line} diff").stdout.splitlines()[1]
    assert state == "    state: running -> paused"


def test_no_colour_is_written_not_even_to_a_terminal(worker: Worker, file: Path) -> None:
    leader, follower = os.openpty()
    command = [WEIRCTL, "-f", str(file), "--connect", worker.url, "status"]
    subprocess.run(command, stdout=follower, check=True, timeout=30)
    os.close(follower)
    assert b"\x1b" not in os.read(leader, 10_000)
    os.close(leader)
