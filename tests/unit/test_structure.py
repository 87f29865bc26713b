"""The shape of the tree: size caps, no __init__.py where it would break imports."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted(path for root in ("runtime", "operator") for path in (ROOT / root).rglob("*.py"))
MODULE_CAP = 500
FUNCTION_CAP = 60


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_module_and_functions_stay_below_the_caps(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= MODULE_CAP
    for node in functions(ast.parse(text)):
        length = (node.end_lineno or 0) - node.lineno + 1
        assert length <= FUNCTION_CAP, f"{path}:{node.lineno} {node.name} has {length} lines"


def test_there_are_sources_to_look_at() -> None:
    assert len(SOURCES) > 20


def test_source_roots_and_test_folders_are_no_packages() -> None:
    # operator/__init__.py would shadow the standard library's operator module
    roots = [ROOT / "runtime", ROOT / "operator"]
    found = [root / "__init__.py" for root in roots if (root / "__init__.py").exists()]
    found += list((ROOT / "tests").rglob("__init__.py"))
    assert found == []
