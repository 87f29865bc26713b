"""Metrics: every series with its names, type, labels and meaning."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reference.markdown import code, rows
from weir_runtime.observe import connect_series, own_series, series
from weir_runtime.observe.series import Kind, Series
from weir_runtime.rest.metrics import name
from weir_runtime.rest.metrics.name import Dialect

_TITLES = {
    series.WORKER: "The worker",
    series.REBALANCE: "Rebalances (distributed)",
    series.COORDINATOR: "The group's member (distributed)",
    series.CLIENT: "Its requests (distributed)",
    series.APP: "The program",
    series.CONNECTOR: "Connectors",
    series.TASK: "Tasks",
    series.SOURCE: "Source tasks",
    series.SINK: "Sink tasks",
    series.ERROR: "Errors of tasks",
}


def connect() -> str:
    """Return the series that Connect has, by group."""
    return "\n\n".join(_group(group, title) for group, title in _TITLES.items())


def own() -> str:
    """Return the series that Connect lacks."""
    return rows(
        ("Series", "Type", "Labels", "Meaning"),
        (
            (code(each.name), _kind(each), _labels(each.labels), each.text)
            for each in own_series.ALL
        ),
    )


def _group(group: str, title: str) -> str:
    found = [each for each in connect_series.ALL if each.group == group]
    one = next(each for each in found if each.kind is not Kind.TEXT or len(found) < 5)
    (first,), (second,) = (name.names(one, [dialect]) for dialect in Dialect)
    heading = f"### {title}: `{group}`\n\nFor example `{first.name}`, or `{second.name}`.\n\n"
    return heading + rows(("Metric", "Type", "Labels", "Meaning"), _rows(found))


def _rows(found: Iterable[Series]) -> Iterator[tuple[str, str, str, str]]:
    for each in found:
        yield code(each.name), _kind(each), _labels(each.labels), each.text


def _kind(each: Series) -> str:
    return "text" if each.kind is Kind.TEXT else each.kind.value


def _labels(labels: Iterable[str]) -> str:
    return ", ".join(map(code, labels))
