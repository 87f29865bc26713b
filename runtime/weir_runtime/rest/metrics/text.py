"""Families of samples as Prometheus' text, or as OpenMetrics' text without its end.

prometheus_client spends 3.6 us on a sample, this 0.4: a worker of a thousand tasks has a hundred
thousand. What it writes is read back by prometheus_client's parsers in the tests.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from weir_runtime.observe.metric import Distribution, Family, Sample, escaped
from weir_runtime.observe.series import Kind, Series
from weir_runtime.rest.metrics import name
from weir_runtime.rest.metrics.name import Dialect, Name


def render(
    families: Iterable[Family],
    *,
    dialects: Sequence[Dialect] = name.BOTH,
    open_metrics: bool = False,
) -> str:
    """Return the text; lines of one name stand together."""
    blocks: dict[str, list[str]] = {}
    for family in families:
        of = family.series
        lines: list[tuple[str, str]] = []
        if of.kind in (Kind.COUNTER, Kind.GAUGE):
            lines = [(labels.text, number(value)) for labels, value in family.samples]  # type: ignore[arg-type]  # kinds without texts
        for each in name.names(of, dialects):
            block = blocks.get(each.name)
            if block is None:
                block = blocks[each.name] = [*_head(each.name, of, open_metrics=open_metrics)]
            if of.kind is Kind.TEXT:
                block.extend(_texts(each, family.samples))
            elif of.kind is Kind.HISTOGRAM:
                block.extend(_histograms(each.name, family.samples))
            else:
                block.extend(_numbers(each, lines))
    return "".join(line for block in blocks.values() for line in block)


def number(value: float) -> str:
    """Return a number as Prometheus reads it."""
    if value != value:  # noqa: PLR0124 - how NaN is told, without a call
        return "NaN"
    text = repr(value)
    return text.replace("inf", "Inf") if "inf" in text else text


def _head(shown: str, of: Series, *, open_metrics: bool) -> Iterator[str]:
    kind: str = of.kind
    if of.kind is Kind.TEXT:
        kind = Kind.GAUGE
    if of.kind is Kind.COUNTER and not shown.endswith("_total"):
        # such a counter is none for OpenMetrics, nor for prometheus_client's readers
        kind = "unknown" if open_metrics else "untyped"
    elif of.kind is Kind.COUNTER and open_metrics:
        shown = shown.removesuffix("_total")
    yield f"# HELP {shown} {of.text}\n"
    yield f"# TYPE {shown} {kind}\n"


def _numbers(each: Name, lines: Sequence[tuple[str, str]]) -> Iterable[str]:
    shown = each.name
    if each.scale != 1:
        lines = [(labels, number(float(value) * each.scale)) for labels, value in lines]
    if each.client_label != "client_id":
        lines = [
            (labels.replace("client_id=", f"{each.client_label}=", 1), value)
            if labels.startswith("client_id=")
            else (labels, value)
            for labels, value in lines
        ]
    return [
        f"{shown}{{{labels}}} {value}\n" if labels else f"{shown} {value}\n"
        for labels, value in lines
    ]


def _texts(each: Name, samples: Iterable[Sample]) -> Iterator[str]:
    for labels, value in samples:
        own = labels.text
        if own.startswith("client_id="):
            own = own.replace("client_id=", f"{each.client_label}=", 1)
        shown = f'{each.text_label}="{escaped(str(value))}"'
        yield f"{each.name}{{{own}{',' if own else ''}{shown}}} 1\n"


def _histograms(shown: str, samples: Iterable[Sample]) -> Iterator[str]:
    for labels, value in samples:
        if not isinstance(value, Distribution):
            continue
        own = f"{labels.text}," if labels.text else ""
        for bound, count in value.buckets:
            text = "+Inf" if bound == float("inf") else repr(bound)
            yield f'{shown}_bucket{{{own}le="{text}"}} {count}\n'
        place = f"{{{labels.text}}}" if labels.text else ""
        yield f"{shown}_sum{place} {number(value.total)}\n"
        yield f"{shown}_count{place} {value.count}\n"
