"""Figures of one task, with the time of the test."""

import math

import pytest

from weir_runtime.model.state import State
from weir_runtime.observe.window import Recency
from weir_runtime.worker.meter import Meter


class Clock:
    def __init__(self) -> None:
        self.ms = 0.0

    def __call__(self) -> float:
        return self.ms


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def meter(clock: Clock) -> Meter:
    return Meter(Recency(2, 1000), clock)


def test_a_total_and_its_rate_grow_together(meter: Meter, clock: Clock) -> None:
    meter.declare(rates=("source-record-poll",))
    assert meter.snapshot()["source-record-poll-total"] == 0
    clock.ms = 500
    meter.count("source-record-poll", 300)
    clock.ms = 1000
    found = meter.snapshot()
    assert (found["source-record-poll-total"], found["source-record-poll-rate"]) == (300, 300)
    clock.ms = 9000
    found = meter.snapshot()
    assert (found["source-record-poll-total"], found["source-record-poll-rate"]) == (300, 0)


def test_a_total_that_is_counted_elsewhere_never_falls(meter: Meter) -> None:
    for total in (5, 5, 3, 9):
        meter.reach("source-record-write", total)
    assert meter.snapshot()["source-record-write-total"] == 9


def test_maxima_and_means_have_their_place_in_the_name(meter: Meter) -> None:
    meter.declare(stats=("put-batch-{}-time-ms", "batch-size-{}"))
    meter.measure("put-batch-{}-time-ms", 4)
    meter.measure("put-batch-{}-time-ms", 8)
    found = meter.snapshot()
    assert (found["put-batch-max-time-ms"], found["put-batch-avg-time-ms"]) == (8, 6)
    assert math.isnan(found["batch-size-max"])


def test_outcomes_of_commits_are_shares(meter: Meter) -> None:
    assert meter.snapshot()["offset-commit-failure-percentage"] == 0
    for success in (True, True, True, False):
        meter.committed(7, success=success)
    found = meter.snapshot()
    assert found["offset-commit-success-percentage"] == 0.75
    assert found["offset-commit-failure-percentage"] == 0.25
    assert found["offset-commit-avg-time-ms"] == 7


def test_ratios_are_of_the_time_since_the_first_state(meter: Meter, clock: Clock) -> None:
    assert meter.snapshot()["running-ratio"] == 0
    clock.ms = 1000
    meter.show(State.RUNNING)
    clock.ms = 4000
    meter.show(State.PAUSED)
    clock.ms = 5000
    found = meter.snapshot()
    assert (found["running-ratio"], found["pause-ratio"]) == (0.75, 0.25)


def test_a_failed_record_is_counted_and_timed(meter: Meter) -> None:
    assert meter.snapshot()["last-error-timestamp"] == 0
    meter.failed(1_700_000_000_000)
    found = meter.snapshot()
    assert found["total-record-failures"] == found["total-record-errors"] == 1
    assert found["last-error-timestamp"] == 1_700_000_000_000


def test_the_largest_lag_goes_with_the_last_partition(meter: Meter) -> None:
    meter.show_lags("sink-record-lag-max", {("t", 0): 5, ("t", 1): 9})
    assert meter.snapshot()["sink-record-lag-max"] == 9
    assert meter.lags == [("t", 0, 5), ("t", 1, 9)]
    meter.show_lags("sink-record-lag-max", {})
    assert "sink-record-lag-max" not in meter.snapshot()
    assert meter.lags == []
