"""Contexts: the file, who is let in where, and what is never shown."""

import json
import stat
from pathlib import Path

import pytest

from weir_operator.cli import weirctl
from weir_operator.cli.weirctl.settings import Settings
from weir_operator.config import context
from weir_operator.config.access import Access, AccessError
from weir_operator.observe.errors import OperatorError


@pytest.fixture
def file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    for name in ("WEIR_CONNECT", "WEIR_CONTEXT", "WEIR_CONNECT_TOKEN", "WEIR_CONNECT_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    path = tmp_path / "config" / "weirctl.yaml"
    monkeypatch.setenv("WEIRCTL_CONFIG", str(path))
    return path


def test_a_context_is_kept_in_a_file_that_only_its_owner_can_read(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert weirctl.main(["context", "set", "local", "--url", "http://localhost:8083"]) == 0
    assert weirctl.main(["context", "set", "prod", "--url", "https://c:8443", "--use"]) == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert weirctl.main(["context", "current"]) == 0
    assert weirctl.main(["context", "use", "local"]) == 0
    assert weirctl.main(["context", "list"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[:3] == [
        "local: http://localhost:8083; it is the current one",
        "prod: https://c:8443; it is the current one",
        "prod",
    ]
    assert said[-2].split() == ["*", "local", "http://localhost:8083", "-"]
    assert weirctl.main(["context", "delete", "local"]) == 0
    assert context.read(file).current is None


def test_secrets_of_a_context_are_hidden(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.parent.mkdir()
    file.write_text(
        "contexts: {a: {url: 'http://c', user: me, password: hunter2, headers: {X-Key: hunter3},"
        " proxy: 'http://u:hunter4@p:1'}}"
    )
    file.chmod(0o600)
    for words in (["show", "a"], ["list", "-o", "json"], ["list"]):
        assert weirctl.main(["context", *words]) == 0
    assert "hunter" not in "".join(capsys.readouterr())


def test_a_file_with_secrets_that_others_can_read_is_told_of(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.parent.mkdir()
    file.write_text("contexts: {a: {url: 'http://c', user: me, password: x}}")
    file.chmod(0o644)
    assert weirctl.main(["context", "list"]) == 0
    assert f"chmod 600 {file}" in capsys.readouterr().err
    file.write_text("contexts: {a: {url: 'http://c', user: me, password-file: x}}")
    assert weirctl.main(["context", "list"]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("[1", ":1: this is no YAML"),
        ("a: 1", "there is no key a"),
        ("contexts: {a: {}}", "it has no url"),
        ("contexts: {a: {url: 1}}", "url is no text"),
        ("contexts: {a: {url: x, pasword: y}}", "there is no key pasword"),
        ("contexts: {a: {url: x, password: y, password-file: z}}", "keep one"),
        ("contexts: {a: {url: x, user: y, token: z}}", "user and a token"),
        ("contexts: {'a b': {url: x}}", "letters, digits"),
        ("contexts: {a: {url: x, headers: {n: 1}}}", "headers is a map of texts"),
    ],
)
def test_a_mistake_in_the_file_is_one_line(file: Path, text: str, part: str) -> None:
    file.parent.mkdir()
    file.write_text(text)
    with pytest.raises(AccessError) as caught:
        context.read(file)
    assert str(caught.value).startswith(str(file))
    assert part in str(caught.value)


def test_files_beside_it_and_commands_give_what_it_names(file: Path) -> None:
    file.parent.mkdir()
    (file.parent / "ca.pem").write_text("CA")
    (file.parent / "token").write_text("t0ken\n")
    keys = {"url": "http://c", "ca-file": "ca.pem", "token-file": "token"}
    access = context.Context("a", keys, file.parent).access()
    assert (access.ca_pem, access.token) == ("CA", "t0ken")
    keys = {"url": "http://c", "user": "me", "password-command": "printf '%s\\n' 'a b'"}
    assert context.Context("a", keys).access().password == "a b"
    for line, part in (("false", "ended with 1"), ("no-such-program", "cannot be run")):
        with pytest.raises(AccessError, match=part):
            context.Context("a", {**keys, "password-command": line}).access()


def test_an_option_wins_over_the_context_as_a_whole() -> None:
    of_context = Access(ca_pem="CA", username="me", password="p")
    merged = context.merged(of_context, Access(username="you", password="q"))
    assert (merged.username, merged.password, merged.ca_pem) == ("you", "q", "CA")
    merged = context.merged(Access(token="t"), Access(username="you", password="q"))
    assert merged.token is None
    merged = context.merged(of_context, Access(token="of the environment"))
    assert (merged.username, merged.token) == ("me", None)
    assert context.merged(Access(), Access(token="t")).token == "t"


@pytest.fixture
def two(file: Path) -> Path:
    file.parent.mkdir()
    file.write_text(
        "current: a\ncontexts:\n"
        "  a: {url: 'http://a:1', user: me, password: secret}\n"
        "  b: {url: 'http://b:1', token: t}\n"
    )
    file.chmod(0o600)
    return file


@pytest.mark.usefixtures("two")
def test_the_worker_is_the_one_that_was_named_most_plainly(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert Settings().target("get").url == "http://a:1"
    assert Settings().target("get").password == "secret"
    monkeypatch.setenv("WEIR_CONTEXT", "b")
    assert Settings().target("get").token == "t"
    monkeypatch.setenv("WEIR_CONNECT", "http://v:1")
    assert Settings().target("get").url == "http://v:1"
    assert Settings(context="b").target("get").url == "http://b:1"
    assert Settings(connect="http://o:1").target("get").url == "http://o:1"


@pytest.mark.usefixtures("two")
def test_credentials_go_to_another_address_only_where_both_are_named() -> None:
    assert Settings(connect="http://o:1").target("get").password is None
    both = Settings(connect="http://o:1", context="a").target("get")
    assert (both.url, both.password) == ("http://o:1", "secret")


def test_a_worker_that_stands_in_a_file_gets_the_credentials_of_its_context(file: Path) -> None:
    file.parent.mkdir()
    file.write_text(
        "{current: b, contexts: {a: {url: 'https://C:443/', user: a, password: x},"
        " b: {url: 'https://c', user: b, password: y}, odd: {url: nowhere},"
        " d: {url: 'https://d', token: z}}}"
    )
    file.chmod(0o600)
    assert Settings().access_to("https://c/").username == "b"
    assert Settings().access_to("https://d").token == "z"
    assert Settings().access_to("https://e") == Access()
    file.write_text(file.read_text().replace("current: b", "current: d"))
    assert Settings().access_to("https://c") == Access()


def test_a_password_is_asked_of_its_program_once(file: Path, tmp_path: Path) -> None:
    asked = tmp_path / "asked"
    ask = tmp_path / "ask"
    ask.write_text(f"#!/bin/sh\necho asked >> {asked}\necho secret\n")
    ask.chmod(0o700)
    file.parent.mkdir()
    url = "http://127.0.0.1:1"
    file.write_text(
        f"{{current: a, contexts: {{a: {{url: '{url}', user: u, password-command: {ask}}}}}}}"
    )
    resource = (
        "apiVersion: weir.dev/v1alpha1\nkind: KafkaConnector\nmetadata: {name: NAME}\n"
        f"spec: {{class: C, external: {{url: '{url}'}}}}\n"
    )
    folder = tmp_path / "folder.yaml"
    folder.write_text("---\n".join(resource.replace("NAME", name) for name in "ab"))
    assert weirctl.main(["-f", str(folder), "diff"]) == 2
    assert asked.read_text() == "asked\n"


@pytest.mark.usefixtures("two")
def test_a_context_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(OperatorError, match=r"no context 'c'.*there are: a, b"):
        Settings(context="c").target("get")


def test_without_any_worker_it_says_how_to_name_one(file: Path) -> None:
    assert not file.exists()
    with pytest.raises(OperatorError, match="weirctl context set NAME --url URL"):
        Settings().target("get")


def test_contexts_of_kcctl_are_taken_over(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    theirs = tmp_path / ".kcctl"
    prod = {"cluster": "http://p:1", "username": "u", "password": "p", "offsetTopic": "o"}
    theirs.write_text(
        json.dumps({"currentContext": "prod", "local": {"cluster": "http://l:1"}, "prod": prod})
    )
    assert weirctl.main(["context", "import", str(theirs)]) == 0
    found = context.read(file)
    assert found.current == "prod"
    assert found.named("prod").keys == {"url": "http://p:1", "user": "u", "password": "p"}
    assert weirctl.main(["context", "import", str(theirs)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "imported: none; kept: local, prod"


def test_one_login_takes_the_place_of_another(
    file: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    new = ["context", "set", "a", "--url", "http://c"]
    assert weirctl.main([*new, "--user", "me", "--password-file", "p"]) == 0
    assert weirctl.main(["context", "set", "a", "--token-file", "t"]) == 0
    assert context.read(file).named("a").keys == {"url": "http://c", "token-file": "t"}
    assert weirctl.main(["context", "set", "a", "--unset", "token-file"]) == 0
    assert weirctl.main(["context", "set", "a", "--header", "X-T=1"]) == 0
    assert context.read(file).named("a").keys == {"url": "http://c", "headers": {"X-T": "1"}}


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["set", "a"], "it needs --url URL"),
        (["set", "a", "--url", "gopher://x"], "--url: 'gopher://x' is no URL"),
        (["set", "a", "--url", "http://u:p@x"], "--url: the address holds credentials"),
        (["set", "a", "--url", "http://x", "--user", "me"], "--password-stdin"),
        (["use", "nix"], "there is no context 'nix'"),
        (["delete", "nix"], "there is no context 'nix'"),
        (["current"], "weirctl context use NAME"),
        (["import", "/nowhere"], "/nowhere cannot be read"),
    ],
)
def test_a_mistake_changes_nothing_and_is_one_line(
    file: Path, words: list[str], part: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert weirctl.main(["context", *words]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert part in line
    assert not file.exists()


def test_the_place_of_the_file_follows_the_environment(tmp_path: Path) -> None:
    assert context.place({"WEIRCTL_CONFIG": "/x/y"}) == Path("/x/y")
    assert context.place({"XDG_CONFIG_HOME": "/x"}) == Path("/x/weir/weirctl.yaml")
    assert str(context.place({})).startswith(str(Path("~/.config").expanduser()))
