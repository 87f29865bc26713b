"""What Java Connect 4.3.1 answered, asked of our worker; and once more of Java itself."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

FOLDER = Path(__file__).parent
Case = dict[str, Any]

OF_JETTY = ("media type ''", "error body is not {error_code, message}")
"""What a recording holds of Java, and ours does better: HTTP's own errors are JSON and say so."""


def load_runner() -> ModuleType:
    spec = importlib.util.spec_from_file_location("conformance_run", FOLDER / "run.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


RUN = load_runner()
RECORDED: list[Case] = json.loads((FOLDER / "cases.json").read_text())
MORE: list[Case] = json.loads((FOLDER / "more.json").read_text())


def parameters(cases: list[Case]) -> list[Any]:
    return [pytest.param(case, id=case["name"]) for case in cases]


@pytest.mark.kafka
@pytest.mark.parametrize("case", parameters(RECORDED + MORE))
def test_our_worker_answers_as_recorded(case: Case, worker_url: str) -> None:
    assert RUN.run_case(worker_url, case) == []


@pytest.mark.kafka
@pytest.mark.java_connect
@pytest.mark.slow
@pytest.mark.parametrize("case", parameters(MORE))
def test_java_connect_answers_as_recorded(case: Case, java_connect_url: str) -> None:
    problems = RUN.run_case(java_connect_url, case)
    assert [problem for problem in problems if not any(o in problem for o in OF_JETTY)] == []


def test_no_two_cases_have_one_name() -> None:
    names = [case["name"] for case in RECORDED + MORE]
    assert sorted(set(names)) == sorted(names)
