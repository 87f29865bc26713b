"""Folders of many connectors: exported, moved between workers, pruned, applied in one go."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

pytestmark = [pytest.mark.kafka, pytest.mark.java_connect, pytest.mark.slow]

WEIRCTL = str(Path(sys.executable).with_name("weirctl"))
CLASS = "org.apache.kafka.connect.file.FileStreamSourceConnector"
# names with a slash or of dots only cannot be deleted from Java
NAMES = ("Orders", "orders", "a b", "größe", "x->y")
MANY = 300


def call(method: str, url: str, body: object = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
    end = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                text = answer.read()
            return json.loads(text) if text else None
        except urllib.error.HTTPError as problem:
            # Java's group moves work after each change
            if problem.code != 409 or time.monotonic() > end:
                raise
            time.sleep(0.1)


class Worker:
    """A worker over HTTP, and weirctl on it."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.lines = folder / "lines.txt"
        self.lines.write_text("a line\n")

    def path(self, name: str) -> str:
        return f"{self.url}/connectors/{quote(name, safe='')}"

    def create(self, name: str, state: str = "RUNNING", **config: str) -> None:
        whole = {"connector.class": CLASS, "tasks.max": "1", "file": str(self.lines), **config}
        body = {"name": name, "config": {"topic": "t", **whole}, "initial_state": state}
        call("POST", f"{self.url}/connectors", body)

    def config(self, name: str) -> dict[str, str]:
        found: dict[str, str] = call("GET", self.path(name))["config"]
        return found

    def names(self) -> set[str]:
        return set(call("GET", f"{self.url}/connectors"))

    def states(self) -> dict[str, str]:
        found = call("GET", f"{self.url}/connectors?expand=status")
        return {name: one["status"]["connector"]["state"] for name, one in found.items()}

    def clear(self) -> None:
        for name in self.names():
            with contextlib.suppress(urllib.error.HTTPError):
                call("DELETE", self.path(name))
        end = time.monotonic() + 20
        while self.names() and time.monotonic() < end:
            time.sleep(0.1)

    def ctl(self, *words: str, **more: Any) -> subprocess.CompletedProcess[str]:
        command = [WEIRCTL, "--connect", self.url, *words]
        return subprocess.run(
            command, capture_output=True, text=True, timeout=120, check=False, **more
        )


@pytest.fixture
def worker(worker_url: str, tmp_path: Path) -> Iterator[Worker]:
    worker = Worker(worker_url, tmp_path)
    worker.clear()
    yield worker
    worker.clear()


def settled(worker: Worker, states: set[str]) -> None:
    end = time.monotonic() + 20
    while set(worker.states().values()) != states:
        assert time.monotonic() < end, worker.states()
        time.sleep(0.1)


def test_what_java_runs_is_exported_and_applied_and_then_nothing_differs(
    worker: Worker, java_url: str, tmp_path: Path
) -> None:
    java = Worker(java_url, tmp_path)
    java.clear()
    for name, state in zip(
        NAMES, ("RUNNING", "PAUSED", "STOPPED", "RUNNING", "RUNNING"), strict=True
    ):
        query = "select *\n  from orders\nwhere id > 7\n"
        java.create(name, state, query=query, flag="yes", number="010", empty="")
    settled(java, {"RUNNING", "PAUSED", "STOPPED"})
    folder = tmp_path / "exported"
    done = java.ctl("export", "-f", str(folder))
    assert done.returncode == 0, done
    assert len(list(folder.iterdir())) == len(NAMES)

    same = java.url == worker.url
    applied = worker.ctl("apply", "-f", str(folder), "-o", "json")
    assert applied.returncode == 0, applied
    reasons = {entry["reason"] for entry in json.loads(applied.stdout)["done"]}
    assert reasons == (set() if same else {"Created"})
    diff = worker.ctl("diff", "-f", str(folder), "--prune")
    assert (diff.returncode, diff.stdout) == (
        0,
        "5 connectors: 0 to create, 0 to change, 5 in sync, 0 errors\n",
    )
    assert {name: worker.config(name) for name in NAMES} == {
        name: java.config(name) for name in NAMES
    }
    again = worker.ctl("apply", "-f", str(folder), "-o", "json")
    assert json.loads(again.stdout)["done"] == []
    java.clear()


def test_a_secret_is_not_in_the_file_and_survives_an_apply(worker: Worker, tmp_path: Path) -> None:
    worker.create("orders", **{"my.password": "hunter2"})
    settled(worker, {"RUNNING"})
    folder = tmp_path / "exported"
    exported = worker.ctl("export", "-f", str(folder))
    assert "(left in Connect: my.password)" in exported.stdout
    file = folder / "orders.yaml"
    assert "hunter2" not in file.read_text()
    file.write_text(file.read_text().replace("topic: t", "topic: other"))
    shown = worker.ctl("diff", "-f", str(folder), "-o", "json")
    (change,) = json.loads(shown.stdout)
    assert change["keys"] == {"topic": {"connect": "t", "wanted": "other"}}
    assert worker.ctl("validate", "-f", str(folder)).returncode == 0
    assert worker.ctl("apply", "-f", str(folder)).returncode == 0
    config = worker.config("orders")
    assert (config["topic"], config["my.password"]) == ("other", "hunter2")
    # somewhere else there is nothing to keep: it is refused before anything is written
    worker.clear()
    refused = worker.ctl("apply", "-f", str(folder))
    assert refused.returncode == 2
    assert "spec.keepKeys keeps what Connect has" in refused.stdout
    assert worker.names() == set()


def test_an_export_into_a_folder_keeps_what_people_wrote(worker: Worker, tmp_path: Path) -> None:
    worker.create("orders")
    worker.create("bills")
    settled(worker, {"RUNNING"})
    folder = tmp_path / "exported"
    assert worker.ctl("export", "-f", str(folder), "orders").returncode == 0
    file = folder / "orders.yaml"
    file.write_text(f"# ours\n{file.read_text()}")
    before = file.read_text()
    again = worker.ctl("export", "-f", str(folder))
    assert again.returncode == 0
    assert "1 written, 0 rewritten, 1 as they were" in again.stdout
    assert file.read_text() == before
    file.write_text(before.replace("topic: t", "topic: other"))
    kept = worker.ctl("export", "-f", str(folder))
    assert kept.returncode == 1
    assert "differs and stays; --overwrite takes it" in kept.stdout
    assert worker.ctl("export", "-f", str(folder), "--overwrite").returncode == 0
    assert worker.ctl("diff", "-f", str(folder)).returncode == 0
    missing = worker.ctl("export", "-f", "-", "order")
    assert missing.returncode == 2
    assert "did you mean orders" in missing.stderr


def test_connects_own_json_and_properties_are_a_folder_too(worker: Worker, tmp_path: Path) -> None:
    worker.create("orders")
    settled(worker, {"RUNNING"})
    folder = tmp_path / "own"
    assert worker.ctl("export", "-f", str(folder), "--format", "json").returncode == 0
    (folder / "bills.properties").write_text(
        f"name=bills\nconnector.class=FileStreamSource\ntasks.max=1\nfile={worker.lines}\ntopic=b\n"
    )
    (folder / "worker.properties").write_text("bootstrap.servers=x:9092\n")
    applied = worker.ctl("apply", "-f", str(folder), "-o", "json")
    assert applied.returncode == 0, applied
    assert [entry["name"] for entry in json.loads(applied.stdout)["done"]] == ["bills"]
    assert worker.ctl("diff", "-f", str(folder)).returncode == 0


def test_prune_deletes_what_was_agreed_on_and_nothing_else(worker: Worker, tmp_path: Path) -> None:
    for name in ("orders", "old-1", "old-2", "theirs"):
        worker.create(name)
    settled(worker, {"RUNNING"})
    folder = tmp_path / "exported"
    assert worker.ctl("export", "-f", str(folder), "orders").returncode == 0
    only = ("--prune", "--prune-matching", "old-.*")
    shown = worker.ctl("diff", "-f", str(folder), *only)
    assert shown.returncode == 1
    assert re.findall(r"^- (\S+)", shown.stdout, re.MULTILINE) == ["old-1", "old-2"]
    nobody = worker.ctl("apply", "-f", str(folder), *only, stdin=subprocess.DEVNULL)
    assert nobody.returncode == 2
    assert "nobody to ask" in nobody.stderr
    limit = worker.ctl("apply", "-f", str(folder), *only, "--yes", "--prune-max", "1")
    assert limit.returncode == 2
    assert worker.names() == {"orders", "old-1", "old-2", "theirs"}
    dry = worker.ctl("apply", "-f", str(folder), *only, "--dry-run", "-o", "json")
    planned = {one["name"] for one in json.loads(dry.stdout) if one["change"] == "delete"}
    done = worker.ctl("apply", "-f", str(folder), *only, "--yes", "-o", "json")
    assert done.returncode == 0, done
    deleted = {one["name"] for one in json.loads(done.stdout)["done"] if one["reason"] == "Deleted"}
    assert deleted == planned == {"old-1", "old-2"}
    assert worker.names() == {"orders", "theirs"}


def test_nothing_is_pruned_when_the_rest_could_not_be_applied(
    worker: Worker, tmp_path: Path
) -> None:
    worker.create("old")
    settled(worker, {"RUNNING"})
    text = f'{{"name": "bad", "config": {{"connector.class": "{CLASS}", "file": "x"}}}}'
    (tmp_path / "bad.json").write_text(text)
    done = worker.ctl("apply", "-f", str(tmp_path), "--prune", "--yes")
    assert done.returncode == 2
    assert "old: not deleted: not deleted, since not everything could be applied" in done.stdout
    assert worker.names() == {"old"}
    (tmp_path / "bad.json").write_text("{")
    assert worker.ctl("apply", "-f", str(tmp_path), "--prune", "--yes").returncode == 2
    assert worker.names() == {"old"}


def test_a_dry_run_says_what_apply_then_does(worker: Worker, tmp_path: Path) -> None:
    worker.create("changed")
    worker.create("paused")
    worker.create("same")
    settled(worker, {"RUNNING"})
    worker.ctl("export", "-f", str(tmp_path))
    changed = tmp_path / "changed.yaml"
    new = changed.read_text().replace("name: changed", "name: new")
    (tmp_path / "new.yaml").write_text(new)
    changed.write_text(changed.read_text().replace("topic: t", "topic: other"))
    paused = tmp_path / "paused.yaml"
    paused.write_text(paused.read_text().replace("spec:\n", "spec:\n  state: paused\n"))
    dry = worker.ctl("apply", "-f", str(tmp_path), "--dry-run", "-o", "json")
    assert dry.returncode == 1
    assert dry.stderr == "weirctl: dry run: nothing was written\n"
    assert worker.names() == {"changed", "paused", "same"}
    planned = {one["name"]: one for one in json.loads(dry.stdout)}
    done = json.loads(worker.ctl("apply", "-f", str(tmp_path), "-o", "json").stdout)["done"]
    told = {(one["name"], one["reason"]): one["message"] for one in done}
    assert set(told) == {("new", "Created"), ("changed", "Updated"), ("paused", "StateChanged")}
    assert told["changed", "Updated"] == "changed " + ", ".join(planned["changed"]["keys"])
    assert planned["paused"]["state"]["wanted"] == "paused"
    assert (planned["new"]["change"], planned["same"]["change"]) == ("create", "same")


def test_validate_tells_file_and_line_of_what_the_worker_refuses(
    worker: Worker, tmp_path: Path
) -> None:
    file = tmp_path / "a.yaml"
    head = "apiVersion: weir.dev/v1alpha1\nkind: KafkaConnector\nmetadata:\n  name: a\nspec:\n"
    file.write_text(
        f"{head}  class: FileStreamSource\n  config:\n    file: x\n    batch.size: many\n"
    )
    done = worker.ctl("validate", "-f", str(tmp_path))
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert any(line.startswith(f"{file}:9: batch.size: ") for line in lines)
    assert any(line.startswith(f"{file}:7: topic: Missing required") for line in lines)
    assert lines[-1] == "1 connector: 0 valid, 1 invalid"
    file.write_text(f"{head}  class: FileStreamSuorce\n")
    unknown = worker.ctl("validate", "-f", str(tmp_path))
    assert unknown.returncode == 1
    assert f"{file}:6: the workers have no connector class FileStreamSuorce; did you" in (
        unknown.stdout
    )
    nobody = Worker("http://127.0.0.1:1", tmp_path)
    lost = nobody.ctl("validate", "-f", str(tmp_path))
    assert lost.returncode == 2
    assert "connection refused" in lost.stdout
    assert nobody.ctl("validate", "-f", str(tmp_path), "--offline").returncode == 0


@pytest.fixture
def many(worker: Worker, tmp_path: Path) -> Path:
    """Give a folder of many connectors, which are not there yet."""
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(MANY):
        body = {"connector.class": CLASS, "tasks.max": "1", "file": str(worker.lines), "topic": "t"}
        text = json.dumps({"name": f"many-{number:03}", "config": body})
        (folder / f"{number:03}.json").write_text(text)
    return folder


# each change is a rebalance of Java's: bench/weirctl.py measures some
on_ours = pytest.mark.parametrize("worker_url", ["weir"], indirect=True)


@on_ours
def test_three_hundred_are_created_exported_changed_and_applied(
    worker: Worker, many: Path, tmp_path: Path
) -> None:
    assert worker.ctl("apply", "-f", str(many)).returncode == 0
    folder = tmp_path / "exported"
    begin = time.monotonic()
    exported = worker.ctl("export", "-f", str(folder))
    assert f"{MANY} written" in exported.stdout
    for file in folder.iterdir():
        file.write_text(file.read_text().replace("topic: t", "topic: other"))
    applied = worker.ctl("apply", "-f", str(folder))
    took = time.monotonic() - begin
    assert applied.returncode == 0, applied
    assert f"{MANY} of {MANY} connectors are as asked" in applied.stdout
    assert applied.stdout.count("changed topic (Updated)") == MANY
    found = call("GET", f"{worker.url}/connectors?expand=info")
    assert {one["info"]["config"]["topic"] for one in found.values()} == {"other"}
    assert took < 60


@on_ours
def test_an_interrupted_apply_says_how_far_it_came_and_goes_on_later(
    worker: Worker, many: Path
) -> None:
    leader, follower = os.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "40"}
    environment.pop("CI", None)
    command = [WEIRCTL, "--connect", worker.url, "apply", "-f", str(many)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=follower, text=True, env=environment
    ) as running:
        os.close(follower)
        # the bar comes once the work has lasted a while
        seen = read_until(leader, f"/{MANY}")
        running.send_signal(signal.SIGINT)
        output, _ = running.communicate(timeout=30)
    seen += read_until(leader)
    os.close(leader)
    assert running.returncode == 130
    assert re.search(r"\d+ of 300 connectors are as asked, .* not done; apply again\n$", output)
    assert output.count("created the connector") == len(worker.names()) < MANY
    assert "weirctl: interrupted" in seen
    assert f"/{MANY}" in seen
    assert worker.ctl("apply", "-f", str(many)).returncode == 0
    assert len(worker.names()) == MANY


def read_until(terminal: int, wanted: str | None = None) -> str:
    """Read until a text was seen, or the other end is closed."""
    seen = ""
    while wanted is None or wanted not in seen:
        try:
            part = os.read(terminal, 65536)
        except OSError:
            break
        if not part:
            break
        seen += part.decode(errors="replace")
    return seen
