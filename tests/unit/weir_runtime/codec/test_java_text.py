import datetime
from decimal import Decimal
from typing import Any

import pytest

from weir_runtime.api.schema import Schema, Type
from weir_runtime.codec.java_text import date_text, text_of

EAST = datetime.timezone(datetime.timedelta(hours=2))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("x", "x"),
        (None, "null"),
        (True, "true"),
        (False, "false"),
        (-5, "-5"),
        (100.0, "100.0"),
        (1e21, "1.0E21"),
        (Decimal("1E-8"), "1E-8"),
        (b"\x01\x02\xff", "AQL/"),
        ((1, [None]), "[1, [null]]"),
        ({"a": {"b": 1.0}}, "{a={b=1.0}}"),
        ({}, "{}"),
    ],
)
def test_values_print_as_in_java(value: Any, text: str) -> None:
    assert text_of(value) == text


def test_the_schema_tells_floats_of_32_bits() -> None:
    single = Schema(Type.FLOAT32)
    assert text_of(0.10000000149011612, single) == "0.1"
    assert text_of([0.10000000149011612], Schema(Type.ARRAY, value_schema=single)) == "[0.1]"
    mapped = Schema(Type.MAP, key_schema=single, value_schema=single)
    assert text_of({0.10000000149011612: 0.5}, mapped) == "{0.1=0.5}"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (datetime.date(1970, 1, 4), "1970-01-04"),
        (datetime.time(1, 2, 3, 4567), "01:02:03.004Z"),
        (datetime.datetime(2019, 8, 23, 16, 34, 54, tzinfo=EAST), "2019-08-23T14:34:54.000Z"),
        (datetime.datetime.fromisoformat("2019-08-23"), "2019-08-23T00:00:00.000Z"),
        ("x", None),
    ],
)
def test_dates_print_in_iso_form(value: Any, text: str | None) -> None:
    assert date_text(value) == text
