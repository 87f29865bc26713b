"""What is measured: one entry for each series, from which names, types and docs are made.

Names are Connect's: a group such as `connector-task-metrics`, a metric such as
`offset-commit-max-time-ms`. What Connect lacks is in `own_series`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How a series is to be read."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"
    TEXT = "text"  # the value is a label, the sample 1


@dataclass(frozen=True, slots=True)
class Series:
    """One series.

    Attributes:
        group: type of the MBean in Java; empty for what Connect does not have.
        name: the attribute in Java; for our own the name as exported.
        text: one sentence on what it tells.
    """

    group: str
    name: str
    kind: Kind
    labels: tuple[str, ...]
    text: str


WORKER = "connect-worker-metrics"
REBALANCE = "connect-worker-rebalance-metrics"
COORDINATOR = "connect-coordinator-metrics"
CLIENT = "connect-metrics"
APP = "app-info"
CONNECTOR = "connector-metrics"
TASK = "connector-task-metrics"
SOURCE = "source-task-metrics"
SINK = "sink-task-metrics"
ERROR = "task-error-metrics"

OF_TASK = ("connector", "task")
OF_CONNECTOR = ("connector",)
OF_CLIENT = ("client_id",)


def rows(group: str, labels: tuple[str, ...], table: Iterable[tuple[str, str]]) -> list[Series]:
    """Return series of one group; what ends with `-total` counts, all else is a present value."""
    return [
        Series(group, name, Kind.COUNTER if name.endswith("-total") else Kind.GAUGE, labels, text)
        for name, text in table
    ]


def texts(group: str, labels: tuple[str, ...], table: Iterable[tuple[str, str]]) -> list[Series]:
    """Return series of one group whose values are words."""
    return [Series(group, name, Kind.TEXT, labels, text) for name, text in table]


def counters(group: str, labels: tuple[str, ...], table: Iterable[tuple[str, str]]) -> list[Series]:
    """Return series that count without saying so in their names."""
    return [Series(group, name, Kind.COUNTER, labels, text) for name, text in table]
