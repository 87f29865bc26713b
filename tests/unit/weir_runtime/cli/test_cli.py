from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from weir_runtime import cli
from weir_runtime.cli import check


@pytest.fixture(autouse=True)
def logs() -> Iterator[None]:
    """Put back what a program sets up for logs."""
    root, raises = logging.getLogger(), logging.raiseExceptions
    level, handlers = root.level, list(root.handlers)
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)
    logging.raiseExceptions = raises


def test_help_goes_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help"]) == 0
    assert "weir-worker standalone worker.properties" in capsys.readouterr().out


def test_the_version_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--version"]) == 0
    assert re.fullmatch(r"weir-worker \d+\.\d+.*\n", capsys.readouterr().out)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "Usage"),
        (["distribute", "x"], "unknown command distribute"),
        (["standalone"], "standalone needs a worker.properties"),
        (["distributed", "a", "b"], "distributed takes one file"),
    ],
)
def test_wrong_usage_ends_with_one(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(arguments) == cli.USAGE
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["check"], "the following arguments are required: FILE"),
        (["check", "w.properties", "-o", "xml"], "invalid choice: 'xml'"),
        (["check", "w.properties", "--mode", "x"], "invalid choice: 'x'"),
    ],
)
def test_wrong_usage_of_check_is_no_verdict(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == check.CANNOT_TELL
    assert sentence in capsys.readouterr().err


def test_a_check_of_a_file_that_is_not_there_cannot_tell(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["check", str(tmp_path / "none")]) == check.CANNOT_TELL
    assert "cannot be read: No such file" in capsys.readouterr().err


def test_a_check_without_a_broker_tells_what_the_file_tells(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "worker.properties"
    lines = ["bootstrap.servers=b:9092", "offset.storage.file.filename=offsets",
             "key.converter=StringConverter", "transforms=x", "key.converter=x.Other"]  # fmt: skip
    file.write_text("\n".join(lines))
    assert cli.main(["check", str(file), "--offline"]) == 1
    out = capsys.readouterr().out
    assert "line 5 sets it again; the earlier value is dropped" in out
    assert 'PROBLEM    value.converter: Missing required configuration "value.converter"' in out
    assert "the worker itself will not start before a problem is solved" in out
