"""Figures of one run: kept as JSON, shown as a Markdown table."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"
# by key of a figure: how it is shown, and what it is; `{count}` is the number of connectors
ROWS = {
    "source_per_s": (",.0f", "file source, records/s"),
    "source_cpu_us": (".2f", "file source, CPU per record, us"),
    "source_rss_mib": (".0f", "file source, peak resident, MiB"),
    "sink_per_s": (",.0f", "file sink, records/s"),
    "sink_cpu_us": (".2f", "file sink, CPU per record, us"),
    "sink_rss_mib": (".0f", "file sink, peak resident, MiB"),
    "start_s": (".2f", "start until {count} replayed connectors are listed, s"),
    "idle_mib": (".0f", "idle, worker process, MiB"),
    "idle_all_mib": (".0f", "idle, all its processes, MiB"),
    "puts_s": (".2f", "{count} PUTs until all run, s"),
}


class Flow(Protocol):
    """Figures of one run of a file connector."""

    @property
    def per_s(self) -> float: ...
    @property
    def cpu_us(self) -> float: ...
    @property
    def rss(self) -> int: ...


@dataclasses.dataclass(frozen=True)
class Row:
    """One figure of both workers; `better_by` is their ratio before anything was rounded."""

    java: float
    weir: float
    better_by: float


@dataclasses.dataclass(frozen=True)
class Figures:
    """All figures of one run, and what it was."""

    date: str
    commit: str | None
    machine: str
    lines: int
    rounds: int
    connectors: int
    line_bytes: float
    rows: Mapping[str, Row]

    def mark(self) -> str:
        """Return what tells this run from another: its date and a digest of its figures."""
        text = json.dumps({key: dataclasses.astuple(row) for key, row in self.rows.items()})
        return f"{self.date}, {hashlib.sha256(text.encode()).hexdigest()[:12]}"


def less(java: float, weir: float) -> Row:
    """Return a figure of which less is better."""
    return Row(round(java, 3), round(weir, 3), round(java / weir, 1))


def more(java: float, weir: float) -> Row:
    """Return a figure of which more is better."""
    return Row(round(java, 3), round(weir, 3), round(weir / java, 1))


def rows(
    idle: Mapping[str, tuple[int, int]],
    puts: Mapping[str, tuple[float, float]],
    flows: Mapping[str, Mapping[str, Sequence[Flow]]],
) -> dict[str, Row]:
    """Return what was measured as figures, of several rounds the best."""
    found = {}
    for kind, runs in flows.items():
        best = {name: max(flow.per_s for flow in runs[name]) for name in runs}
        cpu = {name: min(flow.cpu_us for flow in runs[name]) for name in runs}
        rss = {name: min(flow.rss for flow in runs[name]) / 2**20 for name in runs}
        found[f"{kind}_per_s"] = more(**best)
        found[f"{kind}_cpu_us"] = less(**cpu)
        found[f"{kind}_rss_mib"] = less(**rss)
    mib = {name: [size / 2**20 for size in sizes] for name, sizes in idle.items()}
    found["start_s"] = less(puts["java"][1], puts["weir"][1])
    found["idle_mib"] = less(mib["java"][0], mib["weir"][0])
    found["idle_all_mib"] = less(mib["java"][1], mib["weir"][1])
    found["puts_s"] = less(puts["java"][0], puts["weir"][0])
    return found


def table(figures: Figures) -> str:
    """Return the table with the line that says what it was measured on."""
    commit = f" at {figures.commit}" if figures.commit else ""
    lines = [
        f"Measured {figures.date}{commit} with `make bench`: {figures.machine}; "
        f"{figures.lines:,} lines of {figures.line_bytes:.0f} bytes, StringConverter, one task, "
        f"one partition, best of {figures.rounds} rounds; broker and load on the same machine.",
        "",
        "| | Java 4.3.1 | Weir | better by |",
        "|---|---|---|---|",
    ]
    for key, (form, label) in ROWS.items():
        row, name = figures.rows[key], label.format(count=figures.connectors)
        lines.append(f"| {name} | {row.java:{form}} | {row.weir:{form}} | {row.better_by:.1f} x |")
    return "\n".join(lines)


def read(path: Path) -> Figures:
    """Read the figures of a run."""
    data: dict[str, Any] = json.loads(path.read_text())
    return Figures(**{**data, "rows": {key: Row(**row) for key, row in data["rows"].items()}})


def keep(path: Path, figures: Figures) -> None:
    """Write the figures of a run; tables and plots are made of this file alone."""
    path.write_text(json.dumps(dataclasses.asdict(figures), indent=2) + "\n")


def write(path: Path, text: str) -> None:
    """Put `text` between the marks of a page."""
    page = path.read_text()
    head, rest = page.split(BEGIN, 1)
    tail = rest.split(END, 1)[1]
    path.write_text(f"{head}{BEGIN}\n{text}\n{END}{tail}")
