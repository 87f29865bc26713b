"""How a member's calls and rebalances went, by Connect's names."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Mapping

from weir_runtime.observe.window import Recency, Window

_HOUR_S = 3600


class GroupMeter:
    """Figures of one member; times are milliseconds of a clock that never goes back.

    A rebalance lasts from the first join to the assignment that follows; one that has to join
    again in between has failed once.
    """

    def __init__(self, recency: Recency, clock_ms: Callable[[], float]) -> None:
        self._recency = recency
        self._clock_ms = clock_ms
        self._totals: defaultdict[str, float] = defaultdict(float)
        self._windows: dict[str, Window] = {}
        self._began_ms: float | None = None
        self._ended_ms: float | None = None
        self._heard_ms: float | None = None
        self._joined = False

    def asked(self, call: str) -> float:
        """Take note of a request (`join`, `sync`, `heartbeat`, `leave`); returns the time."""
        now = self._clock_ms()
        self._count("request", 1, now)
        if call == "join":
            if self._joined:
                self._count("failed-rebalance", 1, now)
            self._began_ms = self._began_ms if self._began_ms is not None else now
            self._joined = True
        return now

    def answered(self, call: str, asked_ms: float) -> None:
        """Take note of an answer to what was asked at a time."""
        now = self._clock_ms()
        self._count("response", 1, now)
        self._count(call, 1, now)
        self._window(f"{call}-time", now).record(now - asked_ms, now)
        if call == "heartbeat":
            self._heard_ms = now

    def assigned(self) -> None:
        """Take note of the end of a rebalance."""
        now = self._clock_ms()
        self._joined = False
        if self._began_ms is None:
            return
        took = now - self._began_ms
        self._began_ms, self._ended_ms = None, now
        self._count("rebalance", 1, now)
        self._totals["rebalance-latency"] += took
        self._window("rebalance-time", now).record(took, now)

    def rebalances(self) -> Mapping[str, float]:
        """Return `connect-worker-rebalance-metrics` but for the group's generation."""
        now = self._clock_ms()
        times = self._window("rebalance-time", now)
        since = math.inf if self._ended_ms is None else now - self._ended_ms
        return {
            "completed-rebalances-total": self._totals["rebalance"],
            "rebalancing": float(self._began_ms is not None),
            "rebalance-max-time-ms": times.maximum(now),
            "rebalance-avg-time-ms": times.average(now),
            "time-since-last-rebalance-ms": since,
        }

    def coordinator(self) -> Mapping[str, float]:
        """Return `connect-coordinator-metrics` but for the numbers of assigned parts."""
        now = self._clock_ms()
        found = {
            "heartbeat-response-time-max": self._window("heartbeat-time", now).maximum(now),
            "last-heartbeat-seconds-ago": _seconds(self._heard_ms, now),
            "last-rebalance-seconds-ago": _seconds(self._ended_ms, now),
            "rebalance-latency-total": self._totals["rebalance-latency"],
            "rebalance-latency-avg": self._window("rebalance-time", now).average(now),
            "rebalance-latency-max": self._window("rebalance-time", now).maximum(now),
        }
        for call in ("heartbeat", "join", "sync"):
            found[f"{call}-total"] = self._totals[call]
            found[f"{call}-rate"] = self._window(call, now).rate(now)
        for call in ("join", "sync"):
            times = self._window(f"{call}-time", now)
            found[f"{call}-time-avg"] = times.average(now)
            found[f"{call}-time-max"] = times.maximum(now)
        for what in ("rebalance", "failed-rebalance"):
            found[f"{what}-total"] = self._totals[what]
            found[f"{what}-rate-per-hour"] = self._window(what, now).rate(now) * _HOUR_S
        return found

    def client(self) -> Mapping[str, float]:
        """Return `connect-metrics`."""
        now = self._clock_ms()
        found = {}
        for what in ("request", "response"):
            found[f"{what}-total"] = self._totals[what]
            found[f"{what}-rate"] = self._window(what, now).rate(now)
        return found

    def _count(self, name: str, amount: float, now: float) -> None:
        self._totals[name] += amount
        self._window(name, now).record(amount, now)

    def _window(self, name: str, now: float) -> Window:
        window = self._windows.get(name)
        if window is None:
            window = self._windows[name] = Window(self._recency, now)
        return window


def _seconds(moment_ms: float | None, now_ms: float) -> float:
    """Return seconds since a moment; -1 where there was none, as Java."""
    return -1.0 if moment_ms is None else (now_ms - moment_ms) / 1000
