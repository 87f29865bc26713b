"""How the command line is read: what is loaded, what is mistyped, what stands where."""

import subprocess
import sys
from pathlib import Path

import click
import pytest

from weir_operator.cli import weirctl
from weir_operator.cli.weirctl import catalog, program


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("WEIR_CONNECT", "WEIR_CONTEXT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("WEIRCTL_CONFIG", str(tmp_path / "no-contexts.yaml"))


def test_help_loads_no_client_and_no_controller() -> None:
    code = (
        "import sys; from weir_operator.cli.weirctl import main; main(['--help']);"
        "slow = {'asyncio', 'aiohttp', 'pydantic', 'yaml', 'rich', 'logging'} & sys.modules.keys();"
        "sys.stderr.write(str(sorted(slow)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == "[]"
    assert "Folders:" in done.stdout


@pytest.mark.parametrize("entry", catalog.COMMANDS, ids=lambda entry: entry.name)
def test_every_command_has_help_with_examples(
    entry: catalog.Entry, capsys: pytest.CaptureFixture[str]
) -> None:
    root = program.root()
    command = root.get_command(click.Context(root), entry.name)
    assert command is not None
    words = [[entry.name]]
    if isinstance(command, click.Group):
        names = command.list_commands(click.Context(command))
        words += [[entry.name, name] for name in names]
    for path in words:
        assert weirctl.main([*path, "--help"]) == 0
        assert capsys.readouterr().out.startswith(f"Usage: weirctl {' '.join(path)}")
    assert weirctl.main(["help", entry.name]) == 0
    shown = capsys.readouterr().out
    assert "Examples:" in shown
    assert "Options" in shown


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["pauze"], "there is no command 'pauze'; did you mean pause? (see weirctl --help)"),
        (["xyz"], "there is no command 'xyz' (see weirctl --help)"),
        (
            ["offsets", "ste", "x"],
            "there is no command 'ste'; did you mean set? (see weirctl offsets --help)",
        ),
        (
            ["delete", "--dryrun", "x"],
            "there is no option --dryrun; did you mean --dry-run? (see weirctl delete --help)",
        ),
        (["-f", "x", "pause", "c"], "pause takes no --folder (see weirctl pause --help)"),
        (["offsets", "set"], "NAME is missing (see weirctl offsets set --help)"),
        (
            ["pause", "--connect"],
            "--connect needs a value (see weirctl --help)",
        ),
    ],
)
def test_what_is_mistyped_is_one_line_that_helps(
    words: list[str], line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert weirctl.main(words) == 2
    assert capsys.readouterr().err == f"weirctl: {line}\n"


@pytest.mark.parametrize(
    "words",
    [
        ["-o", "json", "get", "x"],
        ["get", "-o", "json", "x"],
        ["get", "x", "-o", "json"],
        ["get", "connectors", "x", "-ojson"],
        ["--output=json", "get", "c", "x"],
        ["get", "--output=json", "connector", "x"],
    ],
)
def test_the_noun_may_be_left_out_and_options_stand_anywhere(words: list[str]) -> None:
    root = program.root()
    with root.make_context("weirctl", words) as context:
        _, get, rest = root.resolve_command(context, context._protected_args + context.args)
        assert isinstance(get, click.Group)
        with get.make_context("get", rest, parent=context) as inner:
            _, command, left = get.resolve_command(inner, inner._protected_args + inner.args)
            assert command is not None
            found = command.make_context("connectors", left, parent=inner)
    assert command.name == "connectors"
    assert found.params["names"] == ("x",)
    assert found.obj.output == "json"


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["pause"], "needs names of connectors, --all or a filter"),
        (["pause", "-e", "("], "'(' is no regular expression"),
        (["restart", "x", "--task", "1", "--tasks"], "one of --task, --tasks and --instance"),
        (["create"], "create needs a FILE"),
        (["create", "/nowhere.json"], "/nowhere.json cannot be read: no such file"),
        (["create", "--name", "a", "--set", "x"], "'x' is not of the form --set KEY=VALUE"),
        (["patch", "x"], "patch needs --set"),
        (["patch", "x", "--set", "name=y"], "cannot be renamed"),
        (["offsets", "set", "x"], "offsets set needs -f FILE"),
        (["offsets", "set", "x", "--partition", "a=1"], "needs an --offset"),
        (["offsets", "set", "x", "--at", "t=1"], "TOPIC:PARTITION=OFFSET"),
        (["logs", "level", "--cluster"], "--cluster is for setting"),
        (["plugins", "X", "--search", "["], "is no regular expression"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_a_worker_is_asked(
    words: list[str], part: str, capsys: pytest.CaptureFixture[str]
) -> None:
    # nobody listens there: a call would be another error
    assert weirctl.main([*words, "--connect", "http://127.0.0.1:1"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert part in line


def test_completion_for_a_shell_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert weirctl.main(["completion", "bash"]) == 0
    assert "complete -o nosort -F _weirctl_completion weirctl" in capsys.readouterr().out
