"""Counts REST requests by endpoint, method and status."""

from __future__ import annotations

from typing import Final

from weir_runtime.observe import own_series as own
from weir_runtime.observe.metric import Labels, MetricRegistry

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_OTHER: Final = "other"


class RequestMeter:
    """Takes each answer; labels come from the table of routes, never from what clients send."""

    def __init__(self, registry: MetricRegistry) -> None:
        self._registry = registry
        self._labels: dict[tuple[str, str, int], tuple[Labels, Labels]] = {}

    def __call__(self, endpoint: str | None, method: str, status: int, took_s: float) -> None:
        """Count one answer; an unknown path is the endpoint `other`."""
        method = method if method in _METHODS else _OTHER
        key = (endpoint or _OTHER, method, status)
        found = self._labels.get(key)
        if found is None:
            place = Labels(endpoint=key[0], method=method)
            found = self._labels[key] = (place, place.with_pair("status", str(status)))
        place, answer = found
        self._registry.histogram(own.REQUEST_TIME, place).observe(took_s)
        self._registry.counter(own.REQUESTS, answer).add()
