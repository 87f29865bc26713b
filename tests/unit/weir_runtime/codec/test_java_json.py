import math
from collections import OrderedDict
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from weir_runtime.codec import java_json

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": None}, '{"b":1,"a":null}'),
        ({"ü": "日本 \U0001f600"}, '{"ü":"日本 \\uD83D\\uDE00"}'),
        ([1.0, 1e21, 1e-5, 12345678.9, 100.0], "[1.0,1.0E21,1.0E-5,1.23456789E7,100.0]"),
        ([math.nan, math.inf, -math.inf], '["NaN","Infinity","-Infinity"]'),
        ({"deep": {"er": [1.5e10]}}, '{"deep":{"er":[1.5E10]}}'),
        (2**70, "1180591620717411303424"),
        ('a/b"\\\b\f\n\r\t\x0b\x1f\x7f', '"a/b\\"\\\\\\b\\f\\n\\r\\t\\u000B\\u001F\x7f"'),
        ("\\u000b \x0b", '"\\\\u000b \\u000B"'),
        (b"\x00\xff", '"AP8="'),
        (Decimal("1E+3"), "1E+3"),
        (MappingProxyType({"a": MappingProxyType({"b": 2.0})}), '{"a":{"b":2.0}}'),
        (OrderedDict(z=1, y=2.0), '{"z":1,"y":2.0}'),
        ((1, "x"), '[1,"x"]'),
        ("text with 1.5 and :2.5 in it", '"text with 1.5 and :2.5 in it"'),
        (java_json.float32(0.1), "0.1"),
        ([java_json.float32(math.nan), 0.5], '["NaN",0.5]'),
        ([java_json.fragment("1.50"), 0.5], "[1.50,0.5]"),
    ],
)
def test_text_is_what_java_writes(value: Any, text: str) -> None:
    assert java_json.dumps(value) == text.encode()


@given(JSON)
def test_what_is_written_reads_back(value: Any) -> None:
    if _is_small(value):
        assert java_json.loads(java_json.dumps(value)) == _finite(value)


def _is_small(value: Any) -> bool:
    return all(abs(int(n)) < 2**63 for n in _numbers(value) if isinstance(n, int))


def _numbers(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [n for item in value.values() for n in _numbers(item)]
    if isinstance(value, list):
        return [n for item in value for n in _numbers(item)]
    return [value] if isinstance(value, int | float) else []


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_finite(item) for item in value]
    if isinstance(value, float) and math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return value


@given(JSON)
def test_canonical_text_does_not_depend_on_the_order_of_members(value: Any) -> None:
    assert java_json.canonical(_reversed(value)) == java_json.canonical(value)


def _reversed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _reversed(value[key]) for key in reversed(value)}
    if isinstance(value, list):
        return [_reversed(item) for item in value]
    return value


def test_canonical_text_tells_numbers_from_text_and_long_from_double() -> None:
    assert len({java_json.canonical({"id": value}) for value in (1, 1.0, "1", True, None)}) == 5


@pytest.mark.parametrize("text", [b"", b"{", b'{"a":NaN}', b"\xff", b'{"a":1}x'])
def test_text_that_is_no_json_is_a_value_error(text: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  the parser's own text
        java_json.loads(text)


@pytest.mark.parametrize("value", [object(), {1: 2}, "\ud800", Decimal("NaN")])
def test_other_types_are_a_type_error(value: Any) -> None:
    with pytest.raises(TypeError):
        java_json.dumps(value)


def test_fast_path_equals_orjson_where_there_are_no_floats() -> None:
    value = {"s": "x" * 100, "n": None, "i": [1, 2, 3]}
    assert java_json.dumps(value) == orjson.dumps(value)
