import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weir_runtime.api.errors import BadRequestError
from weir_runtime.rest import document

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
values = st.recursive(
    st.none()
    | st.booleans()
    | text
    | st.integers(-(1 << 63), (1 << 63) - 1)
    | st.floats(-1e9, 1e9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
    max_leaves=12,
)


def parse(body: bytes) -> Any:
    return document.parse(body, depth_limit=64)


@given(values)
def test_what_json_writes_is_read_again(value: Any) -> None:
    assert document.plain(parse(json.dumps(value).encode()), "x") == value
    assert document.plain(parse(json.dumps(value, ensure_ascii=False).encode()), "x") == value


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused_as_a_bad_request(body: bytes) -> None:
    with contextlib.suppress(BadRequestError):
        parse(body)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"a":', "at line 1, column 6: the document ends too early; was it cut off?"),
        (
            b'{"a": 1\n  "b": 2}',
            "at line 2, column 3: a comma is missing here, or a quote before it",
        ),
        (b'{"a": 1,}', "at line 1, column 9: a comma stands before '}'"),
        (b"[1,]", "at line 1, column 4: a comma stands before ']'"),
        (b"{'a': 1}", "at line 1, column 2: strings and keys stand in double quotes"),
        (b"{\"a\": 'b'}", "at line 1, column 7: strings and keys stand in double quotes"),
        (b'{"a": None}', "at line 1, column 7: None is no JSON; write null"),
        (b'{"a": True}', "at line 1, column 7: True is no JSON; write true"),
        (b'{"a" 1}', "at line 1, column 6: a colon is missing between key and value"),
        (b"junk", "at line 1, column 1: a value is expected; text stands in double quotes"),
        (b"{a: 1}", "at line 1, column 2: a key in double quotes is expected"),
        (b"{} {}", "at line 1, column 4: something follows the end of the document"),
        (b'{"a": "x\ny"}', "at line 1, column 9: a line break or control character"),
        (b'{"a": "x', "at line 1, column 7: a string is not closed"),
        (rb'{"a": "\x"}', "a backslash is written as \\\\"),
        (b'{"a": NaN}', "NaN is no JSON number"),
        (b'{"a": "\xff"}', "The body is not UTF-8: byte 0xff at line 1, column 8"),
        (b'{"a": 1, "a": 2}', "The key 'a' occurs twice in one JSON object"),
        (rb'{"a": "\ud800"}', "half of a surrogate pair"),
    ],
)
def test_bad_json_names_the_place_and_gives_a_hint(body: bytes, message: str) -> None:
    with pytest.raises(BadRequestError) as raised:
        parse(body)
    assert message in str(raised.value)


@pytest.mark.parametrize("body", [b"", b"  \n", b"null"])
def test_nothing_is_none(body: bytes) -> None:
    assert parse(body) is None


def test_a_byte_order_mark_is_skipped() -> None:
    assert parse(b"\xef\xbb\xbf{}") == {}


@pytest.mark.parametrize("mark", [b"[", b'{"a":'])
@pytest.mark.parametrize("depth", [65, 100_000])
def test_deep_nesting_is_refused_with_the_place(mark: bytes, depth: int) -> None:
    with pytest.raises(BadRequestError, match="nested deeper than 64 levels at line 1, column"):
        parse(mark * depth)


def test_brackets_in_strings_are_no_nesting() -> None:
    value = {"a": "[" * 500 + '\\"{' * 500}
    assert parse(json.dumps(value).encode()) == value


def test_nesting_up_to_the_limit_is_read() -> None:
    assert parse(b"[" * 64 + b"]" * 64)


@pytest.mark.parametrize("number", [b"9" * 1001, b"0." + b"1" * 1_000_000, b"1e" + b"9" * 999_999])
def test_a_number_of_more_than_a_thousand_characters_is_refused(number: bytes) -> None:
    with pytest.raises(BadRequestError) as raised:
        parse(b'{"a": [' + number + b"]}")
    assert str(raised.value) == (
        f"A number has {len(number)} characters, and 1000 are allowed; is it a text? Then quote it"
    )


def test_a_number_of_a_thousand_digits_costs_nothing() -> None:
    number = parse(b"9" * 1000)
    assert isinstance(number, document.Number)
    with pytest.raises(BadRequestError, match="does not fit 64 bits"):
        number.value("x")


@pytest.mark.parametrize(
    "body",
    [
        b"[" + b",".join([b"[]"] * 30_000) + b"]",
        b"{" + b",".join(b'"%d":1' % n for n in range(60_000)) + b"}",
        b"[" + b"1," * 60_000 + b"1]",
    ],
)
def test_a_document_of_too_many_values_is_refused(body: bytes) -> None:
    with pytest.raises(BadRequestError, match="The JSON holds more than 50000 values; send fewer"):
        parse(body)


def test_commas_and_brackets_inside_of_strings_are_no_values() -> None:
    text = ',[]{}\\"' * 30_000
    assert parse(json.dumps([text]).encode()) == [text]


@pytest.mark.parametrize("number", [b"-9223372036854775808", b"9223372036854775807", b"0", b"-1"])
def test_integers_of_64_bits_are_taken(number: bytes) -> None:
    assert document.plain(parse(number), "x") == int(number)


@pytest.mark.parametrize("number", [b"9223372036854775808", b"-9223372036854775809"])
def test_integers_beyond_64_bits_are_refused(number: bytes) -> None:
    with pytest.raises(BadRequestError, match="x: the number does not fit 64 bits"):
        document.plain(parse(number), "x")
