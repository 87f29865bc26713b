"""Counters and gauges."""

import threading

import pytest

from weir_runtime.observe.metric import MetricId, MetricRegistry, Sample


def test_asking_twice_gives_the_same_series() -> None:
    registry = MetricRegistry()
    registry.counter("g", "total", connector="a", task="0").add(2)
    registry.counter("g", "total", task="0", connector="a").add()
    registry.gauge("g", "count").set(7)
    registry.gauge("g", "asked", ask=lambda: 3.5)
    assert list(registry.samples()) == [
        Sample(MetricId("g", "asked"), "gauge", 3.5),
        Sample(MetricId("g", "count"), "gauge", 7),
        Sample(MetricId("g", "total", (("connector", "a"), ("task", "0"))), "counter", 3),
    ]


def test_a_name_has_one_kind() -> None:
    registry = MetricRegistry()
    registry.counter("g", "n")
    with pytest.raises(TypeError, match="is a counter"):
        registry.gauge("g", "n")
    registry.gauge("g", "m")
    with pytest.raises(TypeError, match="is a gauge"):
        registry.counter("g", "m")


def test_a_counter_only_grows() -> None:
    counter = MetricRegistry().counter("g", "n")
    with pytest.raises(ValueError, match="only grows"):
        counter.add(-1)
    assert counter.value == 0


def test_series_of_a_connector_are_forgotten_together() -> None:
    registry = MetricRegistry()
    for connector in ("a", "b"):
        registry.counter("g", "n", connector=connector, task="0").add()
        registry.counter("g", "m", connector=connector).add()
    registry.remove(connector="a")
    assert {sample.id.labels[0][1] for sample in registry.samples()} == {"b"}


def test_threads_lose_no_count() -> None:
    counter = MetricRegistry().counter("g", "n")

    def count() -> None:
        for _ in range(2000):
            counter.add()

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counter.value == 8000
