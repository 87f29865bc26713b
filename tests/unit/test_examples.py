"""The examples that the documentation shows: they are installed by name, and their tests pass."""

import importlib.util
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from weir_runtime.api.connector import SinkConnector, SourceConnector
from weir_runtime.plugins.discovery import GROUPS

ROOT = Path(__file__).parents[2]
TICKS = ROOT / "examples" / "ticks"
KINDS = {"weir.sources": SourceConnector, "weir.sinks": SinkConnector}


def test_the_tests_of_the_example_pass() -> None:
    path = os.pathsep.join([str(TICKS), os.environ.get("PYTHONPATH", "")])
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:hypothesispytest",
        str(TICKS),
    ]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def entry_points() -> list[tuple[str, str, str]]:
    groups = tomllib.loads((TICKS / "pyproject.toml").read_text())["project"]["entry-points"]
    return [(group, name, target) for group in groups for name, target in groups[group].items()]


@pytest.mark.parametrize(("group", "name", "target"), entry_points())
def test_an_entry_point_leads_to_a_connector_of_its_group(
    group: str, name: str, target: str
) -> None:
    assert group in GROUPS
    module, _, attribute = target.partition(":")
    file = TICKS.joinpath(*module.split(".")).with_suffix(".py")
    spec = importlib.util.spec_from_file_location(f"example_{name}", file)
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    assert issubclass(getattr(loaded, attribute), KINDS[group])
