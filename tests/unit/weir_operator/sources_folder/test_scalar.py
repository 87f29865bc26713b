"""Plain words of YAML, as kubectl and an API server were seen to read them."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from weir_operator.sources.scalar import Loader


def read(text: str) -> object:
    return yaml.load(text, Loader)  # noqa: S506 - a safe loader of ours


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e3", 1000), ("0x10", 16), ("010", 8), ("0o10", 8), ("0o8", "0o8"), ("08", 8),
        ("1_000", 1000), ("12:30:00", "12:30:00"), ("1.0e+3", 1000), ("-0", 0), ("0b11", 3),
        ("1.0", 1), ("1.", 1), (".5", 0.5), ("-.5", -0.5), ("1.5e3", 1500), ("+1", 1),
        ("1e-7", 1e-07), ("0x_1F", 31), ("1_0.5", 10.5), ("-0.0", 0), ("1E5", 100000),
        ("1e20", 10**20), ("-010", -8), ("-0x10", -16), ("0B1", 1), ("0777", 511),
        ("1_e3", 1000), ("=", "="), ("2024-01-01", "2024-01-01"), ("190:20:30.15", "190:20:30.15"),
        ("yes", True), ("NO", False), ("on", True), ("Off", False), ("True", True), ("y", True),
        ("n", False), ("yEs", "yEs"), ("~", None), ("Null", None), ("'1.0'", "1.0"),
        ("'yes'", "yes"), ("0x", "0x"), ("1.2.3", "1.2.3"), ("1-2", "1-2"), ("-", [None]),
        ("!!timestamp 2024-01-01", "2024-01-01"),
    ],
)  # fmt: skip
def test_a_plain_word_means_what_it_means_to_kubectl(text: str, value: object) -> None:
    found = read(text)
    assert found == value
    assert type(found) is type(value)


@given(st.integers(-(2**63), 2**63))
def test_a_whole_number_is_itself_in_every_base(value: int) -> None:
    assert [read(text) for text in (str(value), hex(value), bin(value), oct(value))] == [value] * 4


@given(st.text())
def test_a_quoted_text_stays_as_it_is(text: str) -> None:
    assert read(yaml.safe_dump(text, default_style='"', allow_unicode=False)) == text
