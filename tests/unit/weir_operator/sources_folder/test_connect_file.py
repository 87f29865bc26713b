"""Connect's own files: bodies of POST, flat JSON, properties as Java reads them."""

import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weir_operator.plan.model import TargetState
from weir_operator.sources import connect_file
from weir_operator.sources.document import ProblemsError
from weir_operator.sources.folder import Folder, FolderError

URL = "http://connect:8083"
CONFIG = {"connector.class": "FileStreamSource", "tasks.max": "2", "file": "/data/in"}


def folder(path: Path) -> Folder:
    return Folder(str(path), URL)


@pytest.mark.parametrize(
    "body",
    [
        {"name": "orders", "config": CONFIG},
        {"name": "orders", "config": {"name": "orders", **CONFIG}, "tasks": [], "type": "source"},
        {"name": "orders", **CONFIG, "tasks.max": 2},
        [{"name": "orders", "config": CONFIG}],
    ],
)
def test_a_body_is_a_connector(tmp_path: Path, body: object) -> None:
    (tmp_path / "a.json").write_text(json.dumps(body))
    (desired,) = folder(tmp_path).load()
    assert desired.config == {"name": "orders", **CONFIG}
    assert desired.state is TargetState.RUNNING


def test_the_initial_state_is_the_wanted_one() -> None:
    text = connect_file.text_of("orders", CONFIG, "paused")
    (desired,) = Folder("a.json", URL).of_text(text)
    assert desired.state is TargetState.PAUSED


def test_properties_are_read_as_java_reads_them(tmp_path: Path) -> None:
    (tmp_path / "worker.properties").write_text("bootstrap.servers=x:9092\n")
    (tmp_path / "a.properties").write_text(
        "# a comment\n! another\nname = orders\nconnector.class:FileStreamSource\n"
        "tasks.max 2\nfile=/data/\\\n   in\ntext=a\\tb\\u00fc=c\nkey\\ with\\:signs=x\n"
        "path=C:\\\\x\\\\\nempty=\nbare\n"
    )
    (desired,) = folder(tmp_path).load()
    assert desired.config == {
        **CONFIG,
        "name": "orders",
        "text": "a\tbü=c",
        "key with:signs": "x",
        "path": "C:\\x\\",
        "empty": "",
        "bare": "",
    }


@pytest.mark.parametrize(
    ("name", "text", "line", "part"),
    [
        ("a.json", '{"connector.class": "X"}', 1, "name is missing"),
        ("a.json", '{"name": "a",\n"config": {"name": "b",\n"connector.class": "X"}}', 2, "keep"),
        ("a.json", '{"name": "a",\n"connector.class": 7}', 2, "connector.class: write a text"),
        ("a.json", '{"name": "a", "connector.class": "X",\n"tasks.max": "x"}', 2, "tasks.max: "),
        ("a.json", '{"name": "a", "connector.class": "X",\n"k": [1]}', 2, "a list is no config"),
        (
            "a.json",
            '{"name": "a", "config": {"connector.class": "X"},\n"initial_state": "GONE"}',
            2,
            "initial_state: 'gone' is not known; write running, paused or stopped",
        ),
        ("a.properties", "name=a\nconnector.class=X\ntasks.max=0\n", 3, "tasks.max: write 1"),
        ("a.properties", "name=a\nconnector.class=X\nname=b\n", 3, "line 1"),
    ],
)
def test_a_mistake_is_told_in_words_of_the_file(
    tmp_path: Path, name: str, text: str, line: int, part: str
) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(FolderError) as caught:
        folder(tmp_path).load()
    (problem,) = caught.value.problems
    assert (problem.line, part in problem.message) == (line, True), problem


@given(st.text())
def test_any_text_is_read_as_properties_or_has_a_key_twice(text: str) -> None:
    with contextlib.suppress(ProblemsError):
        connect_file.document_of("a.properties", text)
