from typing import Any

import pytest

from weir_runtime.api.column import BytesColumn, RowsColumn, TextColumn
from weir_runtime.api.errors import DataError
from weir_runtime.api.schema import BYTES, OPTIONAL_BYTES, STRING, Schema
from weir_runtime.converters.bytearray import ByteArrayConverter


def test_bytes_pass_through() -> None:
    column = BytesColumn([b"x", None])
    assert ByteArrayConverter().from_connect("t", column, BYTES) is column
    ((count, found, schema),) = ByteArrayConverter().to_connect("t", column)
    assert (count, list(found.rows_view()), schema) == (2, [b"x", None], OPTIONAL_BYTES)


@pytest.mark.parametrize(
    ("schema", "column", "message"),
    [
        (STRING, TextColumn([b"x"]), "Invalid schema type for ByteArrayConverter: STRING"),
        (
            None,
            RowsColumn([b"x", "x"]),
            "ByteArrayConverter is not compatible with objects of type class java.lang.String",
        ),
        (
            BYTES,
            TextColumn([b"x"]),
            "ByteArrayConverter is not compatible with objects of type class java.lang.String",
        ),
    ],
)
def test_anything_else_is_refused_with_javas_sentence(
    schema: Schema | None, column: Any, message: str
) -> None:
    with pytest.raises(DataError) as caught:
        ByteArrayConverter().from_connect("t", column, schema)
    assert str(caught.value) == message


def test_rows_of_any_kind_of_bytes_are_taken() -> None:
    rows = RowsColumn([b"a", bytearray(b"b"), memoryview(b"c"), None])
    found = ByteArrayConverter().from_connect("t", rows, None).bytes_view()
    assert list(found) == [b"a", b"b", b"c", None]
