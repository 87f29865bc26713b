"""Links: what can be asked next, with a part of an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from weir_runtime.rest.openapi import parameter
from weir_runtime.rest.operation import Success
from weir_runtime.rest.route import Route

_CREATED: Final = {"connector": "$response.body#/name"}


def links(success: Success, routes: Sequence[Route]) -> dict[str, Any]:
    """Return the operations that a success leads to; one that is created leads to all of it."""
    follow: dict[str, Mapping[str, str]] = dict(success.follow)
    if "Location" in success.headers:
        follow |= {route.endpoint.name: _CREATED for route in routes if _is_of_connector(route)}
    known = {route.endpoint.name for route in routes}
    return {
        name: {"operationId": name, "parameters": dict(values)}
        for name, values in follow.items()
        if name in known
    }


def _is_of_connector(route: Route) -> bool:
    """Tell whether a path is a connector's own: it ends with it, or comes with it."""
    own = 404 in route.endpoint.refusals or 201 in route.endpoint.successes
    return own and parameter.names(route.path) == list(_CREATED)
