import pytest
from hypothesis import given
from hypothesis import strategies as st

from weir_runtime.rest import bucket
from weir_runtime.rest.bucket import Buckets


class Clock:
    at = 100.0

    def monotonic(self) -> float:
        return self.at

    def now_ms(self) -> int:
        return int(self.at * 1000)

    async def sleep(self, duration_s: float) -> None:
        self.at += duration_s


def test_a_burst_is_free_and_what_follows_has_to_wait() -> None:
    buckets = Buckets(Clock(), rate=2, burst=3, debt=10)
    assert [buckets.take("a") for _ in range(3)] == [0, 0, 0]
    assert buckets.take("a") == 0.5
    assert buckets.take("a", 2) == 1.5


def test_a_bucket_refills_and_never_beyond_its_burst() -> None:
    clock = Clock()
    buckets = Buckets(clock, rate=2, burst=3)
    buckets.take("a", 3)
    assert buckets.wait_s("a") == 0.5
    clock.at += 0.5
    assert buckets.wait_s("a") == 0
    clock.at += 100
    assert buckets.wait_s("a", 3) == 0
    assert buckets.wait_s("a", 4) == 0.5


def test_keys_do_not_touch_each_other() -> None:
    buckets = Buckets(Clock(), rate=1, burst=1)
    buckets.take("a")
    assert buckets.wait_s("a") == 1
    assert buckets.wait_s("b") == 0


def test_a_debt_has_a_bound() -> None:
    buckets = Buckets(Clock(), rate=10, burst=1, debt=5)
    assert buckets.take("a", 1000) == 0.5


def test_the_key_that_was_used_longest_ago_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bucket, "KEYS", 2)
    buckets = Buckets(Clock(), rate=1, burst=1)
    for key in ("a", "b", "a", "c"):
        buckets.take(key)
    assert [buckets.wait_s(key) for key in ("a", "b", "c")] == [1, 0, 1]


@given(st.lists(st.tuples(st.floats(0, 10), st.floats(0.1, 5)), max_size=40))
def test_no_more_than_rate_and_burst_pass_unhindered(steps: list[tuple[float, float]]) -> None:
    clock = Clock()
    buckets = Buckets(clock, rate=2, burst=4)
    passed = 0.0
    for pause, cost in steps:
        clock.at += pause
        if buckets.wait_s("a", cost) <= 0:
            buckets.take("a", cost)
            passed += cost
    assert passed <= 4 + 2 * (clock.at - 100) + 1e-6
