import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from weir_runtime.api.batch import RecordBatch
from weir_runtime.api.column import TextColumn
from weir_runtime.api.config import config_keys, evaluate, parse
from weir_runtime.api.errors import ConfigError, ConnectError
from weir_runtime.api.schema import STRING
from weir_runtime.connectors.file_source import (
    FileSourceConfig,
    FileStreamSourceConnector,
    FileStreamSourceTask,
)
from weir_runtime.testing import check_resume, run_source
from weir_runtime.testing.context import MemorySourceContext


def config(path: Path, **more: Any) -> dict[str, Any]:
    return {"file": path, "topic": "lines", **more}


def rows(path: Path, **more: Any) -> list[Any]:
    return run_source(FileStreamSourceConnector, config(path, **more)).rows


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "in.txt"


class Reader:
    """A task whose waits call back, so that a test can change the file meanwhile."""

    def __init__(self, keys: dict[str, Any], offset: dict[str, Any] | None = None) -> None:
        self.waits: list[Callable[[], object]] = []
        self.task = FileStreamSourceTask()
        self.task.config = parse(FileSourceConfig, {key: str(keys[key]) for key in keys})
        self.task.context = self.context(offset)

    def context(self, offset: dict[str, Any] | None) -> MemorySourceContext:
        reader = self

        class Context(MemorySourceContext):
            def wait(self, duration_s: float) -> bool:
                if reader.waits:
                    reader.waits.pop(0)()
                else:
                    self.stopping = True
                return self.stopping

            def offset(self, partition: Any) -> Any:
                return offset

        return Context("c", 0, offsets={}, stop_when_waiting=False)

    def run(self, *waits: Callable[[], object]) -> list[RecordBatch]:
        self.waits = [*waits]
        self.task.start()
        try:
            batches: Iterator[RecordBatch | None] = self.task.batches()
            return [batch for batch in batches if batch is not None]
        finally:
            self.task.stop()


def lines(batches: list[RecordBatch]) -> list[Any]:
    return [row for batch in batches for row in batch.value.rows_view()]


def test_lines_come_as_text_with_offsets_in_bytes(path: Path) -> None:
    path.write_bytes("é\nü\r\n\nlast".encode())
    run = run_source(FileStreamSourceConnector, config(path))
    assert run.rows == ["é", "ü", ""]
    assert run.keys == [None, None, None]
    assert run.committed == [({"filename": str(path)}, {"position": 8})]
    batch = run.batches[0]
    assert (batch.topic, batch.value_schema, batch.key_schema) == ("lines", STRING, None)
    assert isinstance(batch.value, TextColumn)


@pytest.mark.parametrize(
    ("text", "expected"),
    [(b"", []), (b"\n", [""]), (b"x", []), (b"a\n\xff\xfe\n", ["a", "\ufffd\ufffd"])],
)
def test_odd_files(path: Path, text: bytes, expected: list[str]) -> None:
    path.write_bytes(text)
    assert rows(path) == expected


def test_a_poll_has_at_most_batch_size_rows(path: Path) -> None:
    path.write_text("x\n" * 25)
    sizes = [len(one) for one in run_source(FileStreamSourceConnector, config(path)).batches]
    assert sizes == [25]
    run = run_source(FileStreamSourceConnector, config(path, **{"batch.size": 10}))
    assert [len(one) for one in run.batches] == [10, 10, 5]
    offsets = [one.source_offset for one in run.batches]
    assert offsets == [{"position": 20}, {"position": 40}, {"position": 50}]
    run = run_source(FileStreamSourceConnector, config(path, **{"batch.size": 0}))
    assert len(run.batches) == 25


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None
)
@given(
    data=st.lists(st.sampled_from([b"a", b"bc", b"\n", b"\r", b"\r\n", b"\xff"]), max_size=30),
    size=st.integers(1, 5),
)
def test_a_restart_at_every_offset_gives_the_rest(path: Path, data: list[bytes], size: int) -> None:
    path.write_bytes(b"".join(data))
    check_resume(FileStreamSourceConnector, config(path, **{"batch.size": size}))


def test_a_file_larger_than_a_block_is_read_whole(path: Path) -> None:
    expected = [f"{number} {'x' * 97}" for number in range(30_000)]
    path.write_text("\n".join(expected) + "\n")
    assert rows(path) == expected


def test_a_missing_file_is_waited_for_and_named_once(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    found = Reader(config(path)).run(lambda: None, lambda: None, lambda: path.write_text("a\n"))
    assert lines(found) == ["a"]
    assert [record.getMessage() for record in caplog.records] == [
        f"Couldn't find file {path}, waiting for it to be created"
    ]


def append(path: Path, text: str) -> Callable[[], object]:
    def act() -> None:
        with path.open("a") as file:
            file.write(text)

    return act


def test_a_growing_file_is_followed_and_a_partial_line_held_back(path: Path) -> None:
    path.write_text("a\nb")
    found = Reader(config(path)).run(append(path, "c"), append(path, "d\ne\n"), append(path, "f"))
    assert lines(found) == ["a", "bcd", "e"]
    assert found[-1].source_offset == {"position": 8}


def test_a_truncated_file_is_read_from_its_beginning(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path.write_text("one\ntwo\nthr")
    found = Reader(config(path)).run(lambda: path.write_text("new\n"))
    assert lines(found) == ["one", "two", "thr", "new"]
    assert found[-2].source_offset == {"position": 0}
    assert found[-1].source_offset == {"position": 4}
    assert "was truncated and is read from its beginning" in caplog.text


def test_a_replaced_file_is_read_to_its_end_first(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path.write_text("old\n")
    new = path.with_suffix(".new")

    def rotate() -> None:
        os.link(path, path.with_suffix(".1"))
        new.write_text("new\n")
        new.replace(path)
        append(path.with_suffix(".1"), "late\npart")()

    found = Reader(config(path)).run(rotate, lambda: None, lambda: None)
    assert lines(found) == ["old", "late", "part", "new"]
    assert found[-1].source_offset == {"position": 4}
    assert "was replaced by another file" in caplog.text


def test_a_file_that_was_moved_away_is_read_on_until_another_takes_its_place(path: Path) -> None:
    path.write_text("old\n")
    moved = path.with_suffix(".1")

    def move() -> None:
        path.rename(moved)

    found = Reader(config(path)).run(move, append(moved, "late\n"), append(path, "new\n"))
    assert lines(found) == ["old", "late"]


def test_an_offset_beyond_the_end_means_another_file(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path.write_text("a\n")
    assert lines(Reader(config(path), {"position": 3}).run()) == ["a"]
    assert "fewer than its offset 3" in caplog.text
    assert lines(Reader(config(path), {"position": 2}).run(append(path, "b\n"))) == ["b"]


@pytest.mark.parametrize("position", ["5", 1.5, True])
def test_an_offset_that_is_no_whole_number_fails_the_task(path: Path, position: Any) -> None:
    path.write_text("a\n")
    with pytest.raises(ConnectError, match="Offset position is the incorrect type"):
        Reader(config(path), {"position": position}).run()


def test_an_offset_without_a_position_starts_at_the_beginning(path: Path) -> None:
    path.write_text("a\n")
    assert lines(Reader(config(path), {"position": None}).run()) == ["a"]


def test_a_folder_fails_the_task_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConnectError, match=r"Couldn't read file '.*': Is a directory"):
        rows(tmp_path)


def test_a_fifo_is_read_without_offsets_and_its_last_line_delivered(path: Path) -> None:
    os.mkfifo(path)
    writer = threading.Thread(target=lambda: path.write_text("a\nb\nc"))
    writer.start()
    try:
        run = run_source(FileStreamSourceConnector, config(path), rows=3)
    finally:
        writer.join()
    assert run.rows == ["a", "b", "c"]
    assert run.committed == []


def test_standard_input_has_no_offsets(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    os.write(writing, b"one\ntwo\n")
    monkeypatch.setattr("weir_runtime.connectors.stream.STDIN", reading)
    try:
        run = run_source(FileStreamSourceConnector, {"topic": "t"}, rows=2)
        assert run.rows == ["one", "two"]
        assert run.batches[0].source_partition is None
        os.write(writing, b"still open\n")
        assert os.read(reading, 100) == b"still open\n"
    finally:
        os.close(reading)
        os.close(writing)


def test_definitions_are_javas() -> None:
    found = [
        (key.name, key.kind, key.required, key.default, key.importance, key.group, key.order)
        for key in config_keys(FileSourceConfig)
    ]
    assert found == [
        ("file", "STRING", False, None, "HIGH", None, -1),
        ("topic", "STRING", True, None, "HIGH", None, -1),
        ("batch.size", "INT", False, "2000", "LOW", None, -1),
    ]
    assert {(key.width, key.display_name == key.name) for key in config_keys(FileSourceConfig)} == {
        ("NONE", True)
    }


def test_an_empty_topic_is_refused_with_javas_sentence() -> None:
    values = evaluate(config_keys(FileSourceConfig), {"topic": ""}, FileSourceConfig)
    assert [value.errors for value in values if value.name == "topic"] == [
        ["Invalid value  for configuration topic: String must be non-empty"]
    ]
    with pytest.raises(ConfigError):
        run_source(FileStreamSourceConnector, {"file": "x"})


def test_there_is_one_task_with_the_connectors_config(path: Path) -> None:
    connector = FileStreamSourceConnector()
    connector.properties = {"name": "n", "file": str(path), "topic": "t", "key.converter": "K"}
    assert connector.task_configs(3) == [dict(connector.properties)]


@pytest.mark.parametrize(
    ("partition", "offset", "message"),
    [
        ({"filename": "/x"}, {"position": 5}, None),
        ({"filename": "/y"}, {"position": 5}, None),
        ({"q": 1}, None, None),
        (
            {"filename": "/x"},
            {"position": -5},
            "The value for the 'position' key in the offset should be a non-negative value",
        ),
        (
            {"filename": "/x"},
            {"position": "5"},
            "The value for the 'position' key in the offset is expected to be a Long value",
        ),
        (
            {"filename": "/x"},
            {"position": None},
            "The value for the 'position' key in the offset is expected to be a Long value",
        ),
        (
            {"filename": "/x"},
            {"other": 5},
            "Offset objects should either be null or contain the key 'position'",
        ),
        ({"x": "/x"}, {"position": 5}, "Partition objects should contain the key 'filename'"),
        (None, {"position": 5}, "Partition objects cannot be null"),
    ],
)
def test_offsets_are_checked_with_javas_sentences(
    partition: Any, offset: Any, message: str | None
) -> None:
    connector = FileStreamSourceConnector()
    keys = {"file": "/x", "topic": "t"}
    if message is None:
        assert connector.alter_offsets(keys, [(partition, offset)]) is True
        return
    with pytest.raises(ConnectError) as caught:
        connector.alter_offsets(keys, [(partition, offset)])
    assert str(caught.value) == message


@pytest.mark.parametrize("keys", [{"topic": "t"}, {"topic": "t", "file": ""}])
def test_standard_input_allows_neither_offsets_nor_exactly_once(keys: dict[str, str]) -> None:
    connector = FileStreamSourceConnector()
    assert connector.exactly_once_support(keys) is False
    with pytest.raises(ConnectError) as caught:
        connector.alter_offsets(keys, [])
    assert str(caught.value) == (
        "Offsets cannot be modified if the 'file' configuration is unspecified. This is because "
        "stdin is used for input and offsets are not tracked."
    )


def test_a_file_allows_exactly_once() -> None:
    assert FileStreamSourceConnector().exactly_once_support({"file": "/x", "topic": "t"}) is True
