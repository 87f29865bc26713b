"""KafkaConnector: the fields of spec and status, the reasons of conditions."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Mapping
from typing import Any

from reference.markdown import code, rows
from weir_operator.resources import crd, reason


def _fields(schema: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str, str]]:
    for name, child in schema.get("properties", {}).items():
        place = f"{path}{name}"
        kind = ", ".join(map(code, child.get("enum", ()))) or str(child.get("type", ""))
        if "description" in child:
            yield code(place), kind, child["description"]
        if kind == "array":
            yield from _fields(child["items"], f"{place}[].")
        else:
            yield from _fields(child, f"{place}.")


def _root() -> Mapping[str, Any]:
    version = crd.definition()["spec"]["versions"][0]
    found: Mapping[str, Any] = version["schema"]["openAPIV3Schema"]["properties"]
    return found


def spec_fields() -> str:
    """Return the fields of a spec."""
    return rows(("Field", "Type", "Meaning"), _fields(_root()["spec"]))


def status_fields() -> str:
    """Return the fields of a status."""
    return rows(("Field", "Type", "Meaning"), _fields(_root()["status"]))


def reasons() -> str:
    """Return the reasons of conditions with the texts that stand beside them."""
    (found,) = (
        node
        for node in ast.parse(inspect.getsource(reason)).body
        if isinstance(node, ast.ClassDef) and node.name == reason.Reason.__name__
    )
    lines = []
    for member, text in zip(found.body, found.body[1:], strict=False):
        if isinstance(member, ast.Assign) and isinstance(text, ast.Expr):
            lines.append((code(ast.literal_eval(member.value)), ast.literal_eval(text.value)))
    if len(lines) != len(reason.Reason):
        raise SystemExit("a reason has no text beside it")
    return rows(("Reason", "Meaning"), lines)
