"""schemathesis goes through the OpenAPI document of a real worker, and finds nothing."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from worker_process import WorkerProcess, write_properties

pytestmark = [pytest.mark.kafka, pytest.mark.slow]
FOLDER = Path(__file__).parent
TIMEOUT_S = 280


def run(worker: WorkerProcess, folder: Path, *options: str) -> dict[str, Any]:
    """Run schemathesis against a worker; returns its report, all of whose checks have passed."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli"),
            *("--config-file", str(FOLDER / "schemathesis.toml")),
            *("run", f"http://127.0.0.1:{worker.port}/openapi.json"),
            *("--no-color", "--generation-deterministic", "--seed", "1"),
            *("--report", "json", "--report-json-path", str(folder / "report.json")),
            *options,
        ],
        cwd=FOLDER,
        env={
            **os.environ,
            "PYTHONPATH": str(FOLDER),
            "OPENAPI_TALLY": str(folder / "tally.json"),
        },
        check=False,
        text=True,
        capture_output=True,
        timeout=TIMEOUT_S,
    )
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr
    found: dict[str, Any] = json.loads((folder / "report.json").read_text())
    return found


def successful(folder: Path) -> set[str]:
    """Return the operations that have had a success."""
    tally = json.loads((folder / "tally.json").read_text())
    return {name for name, counts in tally.items() if any(each < "300" for each in counts)}


def tags(*names: str) -> list[str]:
    return [word for name in names for word in ("--include-tag", name)]


def wants_login(worker: WorkerProcess) -> bool:
    with contextlib.suppress(ConnectionRefusedError):
        return worker.call("GET", "/health")[0] == 401
    return False


def test_schemathesis_finds_nothing_and_gets_everywhere(
    worker: WorkerProcess, tmp_path: Path
) -> None:
    worker.start()
    report = run(worker, tmp_path)
    assert {phase: each["status"] for phase, each in report["phases"].items()} == dict.fromkeys(
        ("examples", "coverage", "fuzzing", "stateful"), "success"
    )
    assert report["test_cases"]["generated"] > 500
    document = worker.must("GET", "/openapi.json")
    operations = {
        operation["operationId"]
        for item in document["paths"].values()
        for operation in item.values()
        if "internal" not in operation["tags"]
    }
    # schemathesis leaves out the path that it has read the document from
    assert operations - successful(tmp_path) == {"getDescription"}


def test_schemathesis_finds_no_way_around_the_login(
    worker: WorkerProcess, properties: dict[str, str], tmp_path: Path
) -> None:
    users = tmp_path / "users.properties"
    users.write_text("anna=secret\n")
    users.chmod(0o600)
    file = tmp_path / "worker.properties"
    write_properties(file, {**properties, "rest.auth.credentials.file": str(users)})
    worker.start(wait=False)
    worker.until(lambda: wants_login(worker), "the worker wants no login")
    options = ("--auth", "anna:secret", "--phases", "coverage", *tags("worker", "connectors"))
    report = run(worker, tmp_path, *options)
    assert report["phases"]["coverage"]["status"] == "success"
    assert "listConnectors" in successful(tmp_path)
