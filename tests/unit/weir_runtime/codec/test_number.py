import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weir_runtime.codec.number import double_text, float_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (100.0, "100.0"),
        (1e21, "1.0E21"),
        (1e-5, "1.0E-5"),
        (12345678.9, "1.23456789E7"),
        (0.001, "0.001"),
        (0.00099, "9.9E-4"),
        (9999999.0, "9999999.0"),
        (1e7, "1.0E7"),
        (-1e7, "-1.0E7"),
        (0.0, "0.0"),
        (-0.0, "-0.0"),
        (1.7976931348623157e308, "1.7976931348623157E308"),
        (5e-324, "4.9E-324"),
        (1e-323, "9.9E-324"),
        (1.5e-323, "1.5E-323"),
        (123456789012345680.0, "1.2345678901234568E17"),
        (math.nan, "NaN"),
        (math.inf, "Infinity"),
        (-math.inf, "-Infinity"),
    ],
)
def test_doubles_are_written_as_java_does(value: float, text: str) -> None:
    assert double_text(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1, "0.1"),
        (3.4028234663852886e38, "3.4028235E38"),
        (16777216.0, "1.6777216E7"),
        (1e-45, "1.4E-45"),
        (3e-45, "2.8E-45"),
        (1e-40, "1.0E-40"),
        (1 / 3, "0.33333334"),
        (100.0, "100.0"),
        (math.nan, "NaN"),
        (-math.inf, "-Infinity"),
    ],
)
def test_floats_are_written_as_java_does(value: float, text: str) -> None:
    assert float_text(value) == text


@given(st.floats(allow_nan=False))
def test_the_text_of_a_double_reads_back_as_the_same_double(value: float) -> None:
    assert float(double_text(value)) == value


@given(st.floats(allow_nan=False, width=32))
def test_the_text_of_a_float_reads_back_as_the_same_float(value: float) -> None:
    text = float(float_text(value))
    assert math.isinf(value) or struct.pack(">f", text) == struct.pack(">f", value)
