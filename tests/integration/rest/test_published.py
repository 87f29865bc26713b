"""Our OpenAPI document beside the one that is published with Apache Kafka."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from weir_runtime.rest import view
from weir_runtime.rest.openapi import document
from weir_runtime.rest.table import ROUTES

ROOT = Path(__file__).parents[3]
SCRIPT = ROOT / "tests" / "infra" / "published" / "published.sh"


@pytest.fixture(scope="module")
def apache() -> Any:
    for program in ("javac", "mvn"):
        if shutil.which(program) is None:
            give_up = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
            give_up(f"this machine lacks {program}")
    text = subprocess.run([str(SCRIPT)], check=True, text=True, capture_output=True).stdout
    return yaml.safe_load(text)


@pytest.mark.java_connect
def test_every_difference_has_a_reason_and_every_reason_a_difference(
    apache: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "docs"))
    from reference import published

    ours = json.loads(view.encode(document.build(ROUTES)))
    found = list(published.differences(ours, apache))
    assert [each for each in found if published.reason_of(each) is None] == []
    used = {published.reason_of(each) for each in found}
    assert [each.shown for each in published.REASONS if each not in used] == []
    assert [each for each in found if "operationId" in each] == []
