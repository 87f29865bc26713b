"""The command line without a worker: arguments, errors, what is loaded."""

import subprocess
import sys
from pathlib import Path

import pytest

from weir_operator.cli import table, weirctl
from weir_operator.cli.weirctl_mask import HIDDEN, shown


def test_neither_kopf_nor_kubernetes_is_loaded() -> None:
    code = (
        "import sys, weir_operator.cli.weirctl;"
        "print(sorted(m for m in sys.modules if m.partition('.')[0] in ('kopf', 'kubernetes')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["diff"], "needs -f FOLDER"),
        (["restart", "x"], "needs --connect URL"),
        (["-f", "/nowhere", "diff"], "there is no such file"),
        (["-f", "/nowhere", "--user", "u", "diff"], "WEIR_CONNECT_PASSWORD"),
        (["-f", "/nowhere", "--ca-file", "/nowhere.pem", "diff"], "/nowhere.pem cannot be read"),
        (["--connect", "gopher://x", "restart", "x"], "write http://HOST:PORT"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_two(
    arguments: list[str], part: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert weirctl.main(arguments) == 2
    assert part in capsys.readouterr().err


def test_an_empty_folder_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert weirctl.main(["status", "-f", str(tmp_path)]) == 2
    assert "no KafkaConnector" in capsys.readouterr().err


def test_options_may_stand_before_and_after_the_command() -> None:
    before = weirctl.parser().parse_args(["-f", "x", "-o", "json", "diff"])
    after = weirctl.parser().parse_args(["diff", "-f", "x", "-o", "json"])
    assert vars(before) == vars(after)


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [
        ("topic", "t", "t"),
        ("connection.password", "hunter2", HIDDEN),
        ("aws.secret.access.key", "x", HIDDEN),
        ("api_key", "x", HIDDEN),
        ("sasl.jaas.config", "x", HIDDEN),
        ("defined", "x", HIDDEN),
        ("connection.password", "${secrets:shop/db:password}", "${secrets:shop/db:password}"),
        ("connection.password", "${a:b}hunter2", HIDDEN),
        ("connection.password", None, None),
    ],
)
def test_secrets_are_hidden_and_references_are_not(
    key: str, value: str | None, text: str | None
) -> None:
    assert shown(key, value, frozenset({"defined"})) == text


def test_a_table_lines_up_and_lets_nothing_steer_the_terminal() -> None:
    text = table.render(("A", "B"), [("日本", "x"), ("a\x1b[31mb", "y")])
    assert "\x1b" not in text
    lines = text.splitlines()
    assert lines[2] == "a [31mb  y"
    assert lines[0].index("B") == lines[2].index("y")
