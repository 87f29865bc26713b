"""Draw the committed figures as SVG: bars side by side, each with its value.

    .venv/bin/python bench/plot.py

Reads docs/benchmarks.json, writes docs/plots/*.svg and the table of docs/benchmarks.md; nothing is
measured. The same figures give the same bytes. Text stays text, and colours follow the reader's
light or dark mode.
"""

from __future__ import annotations

import dataclasses
import html
import io
import re
from collections.abc import Sequence
from pathlib import Path

import report

DOCS = Path(__file__).parents[1] / "docs"
PLOTS = DOCS / "plots"
JAVA, WEIR = "Java Connect", "Weir"
WIDTH, BAR, GAP, HEAD, FOOT = 7.2, 0.26, 0.24, 0.86, 0.14  # inches
# by role: in light mode (what is drawn) and in dark mode
COLORS = {
    "paper": ("#ffffff", "#0d1117"),
    "ink": ("#1f2328", "#f0f6fc"),
    "faint": ("#59636e", "#9198a1"),
    JAVA: ("#a8b1bb", "#6e7681"),
    WEIR: ("#0b6bcb", "#4493f8"),
}
FONT = "system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif"


@dataclasses.dataclass(frozen=True)
class Group:
    """What is compared: one bar for each that was measured, by name."""

    label: str
    bars: dict[str, float]


@dataclasses.dataclass(frozen=True)
class Chart:
    """A picture: `title` says what was found, `note` what the bars are."""

    name: str
    title: str
    note: str
    form: str
    groups: Sequence[Group]

    def height(self) -> float:
        bars = sum(len(group.bars) for group in self.groups)
        return HEAD + bars * BAR + len(self.groups) * GAP + FOOT


def svg(chart: Chart, mark: str) -> str:
    """Return the picture; `mark` says which figures it was drawn from."""
    import matplotlib as mpl  # noqa: PLC0415 - it takes a second, and tests load this module
    from matplotlib.figure import Figure  # noqa: PLC0415

    settings = {
        "svg.fonttype": "none",
        "svg.hashsalt": "weir",
        "font.family": "DejaVu Sans",
        "path.simplify": False,
    }
    with mpl.rc_context(settings):
        height = chart.height()
        figure = Figure(figsize=(WIDTH, height))
        figure.patch.set_facecolor(COLORS["paper"][0])
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, WIDTH), ylim=(height, 0))
        axes.axis("off")
        draw(chart, axes)
        out = io.StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None, "Format": None})
    return dressed(out.getvalue(), chart, mark)


def draw(chart: Chart, axes: object) -> None:
    """Draw title, note and bars in inches, from the top."""
    text, bar = axes.text, axes.barh  # type: ignore[attr-defined]
    text(0.2, 0.3, chart.title, size=12, weight="bold", color=COLORS["ink"][0], va="center")
    text(0.2, 0.58, chart.note, size=8.5, color=COLORS["faint"][0], va="center")
    left = 2.5
    longest = max(value for group in chart.groups for value in group.bars.values())
    scale = (WIDTH - left - 1.05) / longest
    y = HEAD + GAP / 2
    for group in chart.groups:
        middle = y + BAR * len(group.bars) / 2
        text(0.2, middle, group.label, size=9.5, color=COLORS["ink"][0], va="center")
        for name, value in group.bars.items():
            at = y + BAR / 2
            role = "ink" if name == WEIR else "faint"
            weight = "bold" if name == WEIR else "normal"
            text(left - 0.1, at, name, size=8.5, color=COLORS[role][0], va="center", ha="right")
            bar(at, value * scale, height=BAR * 0.8, left=left, color=COLORS[name][0])
            text(
                left + value * scale + 0.07, at, format(value, chart.form),
                size=9, weight=weight, color=COLORS[role][0], va="center",
            )  # fmt: skip
            y += BAR
        y += GAP


def dressed(text: str, chart: Chart, mark: str) -> str:
    """Give the picture its fonts, what it says to those who cannot see it, and its dark mode."""
    text = re.sub(
        r"<!DOCTYPE.*?>\s*|<\?xml.*?\?>\s*|<metadata>.*?</metadata>\s*", "", text, flags=re.S
    )
    text = re.sub(r"'DejaVu Sans'(, sans-serif)?", FONT, text)
    dark = "".join(
        f'[style*="{light}"]{{fill:{night} !important}}' for light, night in COLORS.values()
    )
    said = "; ".join(
        f"{group.label}: " + ", ".join(f"{k} {v:{chart.form}}" for k, v in group.bars.items())
        for group in chart.groups
    )
    inside = (
        f"<title>{html.escape(chart.title)}</title>"
        f"<desc>{html.escape(f'{chart.note}. {said}. From {mark}.')}</desc>"
        f"<style>@media (prefers-color-scheme:dark){{{dark}}}</style>"
    )
    head, found, rest = text.partition(">\n")
    lines = (line.rstrip() for line in f"{head}{found}{inside}\n{rest}".splitlines())
    return "\n".join([*lines, ""])


def between(ratios: Sequence[float]) -> str:
    """Return the ratios as words: `4.1`, or `4.1 to 4.5`."""
    low, high = (f"{one:.1f}" for one in (min(ratios), max(ratios)))
    return low if low == high else f"{low} to {high}"


def charts(figures: report.Figures) -> list[Chart]:
    """Return what is worth a picture; a title claims only what the figures say."""
    count = figures.connectors

    def pair(label: str, key: str) -> Group:
        row = figures.rows[key]
        return Group(label, {JAVA: row.java, WEIR: row.weir})

    def title(keys: Sequence[str], claim: str, plain: str) -> str:
        ratios = [figures.rows[key].better_by for key in keys]
        return claim.format(between(ratios)) if min(ratios) >= 1.1 else plain

    start, idle = figures.rows["start_s"], figures.rows["idle_all_mib"]
    return [
        Chart(
            "throughput",
            title(
                ["source_per_s", "sink_per_s"],
                "{} times as many records a second as Java Connect",
                "Records a second",
            ),
            "Records per second of one file connector with one task; longer is better",
            ",.0f",
            [pair("Source", "source_per_s"), pair("Sink", "sink_per_s")],
        ),
        Chart(
            "cpu",
            title(["source_cpu_us", "sink_cpu_us"], "{} times less CPU for each record",
                  "CPU for each record"),
            "Microseconds of CPU per record, all processes of the worker; shorter is better",
            ".2f",
            [pair("Source", "source_cpu_us"), pair("Sink", "sink_cpu_us")],
        ),
        Chart(
            "time",
            title(["start_s", "puts_s"],
                  f"Back with {count} connectors in {start.weir:.1f} s, not {start.java:.1f} s",
                  "Start, and many connectors at once"),
            f"Seconds; {count} connectors, each with a task; shorter is better",
            ".2f",
            [pair("Restart, all listed", "start_s"), pair(f"{count} PUTs, all run", "puts_s")],
        ),
        Chart(
            "memory",
            title(["idle_all_mib", "source_rss_mib", "sink_rss_mib"],
                  f"{idle.weir:.0f} MiB idle, where Java Connect takes {idle.java:.0f}", "Memory"),
            "Resident MiB, all processes of the worker (the JVM may take 1 GiB of heap); "
            "shorter is better",
            ",.0f",
            [pair("Idle", "idle_all_mib"), pair("Source, peak", "source_rss_mib"),
             pair("Sink, peak", "sink_rss_mib")],
        ),
    ]  # fmt: skip


def write(figures: report.Figures, folder: Path = PLOTS) -> list[Path]:
    """Draw all charts into a folder; returns the files."""
    folder.mkdir(exist_ok=True)
    files = []
    for chart in charts(figures):
        files.append(folder / f"{chart.name}.svg")
        files[-1].write_text(svg(chart, figures.mark()))
    return files


def main() -> None:
    figures = report.read(DOCS / "benchmarks.json")
    report.write(DOCS / "benchmarks.md", report.table(figures))
    for file in write(figures):
        print(f"{file.relative_to(DOCS.parent)}: {file.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
