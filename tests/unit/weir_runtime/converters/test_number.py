"""Number converters against what Java Connect 4.3.1 did (recorded)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weir_runtime.api.column import BytesColumn, RowsColumn
from weir_runtime.api.converter import ColumnHeaderConverter
from weir_runtime.api.errors import DataError
from weir_runtime.api.schema import STRING, Schema, Type
from weir_runtime.converters import number

ALL: list[tuple[type[ColumnHeaderConverter], Any, bytes, Type]] = [
    (number.BooleanConverter, True, b"\x01", Type.BOOLEAN),
    (number.ShortConverter, -2, b"\xff\xfe", Type.INT16),
    (number.IntegerConverter, -2, b"\xff\xff\xff\xfe", Type.INT32),
    (number.LongConverter, -2, b"\xff" * 7 + b"\xfe", Type.INT64),
    (number.FloatConverter, 1.5, b"\x3f\xc0\x00\x00", Type.FLOAT32),
    (number.DoubleConverter, 1.5, b"\x3f\xf8" + b"\x00" * 6, Type.FLOAT64),
]


@pytest.mark.parametrize(("kind", "value", "data", "schema_type"), ALL)
def test_the_forms_are_kafkas(
    kind: type[ColumnHeaderConverter], value: Any, data: bytes, schema_type: Type
) -> None:
    converter = kind()
    column = converter.from_connect("t", RowsColumn([value, None]), None)
    assert list(column.bytes_view()) == [data, None]
    for rows in ([data, None, data], [data, data], [], [None]):
        ((count, found, schema),) = converter.to_connect("t", BytesColumn(rows))
        assert count == len(rows)
        assert list(found.rows_view()) == [None if row is None else value for row in rows]
        assert schema == Schema(schema_type, optional=True)
    assert converter.from_connect_header("t", "h", None, value) == data


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        (
            number.BooleanConverter,
            "BooleanConverter is not compatible with objects of type class java.lang.String",
        ),
        (number.ShortConverter, "Failed to serialize to short (was class java.lang.String): "),
        (number.IntegerConverter, "Failed to serialize to integer (was class java.lang.String): "),
        (number.LongConverter, "Failed to serialize to long (was class java.lang.String): "),
        (number.FloatConverter, "Failed to serialize to float (was class java.lang.String): "),
        (number.DoubleConverter, "Failed to serialize to double (was class java.lang.String): "),
    ],
)
def test_another_type_is_refused_with_javas_sentence(
    kind: type[ColumnHeaderConverter], message: str
) -> None:
    with pytest.raises(DataError) as caught:
        kind().from_connect("t", RowsColumn([None, "x"]), None)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("kind", "data", "message"),
    [
        (
            number.BooleanConverter,
            b"abc",
            "boolean: Size of data received by BooleanDeserializer is not 1",
        ),
        (
            number.BooleanConverter,
            b"\x02",
            "boolean: Unexpected byte received by BooleanDeserializer: 2",
        ),
        (
            number.ShortConverter,
            b"",
            "short: Size of data received by ShortDeserializer is not 2",
        ),
        (
            number.IntegerConverter,
            b"abc",
            "integer: Size of data received by IntegerDeserializer is not 4",
        ),
        (number.LongConverter, b"abc", "long: Size of data received by LongDeserializer is not 8"),
        (number.FloatConverter, b"abc", "float: Size of data received by Deserializer is not 4"),
        (number.DoubleConverter, b"abc", "double: Size of data received by Deserializer is not 8"),
    ],
)
def test_data_of_another_size_is_refused(
    kind: type[ColumnHeaderConverter], data: bytes, message: str
) -> None:
    with pytest.raises(DataError) as caught:
        kind().to_connect("t", BytesColumn([None, data]))
    assert str(caught.value) == f"Failed to deserialize {message}"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (number.ShortConverter, 1 << 15),
        (number.IntegerConverter, 1 << 31),
        (number.LongConverter, 1 << 63),
        (number.FloatConverter, 1e39),
        (number.DoubleConverter, 10**400),
        (number.IntegerConverter, True),
        (number.IntegerConverter, 1.0),
    ],
)
def test_what_does_not_fit_is_refused(kind: type[ColumnHeaderConverter], value: Any) -> None:
    with pytest.raises(DataError):
        kind().from_connect("t", RowsColumn([value]), None)


def test_booleans_mind_the_schema() -> None:
    with pytest.raises(DataError, match="Invalid schema type for BooleanConverter: STRING"):
        number.BooleanConverter().from_connect("t", RowsColumn([True]), STRING)


@given(st.lists(st.none() | st.integers(-(2**63), 2**63 - 1)))
def test_longs_come_back(values: list[int | None]) -> None:
    converter = number.LongConverter()
    ((_, found, _),) = converter.to_connect(
        "t", converter.from_connect("t", RowsColumn(values), None)
    )
    assert list(found.rows_view()) == values
