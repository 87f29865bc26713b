"""Requests are counted under labels that no client chooses."""

from weir_runtime.observe import own_series as own
from weir_runtime.observe.metric import Labels, MetricRegistry
from weir_runtime.rest.metrics.request import RequestMeter


def test_requests_are_counted_by_route_method_and_status() -> None:
    registry = MetricRegistry()
    count = RequestMeter(registry)
    count("/connectors/{connector}", "GET", 200, 0.02)
    count("/connectors/{connector}", "GET", 200, 0.04)
    count(None, "BREW\n", 404, 0.001)
    place = Labels(endpoint="/connectors/{connector}", method="GET")
    assert registry.counter(own.REQUESTS, place.with_pair("status", "200")).value == 2
    assert registry.histogram(own.REQUEST_TIME, place).value.count == 2
    other = Labels(endpoint="other", method="other", status="404")
    assert registry.counter(own.REQUESTS, other).value == 1
