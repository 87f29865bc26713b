"""How our OpenAPI document differs from the one that is published with Apache Kafka, and why."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reference.markdown import rows

Document = Mapping[str, Any]
METHODS = ("get", "put", "post", "delete", "patch")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why some differences are there; `what` matches each of them whole."""

    what: str
    shown: str
    why: str


REASONS = (
    Reason(
        "openapi: .*", "The document is OpenAPI 3.1.1, Apache's 3.0", "3.1 takes JSON Schema whole"
    ),
    Reason(
        r"GET /openapi\.json: only ours",
        "`GET /openapi.json`",
        "Java answers 404; its document is on Apache's site only",
    ),
    Reason(
        r"(POST /connectors/{connector}/tasks|PUT /connectors/{connector}/fence): only ours",
        "The two requests between workers are shown, under the tag `internal`",
        "Java serves them too and hides them; they are signed and nobody else can send them",
    ),
    Reason(
        "GET /connectors: parameter expand only ours",
        "`expand` of `GET /connectors`",
        "Java reads it, and its document does not show it",
    ),
    Reason(
        r".*: parameter (includeTasks|onlyFailed|connectorsOnly) .*",
        "`includeTasks`, `onlyFailed` and `connectorsOnly` are a boolean or a string",
        "Java too takes everything: what is not `true`, in any case, is false",
    ),
    Reason(
        r".*: parameter (connector|pluginName|logger|task) .*",
        "Names in paths are not empty and without control characters; a task is not negative",
        "Java's refuses the same, and does not say so",
    ),
    Reason(
        ".*: statuses .*",
        "Each status is named, with the body that it has",
        "Apache's document has one answer, `default`, for whatever happens",
    ),
    Reason(
        ".*: body of the answer .*",
        "Bodies that Apache's document leaves open, such as those of `GET /connectors`, of a PUT"
        " of a config, of active topics and of loggers, are described",
        "The bodies are the same",
    ),
    Reason(
        ".*: body of the request .*",
        "A config takes strings, numbers and booleans; a patch takes null too; a level is one of"
        " the levels; a change of offsets has a type of its own",
        "That is what Java takes; its document says strings, or less",
    ),
    Reason(
        r"(ConnectorState|TaskState): field msg only Apache's",
        "`msg` of `ConnectorState` and `TaskState` is not there",
        "It is an accessor in Java, and never in an answer",
    ),
    Reason(
        "ConfigKeyInfo: field order only ours",
        "`order` of `ConfigKeyInfo` may be there",
        "Up to 4.1 it was the name of `order_in_group`; off unless a key of the worker asks for it",
    ),
    Reason(
        ".*: fields that are always there .*",
        "Fields that an answer always has are required; a request's must be there",
        "Apache's document requires none",
    ),
    Reason(
        r".*: field \S+ differs: .*",
        "Types are narrower: closed lists of states, types, importances and widths; null where a"
        " value may be null",
        "Apache's document has plain strings for most",
    ),
    Reason(
        ".*: schema only ours",
        "Schemas that Apache's document lacks: those of errors, health, messages, active topics,"
        " levels and of what `expand` shows, and closed lists",
        "The bodies are the same",
    ),
)


def differences(ours: Document, apache: Document) -> Iterator[str]:
    """Yield what differs, one line each."""
    if ours["openapi"] != apache["openapi"]:
        yield f"openapi: {ours['openapi']}, Apache's {apache['openapi']}"
    mine, theirs = _operations(ours), _operations(apache)
    for name in sorted(mine.keys() ^ theirs.keys()):
        yield f"{name}: {_whose(name in mine)}"
    for name in sorted(mine.keys() & theirs.keys()):
        yield from _operation(name, (ours, mine[name]), (apache, theirs[name]))
    yield from _schemas(ours, apache)


def reason_of(difference: str) -> Reason | None:
    """Return why something differs."""
    return next((each for each in REASONS if re.fullmatch(each.what, difference)), None)


def reasons() -> str:
    """Return all differences with their reasons."""
    return rows(("Ours", "Why"), ((each.shown, each.why) for each in REASONS))


def _whose(is_ours: bool) -> str:
    return "only ours" if is_ours else "only Apache's"


def _operations(document: Document) -> dict[str, Document]:
    return {
        f"{method.upper()} {path}": operation
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    }


Side = tuple[Document, Document]


def _operation(name: str, mine: Side, theirs: Side) -> Iterator[str]:
    if mine[1]["operationId"] != theirs[1]["operationId"]:
        yield f"{name}: operationId {mine[1]['operationId']}, not {theirs[1]['operationId']}"
    yield from _parameters(name, mine[1], theirs[1])
    if sorted(mine[1]["responses"]) != sorted(theirs[1]["responses"]):
        yield f"{name}: statuses {', '.join(mine[1]['responses'])}"
    for what, read in (("request", _asked), ("answer", _answered)):
        if read(*mine) != read(*theirs):
            yield f"{name}: body of the {what} {read(*mine)}, not {read(*theirs)}"


def _parameters(name: str, mine: Document, theirs: Document) -> Iterator[str]:
    def read(side: Document) -> dict[str, Any]:
        return {each["name"]: _bare(each["schema"]) for each in side.get("parameters", ())}

    ours, apache = read(mine), read(theirs)
    for key in sorted(ours.keys() | apache.keys()):
        if key not in apache or key not in ours:
            yield f"{name}: parameter {key} {_whose(key in ours)}"
        elif ours[key] != apache[key]:
            yield f"{name}: parameter {key} {ours[key]}, not {apache[key]}"


def _asked(document: Document, operation: Document) -> Any:
    return _bare(_schema(operation.get("requestBody", {})))


def _answered(document: Document, operation: Document) -> Any:
    found = operation["responses"]
    status = next((status for status in ("200", "201", "202", "default") if status in found), None)
    return None if status is None else _bare(_schema(found[status]))


def _schema(holder: Document) -> Any:
    return holder.get("content", {}).get("application/json", {}).get("schema")


def _schemas(ours: Document, apache: Document) -> Iterator[str]:
    mine, theirs = ours["components"]["schemas"], apache["components"]["schemas"]
    for name in sorted(mine.keys() | theirs.keys()):
        if name not in theirs or name not in mine:
            yield f"{name}: schema {_whose(name in mine)}"
        else:
            yield from _fields(name, mine[name], theirs[name])


def _fields(name: str, mine: Document, theirs: Document) -> Iterator[str]:
    ours, apache = mine.get("properties", {}), theirs.get("properties", {})
    for key in sorted(ours.keys() | apache.keys()):
        if key not in apache or key not in ours:
            yield f"{name}: field {key} {_whose(key in ours)}"
        elif _bare(ours[key]) != _bare(apache[key]):
            yield f"{name}: field {key} differs: {_bare(ours[key])}, not {_bare(apache[key])}"
    if sorted(mine.get("required", ())) != sorted(theirs.get("required", ())):
        yield f"{name}: fields that are always there {', '.join(mine.get('required', ()))}"


def _bare(schema: Any) -> Any:
    """Return a schema without texts and examples."""
    if isinstance(schema, dict):
        return {
            key: _bare(value)
            for key, value in schema.items()
            if key not in ("description", "examples", "example")
        }
    return [_bare(item) for item in schema] if isinstance(schema, list) else schema
