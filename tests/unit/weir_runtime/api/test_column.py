import builtins
import sys
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from weir_runtime.api import column
from weir_runtime.api.batch import Column, RecordBatch
from weir_runtime.api.errors import ConnectError, DataError

COLUMNS: list[tuple[Callable[[], Column], list[Any], list[bytes | None]]] = [
    (lambda: column.BytesColumn([b"a", None, b"c"]), [b"a", None, b"c"], [b"a", None, b"c"]),
    (
        lambda: column.TextColumn([b"a", None, b"\xff"]),
        ["a", None, "\ufffd"],
        [b"a", None, b"\xff"],
    ),
    (
        lambda: column.RowsColumn(["ü", None, b"c", bytearray(b"d")]),
        ["ü", None, b"c", bytearray(b"d")],
        ["ü".encode(), None, b"c", b"d"],
    ),
    (
        lambda: column.JsonColumn([b'"a"', None, b"null"]),
        ["a", None, None],
        [b"a", None, None],
    ),
    (lambda: column.NullColumn(3), [None] * 3, [None] * 3),
]


@pytest.mark.parametrize(("make", "rows", "data"), COLUMNS)
def test_views_show_the_same_rows(
    make: Callable[[], Column], rows: list[Any], data: list[bytes | None]
) -> None:
    made = make()
    assert len(made) == len(rows)
    assert list(made.rows_view()) == rows
    assert list(made.bytes_view()) == data


@pytest.mark.parametrize(("make", "rows", "data"), COLUMNS)
@pytest.mark.parametrize("cut", [slice(0, 0), slice(0, 2), slice(1, 3), slice(2, 100), slice(5, 6)])
def test_a_part_is_a_column_of_the_same_form(
    make: Callable[[], Column], rows: list[Any], data: list[bytes | None], cut: slice
) -> None:
    part = make().part(cut.start, cut.stop)
    assert type(part) is type(make())
    assert list(part.rows_view()) == rows[cut]
    assert list(part.bytes_view()) == data[cut]


@pytest.mark.parametrize(
    "made",
    [
        column.TextColumn([b"a"]),
        column.RowsColumn(["a"]),
        column.JsonColumn([b'"a"']),
        column.BytesColumn([b"a"]),
    ],
)
def test_a_view_is_built_once(made: Column) -> None:
    assert made.rows_view() is made.rows_view()
    assert made.bytes_view() is made.bytes_view()


def test_bytes_of_other_values_are_refused_with_their_row() -> None:
    for made in (column.RowsColumn(["a", 1]), column.JsonColumn([b'"a"', b"1"])):
        with pytest.raises(DataError, match="Neither bytes nor text but int") as caught:
            made.bytes_view()
        assert caught.value.row == 1


def test_json_that_is_none_is_refused_with_its_row() -> None:
    with pytest.raises(DataError, match="Not JSON") as caught:
        column.JsonColumn([b"1", b"{"]).rows_view()
    assert caught.value.row == 1


def test_a_lone_surrogate_becomes_a_question_mark() -> None:
    assert list(column.RowsColumn(["a\ud800"]).bytes_view()) == [b"a?"]


@pytest.mark.parametrize("make", [make for make, _, _ in COLUMNS])
def test_arrow_without_pyarrow_names_the_extra(
    make: Callable[[], Column], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def without(name: str, *args: Any) -> Any:
        if name == "pyarrow":
            raise ImportError(name)
        return real(name, *args)

    monkeypatch.delitem(sys.modules, "pyarrow", raising=False)
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ConnectError, match=r"weir-runtime\[arrow\]"):
        make().arrow_view()


class FakeArrow:
    """Stands in for pyarrow, which is an extra: what is asked of it."""

    built = 0

    def array(self, values: Sequence[Any], **more: str) -> tuple[list[Any], str | None]:
        self.built += 1
        return list(values), more.get("type")

    def nulls(self, count: int) -> tuple[list[Any], str]:
        return [None] * count, "null"

    def binary(self) -> str:
        return "binary"

    def string(self) -> str:
        return "string"


def test_arrow_arrays_are_of_the_columns_type_and_built_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    arrow = FakeArrow()
    monkeypatch.setitem(sys.modules, "pyarrow", arrow)
    expected = ["binary", "string", None, None, "null"]
    columns = [make() for make, _, _ in COLUMNS]
    found = [made.arrow_view() for made in columns]
    assert [kind for _, kind in found] == expected
    assert [values for values, _ in found] == [rows for _, rows, _ in COLUMNS]
    for made in columns:
        made.arrow_view()
    assert arrow.built == 4


def test_only_the_last_part_of_a_batch_moves_the_source() -> None:
    batch = RecordBatch(
        "t",
        column.TextColumn([b"a", b"b", b"c"]),
        key=column.BytesColumn([b"1", None, b"3"]),
        headers=[None, [("h", b"x")], None],
        timestamps=[1, None, 3],
        source_partition={"p": 1},
        source_offset={"o": 3},
        offsets=range(10, 13),
    )
    first, last = batch.part(0, 2), batch.part(2, 3)
    assert (first.source_offset, first.source_partition) == (None, None)
    assert (last.source_offset, last.source_partition) == ({"o": 3}, {"p": 1})
    assert list(first.value.rows_view()) == ["a", "b"]
    assert first.key is not None
    assert list(first.key.bytes_view()) == [b"1", None]
    assert (first.headers, first.timestamps) == ([None, [("h", b"x")]], [1, None])
    assert (list(first.offsets or ()), list(last.offsets or ())) == ([10, 11], [12])
    bare = RecordBatch("t", column.NullColumn(2), timestamps=5).part(0, 1)
    assert (len(bare), bare.timestamps, bare.key, bare.offsets) == (1, 5, None, None)
