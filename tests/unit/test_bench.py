"""What shows the figures of the benchmark shows the figures that are kept."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def load(name: str) -> ModuleType:
    """Load a script of bench/, which is no package."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "bench" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def report() -> ModuleType:
    return load("report")


@pytest.fixture(scope="module")
def plot(report: ModuleType) -> ModuleType:
    return load("plot")


def test_the_table_is_made_of_the_kept_figures(report: ModuleType) -> None:
    figures = report.read(DOCS / "benchmarks.json")
    assert report.table(figures) in (DOCS / "benchmarks.md").read_text()


def test_each_plot_was_drawn_from_the_kept_figures_and_is_shown(
    report: ModuleType, plot: ModuleType
) -> None:
    figures = report.read(DOCS / "benchmarks.json")
    page = (DOCS / "benchmarks.md").read_text()
    names = {chart.name for chart in plot.charts(figures)}
    assert {file.stem for file in plot.PLOTS.glob("*.svg")} >= names
    for chart in plot.charts(figures):
        text = (plot.PLOTS / f"{chart.name}.svg").read_text()
        assert f"From {figures.mark()}." in text, "run `make plots`"
        assert f"<title>{chart.title}</title>" in text
        assert f"(plots/{chart.name}.svg)" in page


def test_a_plot_has_text_a_dark_mode_and_no_date_of_its_drawing(plot: ModuleType) -> None:
    for file in plot.PLOTS.glob("*.svg"):
        text = file.read_text()
        assert "prefers-color-scheme:dark" in text
        assert text.count("<text") >= 6
        assert "dc:date" not in text
        assert len(text) < 20_000


def test_a_title_claims_nothing_that_the_figures_do_not_say(
    report: ModuleType, plot: ModuleType
) -> None:
    same = report.Row(10.0, 10.0, 1.0)
    figures = report.Figures(
        date="2026-01-01", commit=None, machine="m", lines=1, rounds=1, connectors=3,
        line_bytes=9.0, rows=dict.fromkeys(report.ROWS, same),
    )  # fmt: skip
    titles = [chart.title for chart in plot.charts(figures)]
    assert not [title for title in titles if "times" in title or "not" in title]


def test_figures_survive_being_kept(report: ModuleType, tmp_path: Path) -> None:
    figures = report.read(DOCS / "benchmarks.json")
    report.keep(tmp_path / "kept.json", figures)
    assert report.read(tmp_path / "kept.json") == figures


def test_ratios_are_those_of_what_was_measured(report: ModuleType) -> None:
    assert report.less(java=11.634, weir=0.692).better_by == 16.8
    assert report.more(java=100, weir=450).better_by == 4.5
