import os
from pathlib import Path
from typing import Any

import pytest

from weir_runtime.api.batch import RecordBatch
from weir_runtime.api.column import BytesColumn, JsonColumn, NullColumn, RowsColumn, TextColumn
from weir_runtime.api.config import config_keys
from weir_runtime.api.errors import ConnectError
from weir_runtime.api.schema import STRING, Field, Schema, Type
from weir_runtime.connectors.file_sink import FileSinkConfig, FileStreamSinkConnector
from weir_runtime.testing import batch, run_sink

STRUCT = Schema(Type.STRUCT, fields=(Field("a", Schema(Type.INT32)), Field("b", STRING)))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "out.txt"


def write(path: Path, *batches: RecordBatch, **more: Any) -> dict[tuple[str, int], int]:
    return run_sink(FileStreamSinkConnector, {"file": path}, batches, **more).committed


@pytest.mark.parametrize(
    ("column", "schema", "text"),
    [
        (TextColumn([b"a", b"\xff", None, b""]), STRING, b"a\n\xff\nnull\n\n"),
        (BytesColumn([b"a", None]), None, b"a\nnull\n"),
        (
            RowsColumn(["ü", 1, 1e10, True, None, b"\xff"]),
            None,
            b"\xc3\xbc\n1\n1.0E10\ntrue\nnull\n\xff\n",
        ),
        (RowsColumn([{"a": 1, "b": "x"}, {"a": 2}]), STRUCT, b"Struct{a=1,b=x}\nStruct{a=2}\n"),
        (RowsColumn([{"a": 1, "b": [1, None]}]), None, b"{a=1, b=[1, null]}\n"),
        (JsonColumn([b'{"a":"x"}', b'"t"']), None, b"{a=x}\nt\n"),
        (NullColumn(2), None, b"null\nnull\n"),
        (RowsColumn([]), None, b""),
    ],
)
def test_each_value_is_a_line_as_java_prints_it(
    path: Path, column: Any, schema: Schema | None, text: bytes
) -> None:
    write(path, RecordBatch("t", column, value_schema=schema))
    assert path.read_bytes() == text


def test_lines_are_appended_and_offsets_committed(path: Path) -> None:
    path.write_text("before\n")
    committed = write(path, batch("t", ["a", "b"]), batch("t", ["c"]), batch("u", ["d"], offset=7))
    assert path.read_text() == "before\na\nb\nc\nd\n"
    assert committed == {("t", 0): 3, ("u", 0): 8}


def test_a_torn_line_is_ended_before_the_next(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path.write_text("one\ntw")
    write(path, batch("t", ["two"]))
    assert path.read_text() == "one\ntw\ntwo\n"
    assert "ends within a line" in caplog.text


def test_a_commit_syncs_once_and_only_after_a_put(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    write(path)
    assert synced == []
    write(path, batch("t", ["a"]), batch("t", ["b"]))
    assert len(synced) == 1
    write(path, batch("t", ["a"]), batch("t", ["b"]), commit_each=True)
    assert len(synced) == 3


def test_a_short_write_is_completed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: real(descriptor, data[:3]))
    write(path, batch("t", ["abcdefgh", "ij"]))
    assert path.read_text() == "abcdefgh\nij\n"


def test_a_full_disk_fails_the_task_with_a_sentence() -> None:
    with pytest.raises(ConnectError, match="Couldn't write file '/dev/full': No space left"):
        write(Path("/dev/full"), batch("t", ["a"]))


@pytest.mark.parametrize("name", ["missing/out.txt", "."])
def test_a_file_that_cannot_be_made_fails_the_task_with_javas_sentence(
    tmp_path: Path, name: str
) -> None:
    target = tmp_path / name
    with pytest.raises(ConnectError) as caught:
        write(target, batch("t", ["a"]))
    assert str(caught.value).startswith(
        f"Couldn't find or create file '{target}' for FileStreamSinkTask: "
    )


def test_without_a_file_it_writes_to_standard_output(capfd: pytest.CaptureFixture[str]) -> None:
    run_sink(FileStreamSinkConnector, {}, [batch("t", ["a", None])])
    os.write(1, b"still open\n")
    assert capfd.readouterr().out == "a\nnull\nstill open\n"


def test_definitions_and_tasks_are_javas() -> None:
    (key,) = config_keys(FileSinkConfig)
    assert (key.name, key.kind, key.required, key.default) == ("file", "STRING", False, None)
    assert (key.importance, key.group, key.order, key.width) == ("HIGH", None, -1, "NONE")
    connector = FileStreamSinkConnector()
    connector.properties = {"topics": "t", "file": "x"}
    assert connector.task_configs(3) == [{"topics": "t", "file": "x"}] * 3
    assert connector.alter_offsets({}, []) is True
