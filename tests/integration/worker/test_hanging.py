"""A connector that hangs costs itself, and nobody else."""

from __future__ import annotations

import textwrap
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

TIMEOUT_MS = 6000
SOURCE = "org.apache.kafka.connect.file.FileStreamSourceConnector"

PLUGIN = """
import threading
from typing import Annotated

from weir_runtime.api.config import Config, Opt
from weir_runtime.api.connector import SourceConnector, SourceTask


def hang():
    threading.Event().wait()


class HangConfig(Config):
    where: str = Opt("nowhere", doc="Where to hang.")


class HangTask(SourceTask):
    config_class = HangConfig

    def start(self):
        if self.config.where == "task.start":
            hang()

    def batches(self):
        while not self.context.wait(0.1):
            yield None
        if self.config.where == "task.stop":
            hang()


class HangConnector(SourceConnector):
    config_class = HangConfig
    task_class = HangTask
    version = "1"

    def validate(self, config):
        if config.get("where") == "validate":
            hang()
        return {}

    def start(self):
        if self.config.where == "start":
            hang()

    def stop(self):
        if self.config.where == "stop":
            hang()

    def task_configs(self, max_tasks):
        if self.config.where == "task_configs":
            hang()
        return [{"where": self.config.where}]
"""


@pytest.fixture
def hanging(worker: Any, tmp_path: Path) -> Any:
    """Start a worker that has the plugin."""
    folder = tmp_path / "plugins" / "hang"
    info = folder / "hang-1.dist-info"
    info.mkdir(parents=True)
    (folder / "hang.py").write_text(textwrap.dedent(PLUGIN))
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: hang\nVersion: 1\n")
    (folder / "slow_to_load.py").write_text("import threading\nthreading.Event().wait()\n")
    (info / "entry_points.txt").write_text(
        "[weir.sources]\ntest.Hang = hang:HangConnector\n"
        "test.SlowToLoad = slow_to_load:SlowConnector\n"
    )
    file = Path(worker.arguments[1])
    with file.open("a") as properties:
        properties.write(f"plugin.path={folder.parent}\nrest.request.timeout.ms={TIMEOUT_MS}\n")
    worker.start()
    return worker


def healthy(worker: Any, path: Path, name: str) -> None:
    """Show that another connector can be made, runs and goes."""
    path.touch()
    began = time.monotonic()
    worker.put(name, {"connector.class": SOURCE, "file": str(path), "topic": "healthy"})
    worker.wait_running(name)
    worker.must("DELETE", f"/connectors/{name}")
    assert time.monotonic() - began < 20
    assert worker.must("GET", "/health")["status"] == "healthy"


@pytest.mark.parametrize("where", ["start", "task_configs", "stop", "task.start", "task.stop"])
def test_others_go_on_while_one_hangs(hanging: Any, tmp_path: Path, where: str) -> None:
    hanging.put("hangs", {"connector.class": "test.Hang", "where": where})
    if where in ("stop", "task.stop"):
        hanging.wait_running("hangs")
    healthy(hanging, tmp_path / "in.txt", "first")
    if where in ("start", "task.start"):
        assert hanging.states("hangs") in (
            ("UNASSIGNED", []),
            ("RUNNING", ["UNASSIGNED"]),
        )
    hanging.must("DELETE", "/connectors/hangs")
    hanging.until(lambda: hanging.states("hangs") is None, "the status is still there", 15)
    healthy(hanging, tmp_path / "in.txt", "second")
    assert hanging.stop() == 0


def test_a_validation_that_hangs_is_answered_and_the_next_one_works(
    hanging: Any, tmp_path: Path
) -> None:
    status, answer = hanging.call(
        "PUT", "/connectors/hangs/config", {"connector.class": "test.Hang", "where": "validate"}
    )
    assert status == 500
    assert answer["message"].startswith(
        "Request timed out. The worker is currently performing multi-property validation for the "
        "connector, which began at 20"
    )
    healthy(hanging, tmp_path / "in.txt", "other")


def test_a_definition_that_hangs_names_its_stage(hanging: Any, tmp_path: Path) -> None:
    for method, path, body in (
        ("PUT", "/connectors/slow/config", {"connector.class": "test.SlowToLoad"}),
        ("GET", "/connector-plugins/test.SlowToLoad/config", None),
    ):
        began = time.monotonic()
        status, answer = hanging.call(method, path, body)
        assert status == 500
        assert answer["message"].startswith(
            "Request timed out. The worker is currently retrieving the configuration definition "
            "from the connector, which began at 20"
        )
        assert time.monotonic() - began < TIMEOUT_MS / 1000 + 10
    healthy(hanging, tmp_path / "in.txt", "other")


def test_others_are_validated_while_one_hangs(hanging: Any, tmp_path: Path) -> None:
    with ThreadPoolExecutor() as pool:
        hung = pool.submit(
            hanging.call,
            "PUT",
            "/connectors/h/config",
            {"connector.class": "test.Hang", "where": "validate"},
        )
        time.sleep(0.5)
        healthy(hanging, tmp_path / "in.txt", "other")
        assert not hung.done()
        assert hung.result()[0] == 500


def test_what_shared_the_executor_of_a_hanging_task_runs_again_elsewhere(
    hanging: Any, tmp_path: Path
) -> None:
    path = tmp_path / "in.txt"
    path.touch()
    hanging.put("hangs", {"connector.class": "test.Hang", "where": "task.stop"})
    hanging.wait_running("hangs")
    for number in range(4):
        config = {"connector.class": SOURCE, "file": str(path), "topic": "t"}
        hanging.put(f"c{number}", config)
        hanging.wait_running(f"c{number}")
    before = {process.pid for process in hanging.executors()}
    hanging.must("DELETE", "/connectors/hangs")
    hanging.until(lambda: before - {p.pid for p in hanging.executors()}, "no executor was given up")
    for number in range(4):
        hanging.wait_running(f"c{number}")
