"""How calls and rebalances of a member went."""

import math

import pytest

from weir_runtime.group.meter import GroupMeter
from weir_runtime.observe.window import Recency


class Clock:
    def __init__(self) -> None:
        self.ms = 0.0

    def __call__(self) -> float:
        return self.ms


def call(meter: GroupMeter, clock: Clock, name: str, took_ms: float) -> None:
    asked = meter.asked(name)
    clock.ms += took_ms
    meter.answered(name, asked)


def test_a_rebalance_lasts_from_the_first_join_to_the_assignment() -> None:
    clock = Clock()
    meter = GroupMeter(Recency(), clock)
    assert meter.rebalances()["time-since-last-rebalance-ms"] == math.inf
    assert meter.coordinator()["last-heartbeat-seconds-ago"] == -1
    call(meter, clock, "join", 10)
    assert meter.rebalances()["rebalancing"] == 1
    call(meter, clock, "join", 30)
    call(meter, clock, "sync", 5)
    meter.assigned()
    clock.ms += 2000
    call(meter, clock, "heartbeat", 4)
    found = meter.rebalances()
    assert (found["completed-rebalances-total"], found["rebalancing"]) == (1, 0)
    assert found["rebalance-max-time-ms"] == 45
    assert found["time-since-last-rebalance-ms"] == 2004
    coordinator = meter.coordinator()
    assert coordinator["join-total"] == 2
    assert coordinator["join-time-avg"] == 20
    assert coordinator["failed-rebalance-total"] == 1
    assert coordinator["heartbeat-response-time-max"] == 4
    assert coordinator["last-heartbeat-seconds-ago"] == 0
    assert meter.client()["request-total"] == 4


def test_an_assignment_without_a_join_is_no_rebalance() -> None:
    meter = GroupMeter(Recency(), Clock())
    meter.assigned()
    assert meter.rebalances()["completed-rebalances-total"] == 0


def test_a_request_without_an_answer_is_no_response() -> None:
    meter = GroupMeter(Recency(), Clock())
    meter.asked("heartbeat")
    found = meter.client()
    assert (found["request-total"], found["response-total"]) == (1, 0)
    assert meter.coordinator()["heartbeat-total"] == pytest.approx(0)
