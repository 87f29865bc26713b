"""Counters, histograms and the labels of what is exported."""

import threading

import pytest

from weir_runtime.observe import own_series
from weir_runtime.observe.metric import Counter, Distribution, Histogram, Labels, MetricRegistry


def test_asking_twice_gives_the_same_series() -> None:
    registry = MetricRegistry()
    first = Labels(endpoint="/", method="GET", status="200")
    registry.counter(own_series.REQUESTS, first).add(2)
    registry.counter(own_series.REQUESTS, Labels(**first.pairs)).add()
    registry.histogram(own_series.LOOP_LAG).observe(0.2)
    counted, lag = registry.families()
    assert counted.samples == [(first, 3)]
    assert lag.samples[0][1] == registry.histogram(own_series.LOOP_LAG).value


def test_a_series_has_one_kind() -> None:
    registry = MetricRegistry()
    with pytest.raises(TypeError, match="no counter"):
        registry.counter(own_series.LOOP_LAG)
    with pytest.raises(TypeError, match="no histogram"):
        registry.histogram(own_series.EXECUTOR_STARTS)


def test_a_counter_only_grows() -> None:
    counter = Counter()
    with pytest.raises(ValueError, match="only grows"):
        counter.add(-1)
    assert counter.value == 0


def test_buckets_hold_all_that_is_not_larger() -> None:
    histogram = Histogram((1, 2))
    for value in (0.5, 1, 1.5, 9):
        histogram.observe(value)
    assert histogram.value == Distribution([(1, 2), (2, 3), (float("inf"), 4)], 12, 4)


def test_a_label_cannot_end_its_own_quotes() -> None:
    assert Labels(connector='a"} 1\nb\\').text == r'connector="a\"} 1\nb\\"'


def test_threads_lose_no_count() -> None:
    counter = Counter()

    def count() -> None:
        for _ in range(2000):
            counter.add()

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counter.value == 8000
