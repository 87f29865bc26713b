from __future__ import annotations

from pathlib import Path

from weir_runtime.app.check import rest
from weir_runtime.app.check.finding import Level
from weir_runtime.config.worker import WorkerConfig


def test_what_rest_would_warn_about_is_told(java_properties: dict[str, str]) -> None:
    given = {**java_properties, "listeners": "http://0.0.0.0:8083"}
    (remark,) = rest.examine(WorkerConfig.parse(given, distributed=True), {})
    assert remark.level is Level.WARNING
    assert "without authentication" in remark.text


def test_a_file_of_users_that_is_not_there_stops_the_worker(
    java_properties: dict[str, str], tmp_path: Path
) -> None:
    given = {
        **java_properties,
        "rest.extension.classes": (
            "org.apache.kafka.connect.rest.basic.auth.extension.BasicAuthSecurityRestExtension"
        ),
    }
    config = WorkerConfig.parse(given, distributed=True)
    (remark,) = rest.examine(config, {})
    assert remark.level is Level.PROBLEM
    option = f"-Djava.security.auth.login.config={tmp_path / 'none'}"
    (remark,) = rest.examine(config, {"KAFKA_OPTS": option})
    assert (remark.level, str(tmp_path / "none") in remark.text) == (Level.PROBLEM, True)


def test_a_worker_for_this_machine_only_needs_no_word(java_properties: dict[str, str]) -> None:
    assert rest.examine(WorkerConfig.parse(java_properties, distributed=True), {}) == ()
