"""What a series is called: the names that the two usual sets of JMX exporter rules give.

Confluent's rules, which Debezium's examples and Strimzi's own reporter agree with, keep the whole
group: `kafka_connect_source_task_metrics_source_record_poll_total`. Strimzi's drop `-metrics` and
a doubled `connect`: `kafka_connect_source_task_source_record_poll_total`. A text, such as a state,
becomes a label of a sample that is 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from weir_runtime.observe import series
from weir_runtime.observe.series import Kind, Series


class Dialect(StrEnum):
    """A set of rules."""

    CONFLUENT = "confluent"
    STRIMZI = "strimzi"


BOTH: Final = (Dialect.CONFLUENT, Dialect.STRIMZI)

_STRIMZI_PREFIX: Final = {
    series.WORKER: "kafka_connect_worker",
    series.REBALANCE: "kafka_connect_worker_rebalance",
    series.COORDINATOR: "kafka_connect_coordinator",
    series.CLIENT: "kafka_connect",
    series.APP: "kafka_connect",
}


@dataclass(frozen=True, slots=True)
class Name:
    """A series under one set of rules.

    Attributes:
        text_label: label that a text becomes; None for numbers.
        client_label: what `client_id` is called.
        scale: what values are multiplied with.
    """

    name: str
    text_label: str | None = None
    client_label: str = "client_id"
    scale: float = 1

    def labels(self, of: Series) -> tuple[str, ...]:
        """Return the names of all labels."""
        own = (self.client_label if label == "client_id" else label for label in of.labels)
        return (*own, *([self.text_label] if self.text_label else []))


def names(of: Series, dialects: Sequence[Dialect] = BOTH) -> tuple[Name, ...]:
    """Return the names of a series; what Connect lacks has one, whatever the rules."""
    if not of.group:
        return (Name(of.name),)
    return tuple(_confluent(of) if each is Dialect.CONFLUENT else _strimzi(of) for each in dialects)


def _confluent(of: Series) -> Name:
    group = f"kafka_connect_{_plain(of.group)}"
    if of.kind is Kind.TEXT:
        return Name(group, _plain(of.name))
    return Name(f"{group}_{_plain(of.name)}")


def _strimzi(of: Series) -> Name:
    group = of.group.removesuffix("-metrics")
    name = f"{_STRIMZI_PREFIX.get(of.group, f'kafka_connect_{_plain(group)}')}_{_plain(of.name)}"
    if of.group == series.APP:
        if of.kind is not Kind.TEXT:
            return Name("kafka_connect_start_time_seconds", None, "clientid", 0.001)
        return Name(f"{name}_info", _plain(of.name), "clientid")
    return Name(name, _plain(of.name) if of.kind is Kind.TEXT else None, "clientid")


def _plain(text: str) -> str:
    return text.replace("-", "_")
