"""SimpleHeaderConverter against what Java Connect 4.3.1 guessed and wrote (recorded)."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from weir_runtime.api.schema import (
    DATE,
    DECIMAL,
    STRING,
    TIME,
    TIMESTAMP,
    Field,
    Schema,
    Type,
)
from weir_runtime.converters.simple_header import SimpleHeaderConverter

INT8, INT16, INT32 = Schema(Type.INT8), Schema(Type.INT16), Schema(Type.INT32)
FLOAT32, FLOAT64, BOOLEAN = Schema(Type.FLOAT32), Schema(Type.FLOAT64), Schema(Type.BOOLEAN)
A_DATE = Schema(Type.INT32, name=DATE, version=1)
A_TIME = Schema(Type.INT32, name=TIME, version=1)
A_TIMESTAMP = Schema(Type.INT64, name=TIMESTAMP, version=1)
MOMENT = datetime.datetime(2019, 8, 23, 14, 34, 54, 346000, tzinfo=datetime.UTC)


def array(items: Schema | None) -> Schema:
    return Schema(Type.ARRAY, value_schema=items)


def map_of(keys: Schema | None, values: Schema | None) -> Schema:
    return Schema(Type.MAP, key_schema=keys, value_schema=values)


def decimal(scale: int) -> Schema:
    return Schema(Type.BYTES, name=DECIMAL, version=1, parameters={"scale": str(scale)})


def read(text: str | bytes | None) -> tuple[Schema | None, Any]:
    data = text.encode() if isinstance(text, str) else text
    return SimpleHeaderConverter().to_connect_header("t", "h", data)


def write(value: Any, schema: Schema | None = None) -> str | None:
    data = SimpleHeaderConverter().from_connect_header("t", "h", schema, value)
    return None if data is None else data.decode()


@pytest.mark.parametrize(
    ("text", "schema", "value"),
    [
        ("1", INT8, 1),
        ("-1", INT8, -1),
        ("127", INT8, 127),
        ("128", INT16, 128),
        ("-128", INT8, -128),
        ("-129", INT16, -129),
        ("300", INT16, 300),
        ("32768", INT32, 32768),
        ("70000", INT32, 70000),
        ("2147483648", Schema(Type.INT64), 2147483648),
        ("9223372036854775807", Schema(Type.INT64), 2**63 - 1),
        ("9223372036854775808", decimal(0), Decimal(2**63)),
        ("1.5", FLOAT32, 1.5),
        ("1.0", INT8, 1),
        ("0.5", FLOAT32, 0.5),
        ("1e3", INT16, 1000),
        ("1E400", decimal(-400), Decimal("1E400")),
        ("3.4e39", FLOAT64, 3.4e39),
        ("1.7976931348623157E308", FLOAT64, 1.7976931348623157e308),
        ("-0.0", INT8, 0),
        ("+5", INT8, 5),
        ("05", INT8, 5),
        ("5.", INT8, 5),
        ("true", BOOLEAN, True),
        ("false", BOOLEAN, False),
        (" 1 ", INT8, 1),
        ("[1,2,3]", array(INT8), [1, 2, 3]),
        ('[1, "a"]', array(None), [1, "a"]),
        ("[]", array(None), []),
        ("[1,300,70000]", array(INT32), [1, 300, 70000]),
        ("[1.5,2]", array(FLOAT32), [1.5, 2.0]),
        ("[true]", array(BOOLEAN), [True]),
        ("[[1],[2]]", array(array(INT8)), [[1], [2]]),
        ("[null]", array(None), [None]),
        ('["2019-08-23"]', array(A_DATE), [datetime.date(2019, 8, 23)]),
        ('["a","b"]', array(STRING), ["a", "b"]),
        ("[true,1]", array(None), [True, 1]),
        ("{}", map_of(None, None), {}),
        ('{"a":1}', map_of(STRING, INT8), {"a": 1}),
        ('{"a":1,"b":300}', map_of(STRING, INT16), {"a": 1, "b": 300}),
        ('{"a":"x","b":2}', map_of(STRING, None), {"a": "x", "b": 2}),
        ('{"a":null}', map_of(STRING, None), {"a": None}),
        ("{1:2}", map_of(INT8, INT8), {1: 2}),
        ('{"a":1,}', map_of(STRING, INT8), {"a": 1}),
        ('{"d":2019-08-23}', map_of(STRING, A_DATE), {"d": datetime.date(2019, 8, 23)}),
        ('{"a":[1,2],"b":{"c":3}}', map_of(STRING, None), {"a": [1, 2], "b": {"c": 3}}),
        ("2019-08-23", A_DATE, datetime.date(2019, 8, 23)),
        ("14:34:54.346Z", A_TIME, datetime.time(14, 34, 54, 346000)),
        ("2019-08-23T14:34:54.346Z", A_TIMESTAMP, MOMENT),
        (None, None, None),
    ],
)
def test_types_are_guessed_as_java_guesses_them(
    text: str | None, schema: Schema | None, value: Any
) -> None:
    found, read_value = read(text)
    assert (found, read_value) == (schema, value)
    assert type(read_value) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        *(".5", "1f", "0x1F", "NaN", "Infinity", "TRUE", "NULL", "", "  ", "abc", '"abc"', "'a'"),
        *('"a\\"b"', "[a]", "[1,", "{a:1}", "2019-08-23T14:34:54Z", "a,b", "1 2", "[1 2]", "é"),
        *("2019-08-23T14:34:54.346+02:00", '"a', '["a]', "AQL/", "https://a.b/c?d=e", "1-2", "--1"),
        *("1.2.3", '"1"', '"true"', "[,]", "[1,,2]", '{"a":}', "{:1}", "{,}", "a\\nb", '\\"'),
    ],
)
def test_everything_else_is_a_string_as_in_java(text: str) -> None:
    assert read(text) == (STRING, text)


@pytest.mark.parametrize(
    ("text", "schema", "value"),
    [
        ("14:34:54", STRING, "14:34:54"),  # Java: 14
        ("1,2", STRING, "1,2"),  # Java: 1
        ("[1]x", STRING, "[1]x"),  # Java: [1]
        ("2019-13-45", STRING, "2019-13-45"),  # Java: 14 February 2020
        ("null", None, None),  # Java: NullPointerException
        ("[1,null]", array(Schema(Type.INT8, optional=True)), [1, None]),  # Java: a string
        ("123456789.123456789", FLOAT64, 123456789.12345679),  # Java: 123456792.0
        ("1e99999999999999999999", STRING, "1e99999999999999999999"),
        ("[" * 5000, STRING, "[" * 5000),
    ],
)
def test_nothing_is_lost_where_java_loses(text: str, schema: Schema | None, value: Any) -> None:
    assert read(text) == (schema, value)


def test_bytes_that_are_no_text_read_as_replacement_characters() -> None:
    assert read(b"\xff") == (STRING, "\ufffd")


@pytest.mark.parametrize(
    ("schema", "value", "text"),
    [
        (None, "x", "x"),
        (STRING, 'a"b', 'a"b'),
        (INT32, 5, "5"),
        (FLOAT64, 1e10, "1.0E10"),
        (FLOAT32, 0.10000000149011612, "0.1"),
        (BOOLEAN, True, "true"),
        (Schema(Type.BYTES), b"\x01\x02\xff", "AQL/"),
        (None, None, None),
        (STRING, None, None),
        (None, [1, "a", None, 2.5, True], '[1,"a",null,2.5,true]'),
        (None, {"b": 1, "a": [1, "x", None, 2.5]}, '{"b":1,"a":[1,"x",null,2.5]}'),
        (None, MOMENT, "2019-08-23T14:34:54.346Z"),
        (A_DATE, datetime.date(1970, 1, 4), "1970-01-04"),
        (A_TIME, datetime.time(1, 2, 3, 4000), "01:02:03.004Z"),
        (None, Decimal("12.340"), "12.340"),
        (None, Decimal("1E+3"), "1E+3"),
        (None, "a\\b", "a\\b"),
        (None, ["a\\b", 'c"d\n'], '["a\\\\b","c\\"d\n"]'),
        (None, [b"\x01\x02"], '["AQI="]'),
        (
            Schema(
                Type.STRUCT,
                fields=(
                    Field("f", FLOAT32),
                    Field("mi", map_of(INT32, STRING)),
                    Field("date", A_DATE),
                    Field("gone", Schema(Type.STRING, optional=True)),
                ),
            ),
            {"date": datetime.date(1970, 1, 4), "f": 0.10000000149011612, "mi": {5: "v"}},
            '{"f":0.1,"mi":{5:"v"},"date":1970-01-04,"gone":null}',
        ),
    ],
)
def test_literals_are_written_as_java_writes_them(
    schema: Schema | None, value: Any, text: str | None
) -> None:
    assert write(value, schema) == text


VALUES = st.recursive(
    st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False).filter(lambda one: one % 1 != 0)
    | st.dates()
    | st.text(st.characters(exclude_categories=["Cs"])).filter(lambda text: "-" not in text),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text('abc\\" ,:'), inner, max_size=3)
    ),
    max_leaves=8,
)


def same(one: Any, other: Any) -> bool:
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    # whole numbers beside fractions become doubles, as in Java: beyond 2^53 they are rounded
    if isinstance(one, float) or isinstance(other, float):
        return bool(one == pytest.approx(other, rel=1e-7))
    return bool(one == other)


@given(st.lists(VALUES, max_size=3))
@example([2**53 + 1, 0.5])
def test_arrays_come_back(value: list[Any]) -> None:
    text = write(value)
    assert text is not None
    schema, found = read(text)
    assert schema is not None
    assert schema.type is Type.ARRAY
    assert same(value, found)


@given(st.text())
def test_any_text_is_read_without_an_error(text: str) -> None:
    schema, value = read(text.encode("utf-8", "replace"))
    assert schema is not None or value is None
