"""The command line without a worker: arguments, errors, what is loaded."""

import subprocess
import sys
from pathlib import Path

import pytest

from weir_operator.cli import weirctl
from weir_operator.cli.weirctl import program, table
from weir_operator.cli.weirctl.folder import diff as weirctl_diff
from weir_operator.cli.weirctl.mask import HIDDEN, shown


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("WEIR_CONNECT", "WEIR_CONTEXT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("WEIRCTL_CONFIG", str(tmp_path / "no-contexts.yaml"))


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
        (["--connect", "", "-f", "/nowhere", "diff"], "--connect: '' is no URL"),
        (["--connect", "http://u:p@c", "-f", "x", "diff"], "--connect: the address holds cred"),
        (["-f", "-", "watch"], "watch needs files"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_two(
    arguments: list[str], part: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert weirctl.main(arguments) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("weirctl: ")
    assert part in line


def test_an_empty_folder_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert weirctl.main(["status", "-f", str(tmp_path)]) == 2
    assert "no KafkaConnector" in capsys.readouterr().err


def test_options_may_stand_before_and_after_the_command() -> None:
    def settings(*words: str) -> object:
        root = program.root()
        with root.make_context("weirctl", list(words)) as context:
            _, command, rest = root.resolve_command(context, context._protected_args + context.args)
            assert command is not None
            return command.make_context("diff", rest, parent=context).obj

    assert settings("-f", "x", "-o", "json", "diff") == settings("diff", "-f", "x", "-o", "json")


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


def test_every_line_of_an_error_begins_with_the_name_of_the_program(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.yaml").write_text("a: 1\n---\nb: 2\n")
    assert weirctl.main(["diff", "-f", str(tmp_path)]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert all(line.startswith(f"weirctl: {tmp_path}/a.yaml:") for line in lines)


def test_the_version_can_be_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert weirctl.main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("weirctl 0.")


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "inf", "soon"])
def test_a_time_that_nobody_can_wait_for_is_refused(
    seconds: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert weirctl.main(["-f", "x", "--timeout", seconds, "diff"]) == 2
    assert "invalid number of seconds" in capsys.readouterr().err


def test_a_control_character_in_a_problem_does_not_steer_the_terminal() -> None:
    assert table.clean("a\x1b[31m\tb") == "a [31m b"


def test_many_lines_of_a_new_value_stand_below_their_key() -> None:
    assert weirctl_diff.created("fields", "{\n  1\n}\n") == ["fields: |", "  {", "    1", "  }"]
    assert weirctl_diff.created("topic", "t") == ["topic: t"]
    assert weirctl_diff.created("empty", "") == ['empty: ""']


def test_of_a_changed_value_of_many_lines_only_what_differs_is_shown() -> None:
    before = "\n".join(["a", "b", "c", "d", "--e", "f"])
    told = weirctl_diff.changed("fields", before, before.replace("--e", "x"))
    assert told == ["fields:", "   d", "  ---e", "  +x", "   f"]
    assert weirctl_diff.changed("k", "a", None) == ["k: a -> (none)"]
    assert weirctl_diff.changed("k", "", "a ") == ['k: "" -> "a "']
    assert weirctl_diff.changed("k", "a", "a\n") == ["k: differs in the empty lines at its end"]
