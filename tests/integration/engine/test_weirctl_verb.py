"""weirctl's verbs as a person types them, over Java Connect and over ours."""

import contextlib
import io
import json
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from weir_operator.cli import weirctl

pytestmark = [pytest.mark.kafka, pytest.mark.java_connect, pytest.mark.slow]

NAMES = ("verb lines", "verb-sink")


class Done(NamedTuple):
    """What one call said, and its exit code."""

    returncode: int
    stdout: str
    stderr: str


class Person:
    """Types weirctl at a worker; what is kept lies in a folder of the test's own."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder = url, folder
        self.lines = folder / "lines.txt"
        self.lines.write_text("one\ntwo\n")
        # one broker serves the tests of both workers
        self.topic = f"verbs-{url.rpartition(':')[2]}"

    def run(self, *words: str, said: str = "") -> Done:
        """Run it in this process: what a start costs is measured elsewhere."""
        out, err = io.StringIO(), io.StringIO()
        with (
            pytest.MonkeyPatch.context() as patch,
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            patch.setenv("WEIR_CONNECT", self.url)
            patch.setenv("WEIRCTL_CONFIG", str(self.folder / "contexts.yaml"))
            patch.setenv("XDG_STATE_HOME", str(self.folder / "state"))
            patch.setattr(sys, "stdin", io.StringIO(said))
            code = weirctl.main(words)
        return Done(code, out.getvalue(), err.getvalue())

    def well(self, *words: str, said: str = "") -> str:
        done = self.run(*words, said=said)
        assert done.returncode == 0, done
        return done.stdout

    def json(self, *words: str) -> Any:
        return json.loads(self.well(*words, "-o", "json"))

    def refused(self, *words: str, code: int = 2, said: str = "") -> str:
        done = self.run(*words, said=said)
        assert done.returncode == code, done
        assert all(line.startswith("weirctl: ") for line in done.stderr.splitlines())
        return done.stderr

    def rest(self, method: str, path: str) -> Any:
        request = urllib.request.Request(self.url + path, method=method)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as problem:
            problem.close()
            if problem.code != 404:
                raise
            return None

    def create(self) -> None:
        file = self.folder / "lines.json"
        config = {
            "connector.class": "FileStreamSource",
            "file": str(self.lines),
            "topic": self.topic,
            "my.password": "hunter2",
        }
        file.write_text(json.dumps({"name": NAMES[0], "config": config}))
        assert self.well("create", str(file)) == f"{NAMES[0]}: created\n"

    def offset(self) -> Any:
        (one,) = self.json("offsets", "get", NAMES[0])["offsets"]
        return one["offset"]["position"]


@pytest.fixture
def person(worker_url: str, tmp_path: Path) -> Iterator[Person]:
    person = Person(worker_url, tmp_path)
    yield person
    for name in NAMES:
        person.rest("DELETE", f"/connectors/{name.replace(' ', '%20')}")


def test_states_are_asked_for_and_waited_for(person: Person) -> None:
    person.create()
    name = NAMES[0]
    for verb, past, state in (
        ("pause", "paused", "PAUSED"),
        ("resume", "resumed", "RUNNING"),
        ("stop", "stopped", "STOPPED"),
    ):
        assert person.well(verb, name) == f"{name}: {past}\n"
        status = person.rest("GET", "/connectors/verb%20lines/status")
        assert status["connector"]["state"] == state
        assert {task["state"] for task in status["tasks"]} <= {state}
    assert "it is stopped" in person.refused("restart", name, code=1)
    assert person.json("resume", name) == [{"name": name, "result": "resumed"}]
    for words in (["restart"], ["restart", "--task", "0"], ["restart", "--tasks"]):
        assert person.well(*words, name) == f"{name}: restarted\n"
    assert person.well("restart", "--failed", name) == f"{name}: nothing of it failed\n"
    assert "Unknown task" in person.refused("restart", "--task", "9", name)
    assert person.well("delete", name) == f"{name}: deleted\n"
    assert person.rest("GET", "/connectors/verb%20lines") is None


def test_what_runs_is_shown_in_tables_and_documents(person: Person) -> None:
    person.create()
    row = next(x for x in person.well("get").splitlines() if x.startswith("verb lines"))
    assert row.split()[2:6] == ["source", "RUNNING", "1/1", "FileStreamSource"]
    assert person.well("get", "--regex", "^verb l", "-o", "name") == "verb lines\n"
    assert person.well("get", "--state", "paused", NAMES[0]) == "there are no such connectors\n"
    (entry,) = person.json("get", "--class", "FileStream*", NAMES[0])
    assert entry["tasks"][0]["state"] == "RUNNING"
    assert person.well("get", "tasks", NAMES[0], "-o", "name") == "verb lines/0\n"
    page = person.well("describe", NAMES[0], "--tasks-config")
    assert "State:  RUNNING on" in page
    assert "my.password: [hidden]" in page
    assert "hunter2" not in page
    document = person.well("describe", NAMES[0], "-o", "yaml")
    assert "hunter2" not in document
    assert "did you mean verb lines?" in person.refused("describe", "verb line")
    assert "leave this word out" in person.refused("pause", "connector", NAMES[0])


def test_a_failed_task_tells_its_cause_and_is_restarted_once_it_is_gone(person: Person) -> None:
    sink = ["--name", NAMES[1], "--set", "connector.class=FileStreamSink"]
    place = person.folder / "no" / "out.txt"
    sink += ["--set", f"topics={person.topic}", "--set", f"file={place}"]
    failed = person.refused("create", *sink, code=1)
    assert failed.startswith("weirctl: verb-sink: created, but task 0 FAILED: ")
    assert str(place) in failed
    assert person.well("get", "--state", "failed", "-o", "name") == "verb-sink\n"
    assert str(place) in person.well("get", "-o", "wide", NAMES[1])
    page = person.well("describe", NAMES[1])
    assert "weirctl restart verb-sink --failed" in page
    trace = person.well("describe", NAMES[1], "--trace")
    assert len(trace.splitlines()) > len(page.splitlines()) + 3
    assert "FAILED" in person.refused("restart", "--failed", NAMES[1], code=1)
    place.parent.mkdir()
    restarted = person.well("restart", "--failed", "--state", "failed", "--yes")
    assert restarted == "verb-sink: restarted\n"


def test_a_config_is_judged_before_it_is_written(person: Person) -> None:
    person.create()
    path = "/connectors/verb%20lines/config"
    shown = person.well("patch", NAMES[0], "-s", "batch.size=7", "--unset", "my.password")
    assert "batch.size: (none) -> 7" in shown
    assert "my.password: [hidden] -> (none)" in shown
    assert "my.password" not in person.rest("GET", path)
    assert "Not a number of type INT" in person.refused("patch", NAMES[0], "-s", "batch.size=x")
    person.well("patch", NAMES[0], "-s", "batch.size=8", "--dry-run")
    assert person.rest("GET", path)["batch.size"] == "7"
    assert "these values already" in person.well("patch", NAMES[0], "-s", "batch.size=7")
    body = json.dumps({"batch.size": None, "topic": f"{person.topic}-b"})
    person.well("patch", NAMES[0], "-f", "-", said=body)
    assert "batch.size" not in person.rest("GET", path)
    file = str(person.folder / "lines.json")
    assert "replace its config with --replace" in person.refused("create", file)
    assert person.well("create", file, "--replace") == f"{NAMES[0]}: written\n"
    assert person.rest("GET", path)["topic"] == person.topic
    assert "is valid" in person.well("create", file, "--dry-run")
    lack = ["create", "--name", "x", "--set"]
    assert 'Missing required configuration "topic"' in person.refused(
        *lack, "connector.class=FileStreamSource"
    )
    assert "weirctl plugins" in person.refused(*lack, "connector.class=NoSuch")
    assert person.rest("GET", "/connectors/x") is None


def wait_position(person: Person, wanted: int) -> None:
    """Wait until it has read so far; offsets are committed once a minute, and with a stop."""
    end = time.monotonic() + 40
    while True:
        time.sleep(0.5)
        person.well("stop", NAMES[0])
        found = person.offset()
        person.well("resume", NAMES[0])
        if found == wanted:
            return
        assert time.monotonic() < end, found


def test_offsets_are_set_while_it_is_stopped_and_set_back(person: Person) -> None:
    person.create()
    name = NAMES[0]
    # an offset of another test's is none of this one's
    person.well("offsets", "reset", name, "--stop")
    person.well("restart", name)
    person.lines.write_text("one\ntwo\nthree\n")
    person.well("stop", name)
    place = ["--partition", f"filename={person.lines}"]
    person.well("offsets", "set", name, *place, "--offset", "position=4")
    person.well("resume", name)
    refused = person.refused("offsets", "set", name, *place, "--offset", "position=0")
    assert "add --stop" in refused
    preview = person.well("offsets", "set", name, *place, "--offset", "position=0", "--dry-run")
    assert '-> {"position": 0}' in preview
    done = person.well("offsets", "set", name, *place, "--offset", "position=0", "--stop")
    assert f"{name}: stopped\n{name}: running\n{name}: 1 offset changed" in done
    saved = done.rpartition(" -f ")[2].split()[0]
    wait_position(person, 14)
    before = json.loads(Path(saved).read_text())["offsets"]
    assert before[0]["partition"] == {"filename": str(person.lines)}
    person.well("pause", name)
    person.well("offsets", "set", name, "-f", saved, "--stop")
    assert person.offset() == before[0]["offset"]["position"]
    status = person.rest("GET", "/connectors/verb%20lines/status")
    assert status["connector"]["state"] == "PAUSED"


def test_after_a_refused_offset_it_runs_as_before(person: Person) -> None:
    person.create()
    refused = person.refused(
        "offsets", "set", NAMES[0], "--partition", "file=x", "--offset", "position=0", "--stop"
    )
    assert "the offsets were not changed" in refused
    status = person.rest("GET", "/connectors/verb%20lines/status")
    assert status["connector"]["state"] == "RUNNING"


def test_offsets_of_a_sink_are_set_and_reset(person: Person) -> None:
    person.create()
    name = NAMES[1]
    sink = ["--set", "connector.class=FileStreamSink", "--set", f"topics={person.topic}"]
    sink += ["--set", f"file={person.folder / 'out.txt'}"]
    person.well("create", "--name", name, *sink)
    person.well("stop", name)
    person.well("offsets", "set", name, "--at", f"{person.topic}:0=1")
    offsets = person.json("offsets", "get", name)["offsets"]
    (one,) = [x for x in offsets if x["partition"]["kafka_topic"] == person.topic]
    assert one["offset"] == {"kafka_offset": 1}
    assert f"{person.topic}  0          1" in person.well("get", "offsets", name)
    changed = person.json("offsets", "reset", name)
    assert changed["result"] == "changed"
    assert person.json("offsets", "get", name)["offsets"] == []
    assert person.well("offsets", "reset", name) == f"{name}: there is nothing to change\n"


def test_the_worker_is_known_with_its_plugins_topics_and_loggers(person: Person) -> None:
    person.create()
    info = person.json("info")
    assert info["health"] == "healthy"
    assert info["version"].count(".") == 2
    assert person.well("health", "--wait").startswith("healthy: ")
    assert "FileStreamSourceConnector" in person.well("plugins", "--type", "source")
    assert "FileStreamSinkConnector" not in person.well("plugins", "--type", "source")
    keys = person.json("plugins", "FileStreamSource")
    assert {"topic", "tasks.max"} <= {key["name"] for key in keys}
    assert person.well("plugins", "FileStreamSource", "--search-name", "^topic$", "-o", "name") == (
        "topic\n"
    )
    assert "did you mean FileStreamSource" in person.refused("plugins", "FileStreamSorce")
    end = time.monotonic() + 20
    while person.topic not in person.well("topics", NAMES[0]):
        assert time.monotonic() < end
    person.well("topics", NAMES[0], "--reset")
    logger = "org.apache.kafka.connect.runtime.WorkerSourceTask"
    assert person.well("logs", "level", logger, "debug").startswith(f"{logger}: DEBUG")
    assert person.json("logs", "level", logger)[0]["level"] == "DEBUG"
    assert "on all workers" in person.well("logs", "level", logger, "INFO", "--cluster")
    assert "did you mean" in person.refused("logs", "level", logger[:-1])


def test_nobody_is_asked_where_nobody_can_answer(person: Person) -> None:
    person.create()
    refused = person.refused("delete", "--regex", "^verb")
    assert "it would delete 1 connector: verb lines; say --yes" in refused
    assert person.well("delete", "--regex", "^verb", "--dry-run") == "verb lines: would delete\n"
    assert "needs names of connectors" in person.refused("delete")
    assert person.well("delete", "--regex", "^verb", "--yes") == "verb lines: deleted\n"
