"""What Java Connect answered is what our OpenAPI document describes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from weir_runtime.rest import view
from weir_runtime.rest.openapi import document
from weir_runtime.rest.table import ROUTES

FOLDER = Path(__file__).parent
CASES = [
    case for name in ("cases.json", "more.json") for case in json.loads((FOLDER / name).read_text())
]
DOCUMENT = json.loads(view.encode(document.build(ROUTES)))


def template(path: str) -> str | None:
    """Return the path of the document that a request's path belongs to; exact ones win."""
    path = path.partition("?")[0]
    path = path.rstrip("/") or "/"
    found = [
        known for known in DOCUMENT["paths"] if re.fullmatch(re.sub(r"{\w+}", "[^/]+", known), path)
    ]
    return min(found, key=lambda known: known.count("{"), default=None)


def answers() -> Iterator[Any]:
    """Yield method, path, status and body of every answer that the document speaks of.

    Errors of Java itself, refusals before any endpoint and answers to HEAD are left out.
    """
    for case in CASES:
        for number, step in enumerate(case["steps"], 1):
            known = template(step["path"])
            method = step["method"].lower()
            if known is None or step["status"] >= 500 or method not in DOCUMENT["paths"][known]:
                continue
            place = f"{case['name']}, step {number}"
            yield pytest.param(method, known, step, id=place)


def unmasked(value: Any) -> Any:
    """Put something of the right type for what the recorder has masked."""
    if isinstance(value, dict):
        return {key: unmasked(item) for key, item in value.items()}
    if isinstance(value, list):
        return [unmasked(item) for item in value]
    return {"<recommended_values>": [], "<version>": "4.3.1"}.get(value, value)


@pytest.mark.parametrize(("method", "path", "step"), list(answers()))
def test_a_recorded_answer_is_described(method: str, path: str, step: dict[str, Any]) -> None:
    responses = DOCUMENT["paths"][path][method]["responses"]
    assert str(step["status"]) in responses
    response = responses[str(step["status"])]
    if "$ref" in response:
        response = DOCUMENT["components"]["responses"][response["$ref"].rpartition("/")[2]]
    body = unmasked(step.get("body_expected"))
    if step.get("compare") in ("status", "names", "values") or body is None:
        return
    schema = response["content"]["application/json"]["schema"]
    check = jsonschema_rs.validator_for({**schema, "components": DOCUMENT["components"]})
    problems = [str(error) for error in check.iter_errors(body)]
    assert problems == []


def test_most_recorded_answers_are_described() -> None:
    assert sum(1 for _ in answers()) > 400
