"""Commands for folders without a worker: what may be deleted, what is told, what is refused."""

import io
import json
import os
import re
import sys
from pathlib import Path

import pytest

from weir_operator.cli.weirctl import program
from weir_operator.cli.weirctl.folder import progress, prune
from weir_operator.cli.weirctl.folder.judge import unknown_class
from weir_operator.client.target import ClusterTarget
from weir_operator.observe.errors import OperatorError

HEAD = "apiVersion: weir.dev/v1alpha1\nkind: KafkaConnector\n"
GOOD = f"{HEAD}metadata: {{name: orders}}\nspec: {{class: FileStreamSource}}\n"


class Terminal(io.StringIO):
    """A stream that says it is one."""

    def isatty(self) -> bool:
        return True


def test_only_what_has_no_file_and_matches_as_a_whole_is_pruned() -> None:
    names = ["b-2", "a", "b-1", "xb-1", "kept"]
    assert prune.chosen(names, {"kept"}, prune.Rule()) == ["a", "b-1", "b-2", "xb-1"]
    assert prune.chosen(names, {"kept"}, prune.Rule.of("b-.*", None)) == ["b-1", "b-2"]
    with pytest.raises(OperatorError, match="is no regular expression"):
        prune.Rule.of("(", None)


@pytest.mark.parametrize(
    ("gone", "running", "most", "refused"),
    [
        (10, 10, None, False),
        (11, 22, None, False),
        (11, 21, None, True),
        (300, 301, 300, False),
        (2, 300, 1, True),
        (0, 0, 0, False),
    ],
)
def test_many_deletions_must_be_asked_for_by_their_number(
    gone: int, running: int, most: int | None, refused: bool
) -> None:
    assert bool(prune.excess(gone, running, prune.Rule(most=most))) is refused


@pytest.mark.parametrize(("answer", "agreed"), [("y\n", True), ("\n", False), ("", False)])
def test_a_deletion_is_asked_about_on_a_terminal(
    answer: str, agreed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    stray = prune.Stray(ClusterTarget("http://c"), "old")
    monkeypatch.setattr(sys, "stdin", Terminal(answer))
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    assert prune.agreed([stray], yes=False) is agreed
    assert "Delete 1 connector that has no file?" in screen.getvalue()
    monkeypatch.setattr(sys, "stdin", io.StringIO(answer))
    with pytest.raises(OperatorError, match="nobody to ask"):
        prune.agreed([stray], yes=False)
    assert prune.agreed([stray], yes=True)
    assert prune.agreed([], yes=False)


@pytest.mark.parametrize(
    ("environment", "bar"),
    [
        ({"TERM": "xterm"}, True),
        ({"TERM": "xterm", "NO_COLOR": "1"}, True),
        ({"TERM": "dumb"}, False),
        ({}, False),
        ({"TERM": "xterm", "CI": "true"}, False),
    ],
)
def test_a_bar_is_for_terminals_that_somebody_looks_at(
    environment: dict[str, str], bar: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    assert progress.has_bar(environment) is bar
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert not progress.has_bar(environment)


@pytest.mark.parametrize("columns", ["20", "80"])
def test_the_bar_fits_the_terminal_and_is_gone_at_the_end(
    columns: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(os, "environ", {"TERM": "xterm", "COLUMNS": columns, "NO_COLOR": "1"})
    monkeypatch.setattr(progress, "BAR_AFTER_S", 0.0)
    with progress.shown(300, "as asked") as told:
        told.at(7)
        assert told.has_bar
    drawn = screen.getvalue()
    assert "7/300" in drawn
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]m", drawn)
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", drawn)
    assert all(len(line) <= int(columns) for line in re.split(r"[\r\n]", plain))
    assert "\x1b[2K" in drawn


def test_without_a_terminal_long_work_is_a_line_now_and_then(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(progress, "LINE_EACH_S", 0.0)
    with progress.shown(300, "as asked") as told:
        told.at(120)
    assert capsys.readouterr().err == "weirctl: 120 of 300 as asked after 0 s\n"


def test_an_unknown_class_is_told_with_what_was_perhaps_meant() -> None:
    known = ["org.apache.kafka.connect.file.FileStreamSourceConnector", "io.x.Jdbc"]
    assert "did you mean FileStreamSourceConnector?" in unknown_class("FileStreamSource2", known)
    assert "they have: io.x.Jdbc, org.apache" in unknown_class("Nothing", known)


def test_validate_offline_tells_every_mistake_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.yaml").write_text(GOOD)
    (tmp_path / "b.yaml").write_text(GOOD.replace("{class: FileStreamSource}", "{clas: X}"))
    (tmp_path / "c.yaml").write_text(GOOD.replace("FileStreamSource", "Other"))
    assert program.main(["validate", "--offline", "-f", str(tmp_path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert any("b.yaml:4: spec.class is missing" in line for line in lines)
    assert any("did you mean class?" in line for line in lines)
    assert any("c.yaml:1: orders is here and at" in line for line in lines)
    assert lines[-1].startswith("2 connectors: 2 valid, 3 mistakes in the files")
    for name in "bc":
        (tmp_path / f"{name}.yaml").unlink()
    assert program.main(["validate", "--offline", "-o", "json", "-f", str(tmp_path)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["valid"]
    assert found["connectors"][0]["result"] == "valid"


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["export", "--connect", "http://c"], "export needs -f FOLDER"),
        (["export", "-f", "FILE", "--connect", "http://c"], "is a file"),
        (["export", "-f", "x", "--connect", "http://c", "--connect-ref", "a/b/c"], "write NAME"),
        (["diff", "-f", "FILE", "--connect", "http://c", "--prune-max", "1"], "add it"),
        (["apply", "-f", "FILE", "--connect", "http://c", "--prune-matching", "x"], "add it"),
        (["apply", "-f", "FILE", "--connect", "http://c", "--prune", "--prune-max", "-1"], "max"),
        (["validate", "-f", "EMPTY", "--offline"], "there is no KafkaConnector"),
    ],
)
def test_a_mistake_in_the_arguments_is_one_line(
    arguments: list[str], part: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.yaml").write_text(GOOD)
    places = {"FILE": str(tmp_path / "a.yaml"), "EMPTY": str(tmp_path / "empty")}
    assert program.main([places.get(word, word) for word in arguments]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert part in line


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--prune", "-l", "team=shop"], "--selector leaves out"),
        (["-l", "team in shop"], "is no label selector"),
        (["-l", "team=none"], "there is no KafkaConnector with the labels team=none"),
    ],
)
def test_a_selector_that_cannot_be_followed_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    resource = {
        "apiVersion": "weir.dev/v1alpha1",
        "kind": "KafkaConnector",
        "metadata": {"name": "a"},
        "spec": {"class": "C", "external": {"url": "http://127.0.0.1:1"}},
    }
    (tmp_path / "a.json").write_text(json.dumps(resource))
    assert program.main(["-f", str(tmp_path), "apply", *words]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line
