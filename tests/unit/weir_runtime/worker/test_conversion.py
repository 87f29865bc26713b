"""Batches through a task's converters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weir_runtime.api import schema
from weir_runtime.api.batch import Column, RecordBatch
from weir_runtime.api.column import BytesColumn, RowsColumn, TextColumn
from weir_runtime.api.converter import Converter, Run
from weir_runtime.api.errors import ConnectError, DataError
from weir_runtime.api.schema import Schema
from weir_runtime.worker.conversion import Conversion
from weir_runtime.worker.protocol import Configured, PluginRef

INT = Schema(schema.Type.INT64)


class Mixed(Converter):
    """Digits become numbers with a schema, other rows text without one; `!` cannot be read."""

    version: ClassVar[str] = "1"

    def from_connect(self, topic: str, column: Column, schema: Schema | None) -> Column:
        raise DataError("row 3 does not fit")

    def to_connect(self, topic: str, column: Column) -> Sequence[Run]:
        runs: list[tuple[int, list[Any], Schema | None]] = []
        for row in column.bytes_view():
            text = (row or b"").decode()
            if text == "!":
                raise DataError("unreadable")
            value, kind = (int(text), INT) if text.isdigit() else (text, None)
            if not runs or runs[-1][2] is not kind:
                runs.append((0, [], kind))
            count, values, _ = runs[-1]
            runs[-1] = (count + 1, [*values, value], kind)
        return [(count, RowsColumn(values), kind) for count, values, kind in runs]


MIXED = Configured(PluginRef("mixed", f"{__name__}:Mixed", "1"), {})


@pytest.fixture
def conversion(order: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Give a conversion whose keys and values come in runs."""
    import sys

    monkeypatch.setitem(sys.modules, __name__, sys.modules.get(__name__) or _this())
    return Conversion(order(key_converter=MIXED, value_converter=MIXED))


def _this() -> Any:
    import types

    module = types.ModuleType(__name__)
    module.Mixed = Mixed  # type: ignore[attr-defined]
    return module


def read(values: list[bytes], keys: list[bytes] | None = None) -> RecordBatch:
    return RecordBatch(
        "t",
        BytesColumn(values),
        key=None if keys is None else BytesColumn(keys),
        partition=0,
        offsets=range(10, 10 + len(values)),
        timestamps=[100 + number for number in range(len(values))],
        headers=[[("h", str(number).encode())] for number in range(len(values))],
    )


def test_one_run_is_one_batch(conversion: Any) -> None:
    (found,) = conversion.from_kafka(read([b"1", b"2"], [b"a", b"b"]))
    assert found.value.rows_view() == [1, 2]
    assert (found.value_schema, found.key_schema) == (INT, None)
    assert found.key.rows_view() == ["a", "b"]
    assert list(found.offsets) == [10, 11]


def test_batches_end_where_a_run_of_keys_or_values_ends(conversion: Any) -> None:
    batch = read([b"1", b"2", b"x", b"y", b"3"], [b"7", b"a", b"b", b"8", b"9"])
    found = conversion.from_kafka(batch)
    assert [each.value.rows_view() for each in found] == [[1], [2], ["x"], ["y"], [3]]
    assert [each.key.rows_view() for each in found] == [[7], ["a"], ["b"], [8], [9]]


@given(st.lists(st.tuples(st.sampled_from("1a"), st.sampled_from("2b")), min_size=1, max_size=12))
def test_no_row_is_lost_doubled_or_moved(rows: list[tuple[str, str]]) -> None:
    from weir_runtime.worker import conversion as module

    mixed = Mixed()
    batch = read([value.encode() for value, _ in rows], [key.encode() for _, key in rows])
    assert batch.key is not None
    keys, values = mixed.to_connect("t", batch.key), mixed.to_connect("t", batch.value)
    found = list(module._split(batch, keys, values))
    flat = [
        (str(value), str(key), offset, time)
        for each in found
        for value, key, offset, time in zip(
            each.value.rows_view(),
            each.key.rows_view() if each.key else (),
            each.offsets or (),
            each.timestamps if isinstance(each.timestamps, list) else (),
            strict=True,
        )
    ]
    assert flat == [(value, key, 10 + n, 100 + n) for n, (value, key) in enumerate(rows)]
    assert all(len({type(row) for row in each.value.rows_view()}) == 1 for each in found)


def test_text_stays_the_same_list_of_bytes(order: Callable[..., Any]) -> None:
    text = order().key_converter
    both = Conversion(order(value_converter=text))
    values = [b"a", None, b"b"]
    sent = both.to_kafka(RecordBatch("t", TextColumn(values), value_schema=schema.STRING))
    assert sent.value.bytes_view() is values
    (got,) = both.from_kafka(RecordBatch("t", BytesColumn(values), partition=0))
    assert got.value.bytes_view() is values
    assert got.key is None


@pytest.mark.parametrize("direction", ["to_kafka", "from_kafka"])
def test_a_row_that_does_not_fit_is_javas_sentence_with_its_cause(
    conversion: Any, direction: str
) -> None:
    with pytest.raises(ConnectError, match=r"^Tolerance exceeded in error handler$") as caught:
        getattr(conversion, direction)(read([b"!"]))
    assert isinstance(caught.value.__cause__, DataError)


def test_an_unloadable_or_wrong_plugin_is_named(order: Callable[..., Any]) -> None:
    missing = Configured(PluginRef("com.example.Missing", "no.such:Thing", "1"), {})
    wrong = Configured(PluginRef("Wrong", "builtins:dict", "1"), {})
    with pytest.raises(ConnectError, match=r"com\.example\.Missing could not be loaded"):
        Conversion(order(value_converter=missing))
    with pytest.raises(ConnectError, match="Wrong is not a Converter"):
        Conversion(order(value_converter=wrong))
