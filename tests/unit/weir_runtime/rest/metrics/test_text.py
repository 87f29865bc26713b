"""What is written is what prometheus_client reads, under the names of both sets of rules."""

import math

import pytest
from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as open_metrics_families,
)
from prometheus_client.parser import text_string_to_metric_families as text_families

from weir_runtime.observe import connect_series, own_series, series
from weir_runtime.observe.metric import NONE, Distribution, Family, Labels, Value
from weir_runtime.observe.series import Kind, Series
from weir_runtime.rest.metrics import name, text
from weir_runtime.rest.metrics.name import Dialect

EVERY = (*connect_series.ALL, *own_series.ALL)
NASTY = 'a"\\ {\n} ä'


def of(group: str, metric: str) -> Series:
    return next(each for each in connect_series.ALL if (each.group, each.name) == (group, metric))


def sample(each: Series) -> Value:
    if each.kind is Kind.TEXT:
        return NASTY
    if each.kind is Kind.HISTOGRAM:
        return Distribution([(0.5, 2), (math.inf, 3)], 4.5, 3)
    return 1.5


def every_family() -> list[Family]:
    return [
        Family(each, [(Labels(**dict.fromkeys(each.labels, NASTY)), sample(each))])
        for each in EVERY
    ]


@pytest.mark.parametrize("open_metrics", [False, True])
def test_every_series_is_read_back_with_its_labels(open_metrics: bool) -> None:
    written = text.render(every_family(), open_metrics=open_metrics)
    parse = open_metrics_families if open_metrics else text_families
    found = {}
    for family in parse(written + ("# EOF\n" if open_metrics else "")):
        assert family.documentation
        for one in family.samples:
            found[one.name, frozenset(one.labels)] = one.labels
    for each in EVERY:
        for shown in name.names(each):
            labels = frozenset(shown.labels(each))
            if each.kind is Kind.HISTOGRAM:
                assert (f"{shown.name}_bucket", labels | {"le"}) in found
                continue
            values = found[shown.name, labels]
            assert set(values.values()) <= {NASTY}


def test_names_are_those_of_the_rules() -> None:
    poll = of(series.SOURCE, "source-record-poll-total")
    assert [each.name for each in name.names(poll)] == [
        "kafka_connect_source_task_metrics_source_record_poll_total",
        "kafka_connect_source_task_source_record_poll_total",
    ]
    status = of(series.CONNECTOR, "status")
    assert text.render([Family(status, [(Labels(connector="c"), "running")])]).splitlines()[
        2::3
    ] == [
        'kafka_connect_connector_metrics{connector="c",status="running"} 1',
        'kafka_connect_connector_status{connector="c",status="running"} 1',
    ]


def test_one_dialect_leaves_out_the_other() -> None:
    shown = text.render(every_family(), dialects=[Dialect.STRIMZI])
    assert "kafka_connect_source_task_source_record_poll_total" in shown
    assert "kafka_connect_source_task_metrics_" not in shown
    assert shown.count("weir_executor_starts_total ") == 3


def test_no_two_series_share_a_name_but_texts() -> None:
    seen: dict[str, Series] = {}
    for each in EVERY:
        for shown in name.names(each):
            if each.kind is not Kind.TEXT:
                other = seen.setdefault(shown.name, each)
                assert other is each, (shown, other)


@pytest.mark.parametrize(
    ("value", "shown"),
    [(math.nan, "NaN"), (math.inf, "+Inf"), (-math.inf, "-Inf"), (3, "3"), (0.25, "0.25")],
)
def test_numbers_are_prometheus_numbers(value: float, shown: str) -> None:
    assert text.number(value) in (shown, shown.removeprefix("+"))
    own = Family(own_series.EXECUTOR_STARTS, [(NONE, value)])
    (family,) = text_families(text.render([own]))
    read = family.samples[0].value
    assert read == value or (math.isnan(read) and math.isnan(value))


def test_start_time_is_in_seconds_where_strimzi_has_it() -> None:
    start = Family(of(series.APP, "start-time-ms"), [(Labels(client_id="w"), 1500.0)])
    lines = text.render([start]).splitlines()
    assert 'kafka_connect_start_time_seconds{clientid="w"} 1.5' in lines
    assert 'kafka_connect_app_info_start_time_ms{client_id="w"} 1500.0' in lines
