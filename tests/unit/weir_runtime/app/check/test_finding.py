from __future__ import annotations

import dataclasses
import json

import pytest

from weir_runtime.app.check import document, text
from weir_runtime.app.check.finding import (
    ClientFinding,
    ConnectorFinding,
    GroupFinding,
    KeyFinding,
    Level,
    Member,
    Outcome,
    Remark,
    Report,
    TopicFinding,
)

RUNS = ConnectorFinding(
    "src", "FileStreamSource", "source", "PAUSED", plugin="x.FileStreamSourceConnector",
    version="4.3.1", location="classpath", tasks=1, offsets=2,
)  # fmt: skip
FAILS = ConnectorFinding("cdc", "io.debezium.X", "unknown", "RUNNING", reasons=("no plugin", "b"))
FINE = Report("w.properties", "distributed", "group.id is set", connectors=(RUNS,))


def remark(level: Level) -> tuple[Remark, ...]:
    return (Remark(level, "cluster", "text"),)


@pytest.mark.parametrize(
    ("report", "code"),
    [
        (FINE, 0),
        (dataclasses.replace(FINE, connectors=()), 0),
        (dataclasses.replace(FINE, worker=remark(Level.WARNING)), 0),
        (dataclasses.replace(FINE, connectors=(RUNS, FAILS)), 1),
        (dataclasses.replace(FINE, worker=remark(Level.PROBLEM)), 1),
        (dataclasses.replace(FINE, keys=(KeyFinding("a", "b", Outcome.REFUSED, "c"),)), 1),
        (dataclasses.replace(FINE, clients=(ClientFinding("worker", "x", {}, "wrong"),)), 1),
        (dataclasses.replace(FINE, cluster=remark(Level.UNKNOWN)), 2),
        (dataclasses.replace(FINE, cluster=remark(Level.UNKNOWN), connectors=(FAILS,)), 1),
    ],
)
def test_the_exit_code_tells_what_a_gate_needs(report: Report, code: int) -> None:
    assert report.exit_code == code


def test_the_summary_counts_connectors_and_problems() -> None:
    both = dataclasses.replace(FINE, connectors=(RUNS, FAILS))
    assert both.summary == "1 of 2 connectors will run (1 paused)"
    wrong = dataclasses.replace(FINE, worker=remark(Level.PROBLEM), connectors=None)
    assert wrong.summary == (
        "the connectors are not known; the worker itself will not start before a problem is solved"
    )
    unseen = dataclasses.replace(FINE, cluster=remark(Level.UNKNOWN), connectors=())
    assert unseen.summary == "there are no connectors; 1 thing could not be looked at"


WHOLE = dataclasses.replace(
    FINE,
    keys=(
        KeyFinding("group.id", "g", Outcome.HONOURED),
        KeyFinding("plugn.path", "x", Outcome.UNKNOWN, "plugn.path is unknown"),
        KeyFinding("a", "b", Outcome.REFUSED, "Invalid value b for configuration a"),
    ),
    clients=(ClientFinding("producer", "librdkafka", {"acks": "all"}),),
    topics=(TopicFinding("config", "configs", Level.OK, "1 partition", 1, 5),),
    group=GroupFinding("g", Level.WARNING, "1 worker", (Member("connect-1", "h", "http://h/"),)),
    connectors=(RUNS, FAILS),
)


def test_the_text_has_a_line_for_each_item_and_the_sum_at_its_end() -> None:
    lines = text.render(WHOLE).splitlines()
    assert lines[0] == "w.properties: distributed worker (group.id is set)"
    assert "  honoured   group.id = g" in lines
    assert "  unknown    plugn.path is unknown" in lines
    assert "  REFUSED    Invalid value b for configuration a" in lines
    assert "    acks = all" in lines
    assert "  ok         config configs: 1 partition" in lines
    assert "             connect-1 from h, http://h/" in lines
    assert (
        "  ok         src: PAUSED, source x.FileStreamSourceConnector 4.3.1 (as FileStreamSource), "
        "1 task, 2 offsets"
    ) in lines
    assert "  WILL NOT   cdc: no plugin" in lines
    assert lines[-1] == WHOLE.summary


def test_the_document_has_all_of_the_report() -> None:
    found = json.loads(document.render(WHOLE))
    assert (found["version"], found["exit_code"], found["worker_starts"]) == (1, 1, False)
    assert [(item["name"], item["runs"]) for item in found["connectors"]] == [
        ("src", True), ("cdc", False),
    ]  # fmt: skip
    assert found["keys"][2]["outcome"] == "refused"
    assert {field.name for field in dataclasses.fields(Report)} <= found.keys()


def test_a_report_that_knows_no_connectors_can_be_shown() -> None:
    unknown = dataclasses.replace(FINE, connectors=None)
    assert "UNKNOWN    could not be looked at" in text.render(unknown)
    assert json.loads(document.render(unknown))["connectors"] is None
