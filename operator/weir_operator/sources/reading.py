"""What a document of a file says, as a resource."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from weir_operator.resources.connector import API_VERSION, GROUP, KIND, KafkaConnector
from weir_operator.resources.spec import RESERVED_KEYS
from weir_operator.sources import connect_file, mistake
from weir_operator.sources.document import Document, Problem, odd_keys

_KEYS: dict[mistake.Path, str] = {
    ("metadata", "name"): "name",
    ("spec", "state"): "initial_state",
    **{("spec", field): key for key, field in RESERVED_KEYS.items()},
}


def resource_of(document: Document, problems: list[Problem]) -> KafkaConnector | None:
    """Read a document; None where it is wrong, or of a kind that is not ours to read."""
    data = document.data
    if connect_file.is_one(data):
        return _foreign(document, problems)
    kind_problem = _kind_problem(data)
    if kind_problem is not None:
        if kind_problem:
            line = document.line_of(("apiVersion",)) if isinstance(data, dict) else document.line
            problems.append(Problem(document.place, line, kind_problem))
        return None
    odd = [
        Problem(document.place, line, f"the key {key} is read as no text; write it in quotes")
        for line, key in odd_keys(document.node)
    ]
    if odd:
        problems.extend(odd)
        return None
    try:
        return KafkaConnector.model_validate(_reduced(data), extra="forbid")
    except ValidationError as problem:
        problems.extend(_problems(document, problem))
        return None


def _foreign(document: Document, problems: list[Problem]) -> KafkaConnector | None:
    """Read a document of Connect's own form; its mistakes are told in its own words."""
    before = len(problems)
    data = connect_file.resource(document, problems)
    try:
        read = KafkaConnector.model_validate(data, extra="forbid")
    except ValidationError as problem:
        for path, sentence in mistake.mistakes(problem):
            key = _KEYS.get(path, str(path[-1]))
            told = sentence.replace(mistake.named(path), key, 1)
            line = max(document.line_of((key,)), document.line_of(("config", key)))
            problems.append(Problem(document.place, line, told))
        return None
    return read if len(problems) == before else None


def _kind_problem(data: object) -> str | None:
    """Say what is wrong with a document's kind; empty for one that is not ours to read."""
    if not isinstance(data, dict) or "kind" not in data:
        return f"this is no resource: it needs apiVersion: {API_VERSION} and kind: {KIND}"
    version = data.get("apiVersion")
    if data["kind"] != KIND:
        ours = str(data["kind"]).lower() == KIND.lower() or str(version).startswith(f"{GROUP}/")
        return f"kind is {data['kind']!r}; write {KIND}" if ours else ""
    if version is None:
        return f"apiVersion is missing; write apiVersion: {API_VERSION}"
    if version != API_VERSION:
        return f"apiVersion is {version!r}; write {API_VERSION}"
    return None


def _reduced(data: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what an API server adds: a file may have come from one."""
    kept = {key: value for key, value in data.items() if key != "status"}
    metadata = data.get("metadata")
    if isinstance(metadata, dict):
        known = {"name", "namespace", "labels", "annotations"}
        kept["metadata"] = {key: value for key, value in metadata.items() if key in known}
    return kept


def _problems(document: Document, problem: ValidationError) -> Iterator[Problem]:
    for path, sentence in mistake.mistakes(problem):
        yield Problem(document.place, document.line_of(path), sentence)
