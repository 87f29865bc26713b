"""Arguments and exit codes of ``weir-operator``."""

from collections.abc import Sequence

import pytest

from weir_operator.cli import operator, operator_release, operator_run
from weir_operator.observe.errors import OperatorError


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    seen: list[object] = []

    async def run(namespaces: Sequence[str], *, liveness: str | None = None) -> int:
        seen.append((tuple(namespaces), liveness))
        raise OperatorError("the cluster is on fire")

    async def release(namespaces: Sequence[str], *, orphan: bool) -> int:
        seen.append((tuple(namespaces), orphan))
        return 1

    monkeypatch.setattr(operator_run, "run", run)
    monkeypatch.setattr(operator_release, "release", release)
    return seen


def test_an_error_is_one_sentence_and_exit_code_2(
    calls: list[object], capsys: pytest.CaptureFixture[str]
) -> None:
    assert operator.main(["run"]) == 2
    assert capsys.readouterr().err == "weir-operator: the cluster is on fire\n"
    assert calls == [((), None)]


def test_namespaces_add_up_and_are_named_once(calls: list[object]) -> None:
    operator.main(["run", "--namespace", "a", "b", "-n", "a", "--liveness", "http://:1/x"])
    assert calls == [(("a", "b"), "http://:1/x")]


def test_release_gives_its_own_exit_code(calls: list[object]) -> None:
    assert operator.main(["release", "--orphan", "-n", "a"]) == 1
    assert calls == [(("a",), True)]


@pytest.mark.parametrize("words", [[], ["start"], ["run", "--namespace"], ["run", "x"]])
def test_wrong_arguments_are_exit_code_2(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        operator.main(words)
    assert ended.value.code == 2
    assert "usage: weir-operator" in capsys.readouterr().err
