"""Our names beside those of a real Java worker with a real JMX exporter.

`java_series.json` is recorded by tests/infra/kafka/metrics/record.sh.
"""

import json
from pathlib import Path

import pytest

from weir_runtime.observe import connect_series
from weir_runtime.rest.metrics import name
from weir_runtime.rest.metrics.name import Dialect

JAVA = json.loads((Path(__file__).parent / "java_series.json").read_text())

NETWORK = (
    "connection", "authentication", "byte", "io_", "network", "select", "request_size", "_node_",
)  # fmt: skip
"""Figures of Java's network client, of which there is none here."""

OTHERWISE = {
    # the rule cuts names at `-rate`, so that these are an hour's and do not say so
    "kafka_connect_coordinator_failed_rebalance_rate",
    "kafka_connect_coordinator_rebalance_rate",
}


def ours(dialect: Dialect) -> dict[str, set[tuple[str, ...]]]:
    found: dict[str, set[tuple[str, ...]]] = {}
    for each in connect_series.ALL:
        for shown in name.names(each, [dialect]):
            found.setdefault(shown.name, set()).add(tuple(sorted(shown.labels(each))))
    return found


def is_ours_to_have(series: str) -> bool:
    return not any(part in series for part in NETWORK) and series not in OTHERWISE


@pytest.mark.parametrize("dialect", Dialect)
def test_every_series_of_java_is_there_under_its_name(dialect: Dialect) -> None:
    wanted = {series for series in JAVA[dialect] if is_ours_to_have(series)}
    assert len(wanted) > 80
    assert wanted - ours(dialect).keys() == set()


@pytest.mark.parametrize("dialect", Dialect)
def test_labels_are_those_of_java(dialect: Dialect) -> None:
    known = ours(dialect)
    for series, sets in JAVA[dialect].items():
        if not is_ours_to_have(series):
            continue
        for labels in map(tuple, sets):
            # a number as a label, or a label that says that there is no connector
            if labels == ("client_id", "start_time_ms") or is_aggregate(series, labels):
                continue
            assert labels in known[series], series


def is_aggregate(series: str, labels: tuple[str, ...]) -> bool:
    """Tell whether Confluent's rules give a figure of the whole worker `connector="aggregate"`."""
    return labels == ("connector",) and series.startswith("kafka_connect_connect_worker_metrics_")
