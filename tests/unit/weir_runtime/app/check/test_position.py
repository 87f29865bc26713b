from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weir_runtime.app.check import position
from weir_runtime.storage.ports import OffsetPair


@pytest.fixture(scope="session")
def text_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("position") / "in.txt"


@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=60), data=st.data())
def test_bytes_that_come_again_are_those_that_characters_do_not_count(
    text_file: Path, text: str, data: st.DataObject
) -> None:
    text_file.write_bytes(text.encode())
    upto = data.draw(st.integers(0, len(text)))
    units = len(text[:upto].encode("utf-16-le")) // 2
    assert position.repeated(text_file, units) == len(text[:upto].encode()) - units


@pytest.mark.parametrize(
    ("content", "at", "sentence"),
    [
        ("plain\n", 6, None),
        ("grün\n" * 3, 15, "up to 3 bytes come again"),
        ("short\n", 60, "less than its position 60"),
    ],
)
def test_a_position_that_would_not_mean_the_same_is_noted(
    tmp_path: Path, content: str, at: int, sentence: str | None
) -> None:
    file = tmp_path / "in.txt"
    file.write_text(content)
    notes = list(position.notes([({"filename": str(file)}, {"position": at})]))
    assert len(notes) == (sentence is not None)
    assert all(str(sentence) in note for note in notes)


def test_a_file_of_another_machine_and_a_foreign_offset_are_passed_over(tmp_path: Path) -> None:
    pairs: list[OffsetPair] = [
        ({"filename": str(tmp_path / "none")}, {"position": 5}),
        ({"filename": None}, {"position": 5}),
        ({"table": "t"}, {"id": 5}),
        ({"filename": str(tmp_path)}, {"position": 5}),
        ({"filename": "x"}, None),
    ]
    assert list(position.notes(pairs)) == []
