from __future__ import annotations

import pytest

from weir_runtime.herder.duty import KeySettings, key_due_in_s
from weir_runtime.model.cluster import SessionKey

SETTINGS = KeySettings("HmacSHA256", 256, ttl_ms=10_000)


@pytest.mark.parametrize(
    ("key", "due_s"),
    [
        (None, 0.0),
        (SessionKey(b"k", "HmacSHA1", 1000), 0.0),
        (SessionKey(b"k", "HmacSHA256", 1000), 4.0),
        (SessionKey(b"k", "HmacSHA256", -9000), 0.0),
    ],
)
def test_a_session_key_is_replaced_when_it_is_missing_foreign_or_old(
    key: SessionKey | None, due_s: float
) -> None:
    assert key_due_in_s(key, SETTINGS, now_ms=7000) == due_s


def test_a_ttl_of_zero_never_rotates() -> None:
    key = SessionKey(b"k", "HmacSHA256", 0)
    assert key_due_in_s(key, KeySettings(ttl_ms=0), now_ms=10**12) == float("inf")
