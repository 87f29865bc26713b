"""weirctl as a program over a real worker: what scripts and people see."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, Queue
from typing import Any

import pytest

pytestmark = [pytest.mark.kafka, pytest.mark.java_connect, pytest.mark.slow]

WEIRCTL = Path(sys.executable).with_name("weirctl")
SOURCE = """\
apiVersion: weir.dev/v1alpha1
kind: KafkaConnector
metadata: {name: ctl-lines}
spec:
  class: FileStreamSource
  tasksMax: 1
  state: running
  config: {file: FILE, topic: ctl, batch.size: 100, my.password: hunter2}
"""


class Ctl:
    """Runs weirctl over one folder and one worker."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder = url, folder
        self.file = folder / "a.yaml"
        lines = folder / "lines.txt"
        lines.write_text("a line\n")
        self.text = SOURCE.replace("FILE", str(lines))
        self.file.write_text(self.text)

    def command(self, *arguments: str) -> list[str]:
        return [str(WEIRCTL), "-f", str(self.folder), "--connect", self.url, *arguments]

    def run(self, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
        return self._run(self.command(*arguments), **options)

    def verb(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self._run([str(WEIRCTL), "--connect", self.url, *arguments])

    def _run(self, command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, capture_output=True, text=True, timeout=90, check=False, **options
        )


@pytest.fixture
def ctl(worker_url: str, tmp_path: Path) -> Iterator[Ctl]:
    ctl = Ctl(worker_url, tmp_path)
    yield ctl
    for name in ("ctl-lines", "ctl-more"):
        subprocess.run(["curl", "-sX", "DELETE", f"{worker_url}/connectors/{name}"], check=True)


def test_diff_apply_and_status_tell_scripts_what_to_do(ctl: Ctl) -> None:
    before = ctl.run("diff")
    assert before.returncode == 1
    assert "+ ctl-lines" in before.stdout
    assert "1 to create" in before.stdout
    assert "hunter2" not in before.stdout
    status = ctl.run("status")
    assert status.returncode == 1
    applied = ctl.run("apply")
    assert applied.returncode == 0, applied
    assert "created the connector ctl-lines, running (Created)" in applied.stdout
    assert ctl.run("diff").returncode == 0
    again = ctl.run("apply", "-o", "json")
    assert json.loads(again.stdout)["done"] == []
    table = ctl.run("status")
    assert table.returncode == 0
    assert table.stdout.splitlines()[1].split()[:4] == ["ctl-lines", "RUNNING", "1/1", "True"]
    (shown,) = json.loads(ctl.run("status", "-o", "json").stdout)
    assert shown["status"]["connector"]["state"] == "RUNNING"


def test_a_change_is_shown_by_key_with_secrets_hidden_and_then_applied(ctl: Ctl) -> None:
    assert ctl.run("apply").returncode == 0
    changed = ctl.text.replace("topic: ctl", "topic: other").replace("hunter2", "hunter3")
    ctl.file.write_text(changed.replace("state: running", "state: paused"))
    found = ctl.run("diff", "-o", "json")
    assert found.returncode == 1
    assert "hunter" not in found.stdout
    (result,) = json.loads(found.stdout)
    assert result["keys"]["topic"] == {"connect": "ctl", "wanted": "other"}
    assert set(result["keys"]) == {"topic", "my.password"}
    assert result["state"] == {"connect": "running", "wanted": "paused"}
    assert ctl.run("apply").returncode == 0
    assert ctl.run("diff").returncode == 0


def test_what_the_worker_refuses_is_an_error_word_for_word(ctl: Ctl) -> None:
    ctl.file.write_text(ctl.text.replace("topic: ctl, ", ""))
    sentence = 'topic: Missing required configuration "topic" which has no default value.'
    for command in ("diff", "apply"):
        done = ctl.run(command)
        assert done.returncode == 2
        assert sentence in done.stdout


def test_no_worker_is_an_error_in_time(ctl: Ctl) -> None:
    ctl.url = "http://127.0.0.1:1"
    for command in ("diff", "status"):
        begin = time.monotonic()
        done = ctl.run(command)
        assert done.returncode == 2
        assert "127.0.0.1:1" in done.stdout
        assert time.monotonic() - begin < 10
    done = ctl.run("apply", "--timeout", "4")
    assert done.returncode == 2
    assert "127.0.0.1:1" in done.stdout


def test_a_restart_is_a_command(ctl: Ctl) -> None:
    assert ctl.run("apply").returncode == 0
    assert ctl.verb("restart", "ctl-lines").returncode == 0
    assert ctl.verb("restart", "ctl-lines", "--task", "0").returncode == 0
    missing = ctl.verb("restart", "ctl-none")
    assert missing.returncode == 2
    assert "ctl-none" in missing.stderr


def test_standard_input_is_a_folder_too(ctl: Ctl) -> None:
    command = [str(WEIRCTL), "apply", "-f", "-", "--connect", ctl.url]
    done = subprocess.run(
        command, input=ctl.text, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done


def test_watch_follows_the_folder_and_ends_cleanly(ctl: Ctl) -> None:
    watching = subprocess.Popen(
        ctl.command("watch", "-o", "json"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    lines: Queue[dict[str, Any]] = Queue()

    def read() -> None:
        assert watching.stdout is not None
        for line in watching.stdout:
            lines.put(json.loads(line))

    reader = threading.Thread(target=read, daemon=True)
    reader.start()

    def wait_event(reason: str, name: str) -> None:
        end = time.monotonic() + 30
        while time.monotonic() < end:
            try:
                entry = lines.get(timeout=1)
            except Empty:
                continue
            if entry.get("event") == reason and entry["name"] == name:
                return
        raise AssertionError((reason, name))

    try:
        wait_event("Created", "ctl-lines")
        ctl.file.write_text(ctl.text.replace("topic: ctl", "topic: other"))
        wait_event("Updated", "ctl-lines")
        (ctl.folder / "b.yaml").write_text(ctl.text.replace("ctl-lines", "ctl-more"))
        wait_event("Created", "ctl-more")
        (ctl.folder / "c.yaml").write_text("kind: [")
        time.sleep(3)
        (ctl.folder / "c.yaml").unlink()
        (ctl.folder / "b.yaml").unlink()
        time.sleep(3)
        watching.send_signal(signal.SIGINT)
        assert watching.wait(15) == 0
        assert watching.stderr is not None
        assert "c.yaml:1: this is no YAML" in watching.stderr.read()
    finally:
        watching.kill()
        watching.wait(5)
        reader.join(5)
        for stream in (watching.stdout, watching.stderr):
            if stream is not None:
                stream.close()
    assert ctl.run("status", "-o", "json").returncode == 0
