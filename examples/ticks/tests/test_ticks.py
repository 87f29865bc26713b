"""The connectors run against memory: no broker, no worker."""

import sqlite3
from pathlib import Path

import pytest
from weir_ticks.sink import SqliteSinkConnector
from weir_ticks.source import TicksConnector

from weir_runtime.api.errors import ConfigError
from weir_runtime.testing import batch, run_sink, run_source


def test_a_source_goes_on_where_it_stopped() -> None:
    config = {"topic": "ticks", "every.ms": 1}
    first = run_source(TicksConnector, config, rows=3)
    again = run_source(TicksConnector, config, rows=2, offsets=first.committed)
    assert first.rows == [{"tick": 1}, {"tick": 2}, {"tick": 3}]
    assert again.rows == [{"tick": 4}, {"tick": 5}]


def test_a_config_is_checked_before_anything_runs() -> None:
    with pytest.raises(ConfigError, match=r"every\.ms: Value must be at least 1"):
        run_source(TicksConnector, {"topic": "ticks", "every.ms": 0}, rows=1)


def test_a_sink_commits_what_it_has_flushed(tmp_path: Path) -> None:
    file = tmp_path / "ticks.db"
    rows = batch("ticks", [{"tick": 1}, {"tick": 2}])
    run = run_sink(SqliteSinkConnector, {"database": file}, [rows])
    assert run.committed == {("ticks", 0): 2}
    with sqlite3.connect(file) as database:
        found = database.execute("SELECT pos, value FROM records ORDER BY pos").fetchall()
    database.close()
    assert found == [(0, '{"tick": 1}'), (1, '{"tick": 2}')]


def test_records_that_come_twice_are_kept_once(tmp_path: Path) -> None:
    file = tmp_path / "ticks.db"
    rows = batch("ticks", [{"tick": 1}], offset=7)
    for _ in range(2):
        run_sink(SqliteSinkConnector, {"database": file}, [rows])
    with sqlite3.connect(file) as database:
        found = database.execute("SELECT count(*) FROM records").fetchone()
    database.close()
    assert found == (1,)
