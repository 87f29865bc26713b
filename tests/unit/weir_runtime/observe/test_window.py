"""Figures of the recent past, in Kafka's way of cutting time."""

import math

import pytest

from weir_runtime.observe.window import Recency, Window

TWO = Recency(2, 30_000)


def window(*values: tuple[float, float]) -> Window:
    made = Window(TWO, 0)
    for at, value in values:
        made.record(value, at)
    return made


@pytest.mark.parametrize(
    ("at", "rate"),
    [
        (1_000, 100 / 31),  # a window that is missing counts as a whole one
        (30_000, 100 / 30),
        (50_000, 100 / 50),
        (60_000, 100 / 60),
        (61_000, 0),  # what is older than two windows is forgotten
    ],
)
def test_a_rate_is_over_the_windows_that_count(at: float, rate: float) -> None:
    assert window((1_000, 100)).rate(at) == pytest.approx(rate)


def test_a_rate_goes_on_over_the_edge_of_a_window() -> None:
    made = window(*((at * 1000.0, 10) for at in range(1, 121)))
    assert made.rate(120_000) == pytest.approx(10, rel=0.25)


def test_maxima_and_means_forget() -> None:
    made = window((0, 50), (10_000, 10))
    assert (made.maximum(20_000), made.average(20_000)) == (50, 30)
    made.record(4, 40_000)
    assert made.maximum(59_000) == 50
    assert (made.maximum(99_000), made.average(99_000)) == (4, 4)
    assert math.isnan(made.maximum(160_000))
    assert math.isnan(made.average(160_000))


def test_a_share_of_nothing_is_zero() -> None:
    made = window()
    assert (made.share(5), made.has_events) == (0, False)
    made.record(1, 10)
    made.record(0, 20)
    assert (made.share(30), made.has_events) == (0.5, True)
    assert (made.share(90_000), made.has_events) == (0, False)


def test_no_window_at_all_gives_no_rate() -> None:
    made = Window(Recency(1, 0), 0)
    made.record(5, 0)
    assert made.rate(0) == 0
