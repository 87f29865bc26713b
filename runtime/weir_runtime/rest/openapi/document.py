"""The document as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import weir_runtime
from weir_runtime.rest.openapi import link, parameter, response, schema
from weir_runtime.rest.operation import Tag
from weir_runtime.rest.route import Route
from weir_runtime.rest.wire import answer

VERSION: Final = "3.1.1"
_TAGS: Final = {
    Tag.WORKER: "The worker itself.",
    Tag.CONNECTORS: "Connectors and their configs.",
    Tag.STATE: "What connectors and tasks do, and what they should do.",
    Tag.TOPICS: "Topics that connectors have been seen to use.",
    Tag.OFFSETS: "How far connectors are.",
    Tag.PLUGINS: "What connectors can be made of.",
    Tag.LOGGERS: "Log levels.",
    Tag.INTERNAL: "For workers of the same group only; requests are signed.",
}
_LOGIN: Final = "basic"

Document = dict[str, Any]


def build(routes: Sequence[Route], *, login: bool = False) -> Document:
    """Return the document of these routes; `login` tells whether basic auth is on."""
    shapes = [_body_types(route) for route in routes]
    flat = [kind for found in shapes for kind in found.values()]
    named, schemas = schema.components([answer.ErrorMessage, *flat])
    given = iter(schemas[1:])
    by_route = [{place: next(given) for place in found} for found in shapes]
    document: Document = {
        "openapi": VERSION,
        "info": {
            "title": "Kafka Connect REST API",
            "summary": "The API of Apache Kafka Connect, as a Weir worker serves it.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            "version": weir_runtime.KAFKA_VERSION,
            "x-weir-version": weir_runtime.__version__,
        },
        "servers": [{"url": "/", "description": "The worker that serves this document."}],
        "tags": _tags(routes),
        "paths": _paths(routes, by_route, login=login),
        "components": {"schemas": named, "responses": response.common(login=login)},
    }
    if login:
        document["components"]["securitySchemes"] = {_LOGIN: {"type": "http", "scheme": "basic"}}
        document["security"] = [{_LOGIN: []}]
    return document


def _body_types(route: Route) -> dict[Any, Any]:
    """Return the types of an operation's bodies: by status, and the request's under None."""
    found: dict[Any, Any] = {
        status: success.body
        for status, success in route.endpoint.successes.items()
        if success.body is not None
    }
    if route.endpoint.body is not None:
        found[None] = route.endpoint.body.type
    return found


def _tags(routes: Sequence[Route]) -> list[dict[str, str]]:
    used = {route.endpoint.tag for route in routes}
    return [{"name": tag, "description": text} for tag, text in _TAGS.items() if tag in used]


def _paths(
    routes: Sequence[Route], schemas: Sequence[Mapping[Any, Any]], *, login: bool
) -> dict[str, Any]:
    paths: dict[str, dict[str, Any]] = {}
    for route, known in zip(routes, schemas, strict=True):
        shown = _operation(route, known, login=login)
        for status, success in route.endpoint.successes.items():
            leads = link.links(success, routes)
            if leads:
                shown["responses"][str(status)]["links"] = leads
        paths.setdefault(route.path, {})[route.method.lower()] = shown
    return paths


def _operation(route: Route, schemas: Mapping[Any, Any], *, login: bool) -> dict[str, Any]:
    operation = route.endpoint
    shown: dict[str, Any] = {
        "operationId": operation.name,
        "tags": [operation.tag],
        "summary": operation.summary,
    }
    if operation.description:
        shown["description"] = operation.description
    found = list(parameter.parameters(route))
    if found:
        shown["parameters"] = found
    if operation.body is not None:
        media = {"schema": schemas[None], "example": operation.body.example}
        shown["requestBody"] = {"required": True, "content": {"application/json": media}}
    in_path = bool(parameter.names(route.path))
    is_signed = operation.tag is Tag.INTERNAL
    shown["responses"] = response.responses(
        operation, schemas, in_path=in_path, login=login and not is_signed
    )
    if login and is_signed:
        shown["security"] = []
    return shown
