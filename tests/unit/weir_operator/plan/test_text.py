"""The string form of config values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weir_operator.plan.text import connect_string


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("", ""),
        (" a ", " a "),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (-7, "-7"),
        (2**53, "9007199254740992"),
        (1.0, "1"),
        (-0.0, "0"),
        (1e3, "1000"),
        (1.5, "1.5"),
        (0.1, "0.1"),
        (1e-9, "1e-09"),
    ],
)
def test_a_scalar_has_one_string_form(value: object, text: str) -> None:
    assert connect_string(value) == text


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        (None, "leave the key out"),
        ([1], "a list"),
        ({"a": 1}, "a nested map"),
        (2**53 + 1, "in quotes"),
        (-(2**60), "in quotes"),
        (1e20, "in quotes"),
        (float("nan"), "in quotes"),
        (float("inf"), "in quotes"),
    ],
)
def test_what_has_no_form_is_refused_with_what_to_write(value: object, hint: str) -> None:
    with pytest.raises(ValueError, match=hint):
        connect_string(value)


@given(st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_a_number_reads_back_as_itself(value: float) -> None:
    try:
        text = connect_string(value)
    except ValueError:
        assert abs(value) > 2**53
        return
    assert float(text) == value
