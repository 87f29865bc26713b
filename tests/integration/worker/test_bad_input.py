"""What cannot be: one clear line, an exit code, nothing lost."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.kafka


def run(mode: str, *files: Path, timeout_s: float = 60) -> tuple[int, list[str]]:
    """Run a worker to its end; return exit code and lines of standard error."""
    done = subprocess.run(
        [sys.executable, "-m", "weir_runtime.cli", mode, *map(str, files)],
        check=False,
        text=True,
        capture_output=True,
        timeout=timeout_s,
    )
    assert "Traceback" not in done.stdout + done.stderr
    return done.returncode, done.stderr.splitlines()


def written(path: Path, properties: Mapping[str, str]) -> Path:
    path.write_text("".join(f"{key}={value}\n" for key, value in properties.items()))
    return path


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    code, lines = run("distributed", tmp_path / "none.properties")
    assert code == 2
    assert lines == [
        f"weir-worker: {tmp_path}/none.properties: cannot be read: No such file or directory"
    ]


def test_a_malformed_line_is_named_with_its_number(tmp_path: Path) -> None:
    file = tmp_path / "worker.properties"
    file.write_text("group.id=g\nbootstrap.servers=\\u12\n")
    code, lines = run("distributed", file)
    assert code == 2
    assert len(lines) == 1
    assert "line 2" in lines[0]


def test_all_wrong_keys_are_told_at_once_each_on_a_line(
    tmp_path: Path, properties: dict[str, str]
) -> None:
    wrong = properties | {"session.timeout.ms": "soon", "exactly.once.source.support": "enabled"}
    del wrong["group.id"]
    code, lines = run("distributed", written(tmp_path / "w.properties", wrong))
    assert code == 2
    assert all(line.startswith("weir-worker: ") for line in lines)
    for key in ("session.timeout.ms", "exactly.once.source.support", "group.id"):
        assert any(key in line for line in lines), key


def test_a_port_in_use_is_named(tmp_path: Path, properties: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        file = written(
            tmp_path / "w.properties", properties | {"listeners": f"http://127.0.0.1:{port}"}
        )
        code, lines = run("distributed", file)
    assert code == 2
    assert len(lines) == 1
    assert f"127.0.0.1:{port}" in lines[0]
    assert "in use" in lines[0]


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ("--config cleanup.policy=delete", "cleanup.policy=delete"),
        ("--config cleanup.policy=compact --partitions 3", "found 3 partitions"),
    ],
)
def test_a_config_topic_that_would_lose_records_is_refused(
    broker: Any, tmp_path: Path, properties: dict[str, str], *, settings: str, sentence: str
) -> None:
    broker.tool(
        "org.apache.kafka.tools.TopicCommand",
        "--bootstrap-server",
        broker.bootstrap,
        "--create",
        "--topic",
        properties["config.storage.topic"],
        *settings.split(),
    )
    code, lines = run("distributed", written(tmp_path / "w.properties", properties))
    assert code == 2
    assert len(lines) == 1
    assert properties["config.storage.topic"] in lines[0]
    assert sentence in lines[0]


@pytest.mark.slow
def test_an_unreachable_broker_ends_the_worker_with_one_line(
    tmp_path: Path, properties: dict[str, str], free_port_of: Any
) -> None:
    address = f"127.0.0.1:{free_port_of(1)}"
    wrong = properties | {"bootstrap.servers": address}
    code, lines = run("distributed", written(tmp_path / "w.properties", wrong), timeout_s=90)
    assert code == 2
    assert len(lines) == 1
    assert address in lines[0]


def test_a_connector_file_that_is_wrong_ends_a_standalone_worker(
    tmp_path: Path, properties: dict[str, str]
) -> None:
    worker = written(
        tmp_path / "w.properties",
        {
            **{key: properties[key] for key in properties if ".storage." not in key},
            "offset.storage.file.filename": str(tmp_path / "offsets"),
        },
    )
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    code, lines = run("standalone", worker, broken)
    assert (code, len(lines)) == (2, 1)
    assert str(broken) in lines[0]

    incomplete = written(
        tmp_path / "c.properties", {"name": "c", "connector.class": "FileStreamSource"}
    )
    code, lines = run("standalone", worker, incomplete)
    assert code == 3
    assert any('"topic"' in line for line in lines)


def test_an_unknown_log_format_is_named(
    tmp_path: Path, properties: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEIR_LOG_FORMAT", "jso")
    code, lines = run("distributed", written(tmp_path / "w.properties", properties))
    assert code == 2
    assert lines == [
        "weir-worker: Invalid value jso for the variable WEIR_LOG_FORMAT: use text or json"
    ]


def test_a_reader_that_goes_away_costs_no_traces(
    tmp_path: Path, properties: dict[str, str]
) -> None:
    memory = properties | {"bootstrap.servers": "memory://"}
    file = written(tmp_path / "w.properties", memory)
    command = f"{sys.executable} -m weir_runtime.cli distributed {file} & sleep 5; kill $!; wait $!"
    done = subprocess.run(
        ["bash", "-c", f"({command}) | head -n 1"],
        check=False,
        text=True,
        capture_output=True,
        timeout=60,
    )
    assert len(done.stdout.splitlines()) == 1
    assert "Logging error" not in done.stderr
    assert "Traceback" not in done.stderr
