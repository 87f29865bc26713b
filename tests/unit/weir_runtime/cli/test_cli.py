from __future__ import annotations

import re

import pytest

from weir_runtime import cli


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
