"""Figures to a Markdown table."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"


class Flow(Protocol):
    """Figures of one run of a file connector."""

    @property
    def per_s(self) -> float: ...
    @property
    def cpu_us(self) -> float: ...
    @property
    def rss(self) -> int: ...


@dataclasses.dataclass(frozen=True)
class Figures:
    """All figures of one run, by worker (java, weir)."""

    machine: str
    lines: int
    rounds: int
    connectors: int
    line_bytes: float
    idle: Mapping[str, tuple[int, int]]
    puts: Mapping[str, tuple[float, float]]
    flows: Mapping[str, Mapping[str, Sequence[Flow]]]


def row(label: str, java: float, weir: float, form: str, *, less: bool) -> str:
    ratio = java / weir if less else weir / java
    return f"| {label} | {java:{form}} | {weir:{form}} | {ratio:.1f} x |"


def flow_rows(figures: Figures) -> list[str]:
    rows = []
    for kind, runs in figures.flows.items():
        best = {name: max(flow.per_s for flow in runs[name]) for name in runs}
        cpu = {name: min(flow.cpu_us for flow in runs[name]) for name in runs}
        rss = {name: min(flow.rss for flow in runs[name]) / 2**20 for name in runs}
        title = f"file {kind}"
        rows.append(row(f"{title}, records/s", best["java"], best["weir"], ",.0f", less=False))
        rows.append(row(f"{title}, CPU per record, us", cpu["java"], cpu["weir"], ".2f", less=True))
        rows.append(row(f"{title}, peak resident, MiB", rss["java"], rss["weir"], ".0f", less=True))
    return rows


def table(figures: Figures) -> str:
    """Return the table with the line that says what it was measured on."""
    today = datetime.datetime.now(datetime.UTC).date()
    mib = {name: [size / 2**20 for size in sizes] for name, sizes in figures.idle.items()}
    puts = figures.puts
    count = figures.connectors
    return "\n".join(
        [
            f"Measured {today} with `make bench`: {figures.machine}; {figures.lines:,} lines of "
            f"{figures.line_bytes:.0f} bytes, StringConverter, one task, one partition, best of "
            f"{figures.rounds} rounds; broker and load on the same machine.",
            "",
            "| | Java 4.3.1 | Weir | better by |",
            "|---|---|---|---|",
            *flow_rows(figures),
            row(
                f"start until {count} replayed connectors are listed, s",
                puts["java"][1], puts["weir"][1], ".2f", less=True,
            ),
            row("idle, worker process, MiB", mib["java"][0], mib["weir"][0], ".0f", less=True),
            row("idle, all its processes, MiB", mib["java"][1], mib["weir"][1], ".0f", less=True),
            row(
                f"{count} PUTs until all run, s", puts["java"][0], puts["weir"][0], ".2f", less=True
            ),
        ]
    )  # fmt: skip


def write(path: Path, text: str) -> None:
    """Put `text` between the marks of a page."""
    page = path.read_text()
    head, rest = page.split(BEGIN, 1)
    tail = rest.split(END, 1)[1]
    path.write_text(f"{head}{BEGIN}\n{text}\n{END}{tail}")
