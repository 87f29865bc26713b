"""Answers of an operation: its own, and those that any request can get."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from weir_runtime.rest.operation import Operation, Success

ERROR: Final = {"$ref": "#/components/schemas/ErrorMessage"}

_ANY: Final = {
    400: "HTTP 400 Bad Request",
    403: "A web page of another origin may not change connectors; allow its origin in"
    " access.control.allow.origin",
    406: "HTTP 406 Not Acceptable",
    415: "HTTP 415 Unsupported Media Type",
    421: "This worker is not called 'example.org'; name it in the key rest.hosts.allowed",
    500: "Request timed out. The worker is currently reading to the end of the config topic, which"
    " began at 2026-01-01T00:00:00Z.",
    503: "Worker is still starting up.",
}
_WITH_PATH: Final = {404: "HTTP 404 Not Found"}
_WITH_BODY: Final = {
    408: "The request's body did not arrive within 6 s",
    413: "The request's body is larger than 1048576 bytes",
    417: "HTTP 417 Expectation Failed",
}
_WITH_LOGIN: Final = {
    401: "User cannot access the resource.",
    429: "Too many failed logins of this user from this address; try again in 7 s",
}
_TEXT: Final = {
    400: "The request cannot be understood, or not now.",
    401: "Name and password are missing or wrong.",
    403: "The worker, or its configuration, does not allow it to this client.",
    404: "There is nothing of that name.",
    406: "The client takes no JSON.",
    408: "The body took too long.",
    409: "In conflict with what is there, or no worker leads at the moment: try again.",
    413: "The body is too large.",
    415: "The body is no JSON, or is compressed.",
    417: "`Expect` is not `100-continue`.",
    421: "The worker does not serve the name in `Host`.",
    422: "The body is JSON, and not what is wanted.",
    429: "Too many failed logins; `Retry-After` says for how long.",
    500: "An error of the worker, or it took too long: the outcome is unknown.",
    501: "The embedded broker cannot do it.",
    503: "The worker is starting.",
}
_NAMES: Final = {
    400: "BadRequest",
    401: "Unauthorized",
    403: "Forbidden",
    404: "NotFound",
    406: "NotAcceptable",
    408: "BodyTimeout",
    413: "BodyTooLarge",
    415: "UnsupportedMediaType",
    417: "ExpectationFailed",
    421: "MisdirectedRequest",
    429: "TooManyFailures",
    500: "WorkerError",
    503: "Starting",
}


def common(*, login: bool) -> dict[str, Any]:
    """Return the answers that operations refer to, by name."""
    every = _ANY | _WITH_PATH | _WITH_BODY | (_WITH_LOGIN if login else {})
    return {_NAMES[status]: _refusal(status, text) for status, text in sorted(every.items())}


def responses(
    operation: Operation, schemas: Mapping[int, Any], *, in_path: bool, login: bool
) -> dict[str, Any]:
    """Return every answer by status; `schemas` are those of bodies of successes."""
    found: dict[int, Any] = {}
    for status in _shared(operation, in_path=in_path, login=login):
        found[status] = {"$ref": f"#/components/responses/{_NAMES[status]}"}
    for status, text in operation.refusals.items():
        found[status] = _refusal(status, text)
    for status, success in operation.successes.items():
        found[status] = _success(success, schemas.get(status))
        if status >= 500:
            _also_error(found[status])
    return {str(status): found[status] for status in sorted(found)}


def _shared(operation: Operation, *, in_path: bool, login: bool) -> Iterator[int]:
    yield from _ANY
    if in_path:
        yield from _WITH_PATH
    if operation.body is not None:
        yield from _WITH_BODY
    if login:
        yield from _WITH_LOGIN


def _refusal(status: int, text: str) -> dict[str, Any]:
    shown = {"error_code": status, "message": text}
    return {"description": _TEXT[status], "content": _json(ERROR, shown)}


def _success(success: Success, schema: Any) -> dict[str, Any]:
    shown: dict[str, Any] = {"description": success.text}
    if success.headers:
        shown["headers"] = {
            name: {"description": text, "required": True, "schema": {"type": "string"}}
            for name, text in success.headers.items()
        }
    if schema is not None:
        shown["content"] = _json(schema, success.example)
    return shown


def _also_error(shown: dict[str, Any]) -> None:
    """Let an answer of its own beside an error of the worker."""
    media = shown["content"]["application/json"]
    media["schema"] = {"anyOf": [media["schema"], ERROR]}


def _json(schema: Any, example: Any) -> dict[str, Any]:
    media = {"schema": schema}
    if example is not None:
        media["example"] = example
    return {"application/json": media}
