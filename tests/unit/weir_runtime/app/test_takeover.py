from __future__ import annotations

import logging
from typing import Any

import pytest

from weir_runtime.app import takeover
from weir_runtime.model.cluster import ClusterConfig

SOURCE = {"connector.class": "test.SourceConnector", "topic": "t"}
DEBEZIUM = "io.debezium.connector.postgresql.PostgresConnector"


def told(caplog: pytest.LogCaptureFixture, whole: Any, **configs: dict[str, str]) -> str:
    with caplog.at_level(logging.INFO, "weir_runtime.app.takeover"):
        takeover.report(ClusterConfig(connectors=configs), whole.built.catalog)
    return "".join(record.getMessage() for record in caplog.records
                   if record.name == takeover.__name__)  # fmt: skip


async def test_a_group_of_which_all_can_run_is_one_short_line(
    caplog: pytest.LogCaptureFixture, whole: Any
) -> None:
    assert told(caplog, whole, a=SOURCE, b=SOURCE) == "All 2 connectors of the group can run here"


async def test_those_that_cannot_run_are_named_with_their_reasons(
    caplog: pytest.LogCaptureFixture, whole: Any
) -> None:
    line = told(
        caplog, whole, a=SOURCE, b={"connector.class": DEBEZIUM},
        c={**SOURCE, "transforms": "x"}, d={**SOURCE, "key.converter": "com.example.Avro"},
    )  # fmt: skip
    assert line.startswith("Of 4 connectors of the group 1 can run here (a); 3 cannot: ")
    assert f"b (there is no plugin {DEBEZIUM} (a Java class of Debezium" in line
    assert "c (Invalid value x for configuration transforms" in line
    assert "d (Invalid value com.example.Avro for configuration key.converter" in line


async def test_a_large_group_does_not_make_a_large_line(
    caplog: pytest.LogCaptureFixture, whole: Any
) -> None:
    configs = {f"c{number:04}": {"connector.class": "x"} for number in range(1000)}
    line = told(caplog, whole, **configs)
    assert "and 980 more" in line
    assert len(line) < 3000


async def test_an_empty_group_says_nothing(caplog: pytest.LogCaptureFixture, whole: Any) -> None:
    assert told(caplog, whole) == ""
