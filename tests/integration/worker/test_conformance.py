"""The recorded answers of Java Connect 4.3.1, asked of our worker on a real broker."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

CONFORMANCE = Path(__file__).parents[2] / "conformance"
JSON = "org.apache.kafka.connect.json.JsonConverter"


def test_every_recorded_case_passes(worker: Any, tmp_path: Path) -> None:
    file = Path(worker.arguments[1])
    lines = [line for line in file.read_text().splitlines() if ".converter=" not in line]
    lines += [f"key.converter={JSON}", f"value.converter={JSON}"]
    file.write_text("\n".join(lines) + "\n")
    worker.start()
    done = subprocess.run(
        [
            sys.executable,
            str(CONFORMANCE / "run.py"),
            "run",
            "--url",
            f"http://127.0.0.1:{worker.port}",
            str(CONFORMANCE / "cases.json"),
        ],
        check=False,
        text=True,
        capture_output=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout
    assert done.stdout.startswith("66 passed, 0 failed")
