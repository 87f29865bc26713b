import datetime
from decimal import Decimal
from typing import Any

import pytest

from weir_runtime.api.column import BytesColumn, NullColumn, RowsColumn, TextColumn
from weir_runtime.api.errors import ConfigError
from weir_runtime.api.schema import BYTES, OPTIONAL_STRING, STRING, Field, Schema, Type
from weir_runtime.converters.string import StringConverter


def converter(encoding: str | None = None) -> StringConverter:
    made = StringConverter()
    made.configure({} if encoding is None else {"converter.encoding": encoding}, is_key=False)
    return made


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1, b"1"),
        (1.0, b"1.0"),
        (1e10, b"1.0E10"),
        (True, b"true"),
        ("é", "é".encode()),
        (None, None),
        ([1, "a", None], b"[1, a, null]"),
        ({"b": 1, "a": [1, "x", None, 2.5]}, b"{b=1, a=[1, x, null, 2.5]}"),
        ({1: "x", 2: None}, b"{1=x, 2=null}"),
        (Decimal("1E+3"), b"1E+3"),
        (Decimal("0.00000001"), b"1E-8"),
        (datetime.date(2020, 1, 2), b"2020-01-02"),
        (b"\xff", b"\xff"),
    ],
)
def test_values_are_written_as_their_text(value: Any, text: bytes | None) -> None:
    assert list(converter().from_connect("t", RowsColumn([value]), None).bytes_view()) == [text]


def test_a_struct_prints_as_in_java() -> None:
    schema = Schema(
        Type.STRUCT,
        fields=(
            Field("i", Schema(Type.INT64, default=7)),
            Field("f", Schema(Type.FLOAT32)),
            Field("n", Schema(Type.STRUCT, fields=(Field("x", STRING),))),
        ),
    )
    row = {"n": {"x": "y"}, "f": 0.10000000149011612}
    found = converter().from_connect("t", RowsColumn([row]), schema).bytes_view()
    assert list(found) == [b"Struct{f=0.1,n=Struct{x=y}}"]


@pytest.mark.parametrize("column", [TextColumn([b"a\xff"]), BytesColumn([b"\xff"]), NullColumn(2)])
def test_text_and_bytes_pass_through_untouched(column: Any) -> None:
    assert converter().from_connect("t", column, BYTES) is column


def test_what_was_read_is_only_decoded_when_it_is_looked_at() -> None:
    rows = [b"a\xff\xc3", None]
    ((count, column, schema),) = converter().to_connect("t", BytesColumn(rows))
    assert (count, schema) == (2, OPTIONAL_STRING)
    assert column.bytes_view() is rows
    assert list(column.rows_view()) == ["a\ufffd\ufffd", None]


@pytest.mark.parametrize(
    ("encoding", "text", "data"),
    [
        ("UTF-16", "x", b"\xfe\xff\x00x"),
        ("ISO-8859-1", "é€", b"\xe9?"),
        ("US-ASCII", "é", b"?"),
        ("windows-1252", "€", b"\x80"),
    ],
)
def test_other_encodings_are_javas(encoding: str, text: str, data: bytes) -> None:
    made = converter(encoding)
    column = TextColumn([text.encode()])
    assert list(made.from_connect("t", column, STRING).bytes_view()) == [data]
    ((_, found, _),) = made.to_connect("t", BytesColumn([data, None]))
    assert list(found.rows_view()) == [data.decode(encoding), None]


def test_utf_16_without_a_mark_is_big_endian() -> None:
    ((_, found, _),) = converter("UTF-16").to_connect("t", BytesColumn([b"\x00x"]))
    assert list(found.rows_view()) == ["x"]


@pytest.mark.parametrize("name", ["nope", "base64", "rot13"])
def test_an_unknown_encoding_is_refused(name: str) -> None:
    with pytest.raises(ConfigError, match=f"Unsupported encoding {name}"):
        converter(name)


def test_it_converts_headers_too() -> None:
    made = converter()
    assert made.from_connect_header("t", "h", None, 5) == b"5"
    assert made.from_connect_header("t", "h", None, None) is None
    assert made.to_connect_header("t", "h", b"5") == (OPTIONAL_STRING, "5")
