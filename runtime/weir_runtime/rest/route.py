"""From method and raw path to an endpoint.

Segments are split before they are decoded, so that a name may hold `/` and `%`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote_to_bytes

from weir_runtime.api.errors import BadRequestError
from weir_runtime.rest.errors import HttpError
from weir_runtime.rest.operation import Operation

# as the reference orders them in Allow
_ORDER: Final = ("HEAD", "DELETE", "POST", "GET", "OPTIONS", "PUT", "PATCH")
_BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Route:
    """An endpoint at a path such as `/connectors/{connector}/config`."""

    method: str
    path: str
    endpoint: Operation

    @property
    def reads_body(self) -> bool:
        """Return whether the operation has a body; one that is sent to others is not read."""
        return self.endpoint.body is not None


@dataclass(slots=True)
class _Node:
    children: dict[str, _Node] = field(default_factory=dict)
    any: _Node | None = None
    name: str = ""
    routes: dict[str, Route] = field(default_factory=dict)

    def below(self, segment: str) -> _Node:
        if not segment.startswith("{"):
            return self.children.setdefault(segment, _Node())
        if self.any is None:
            self.any = _Node(name=segment.strip("{}"))
        return self.any


@dataclass(frozen=True, slots=True)
class Match:
    """A path that exists: its routes by method and the names in it."""

    routes: dict[str, Route]
    params: dict[str, str]

    @property
    def allow(self) -> list[str]:
        """Return the methods of the path in the reference's order."""
        known = {*self.routes, "OPTIONS", *(("HEAD",) if "GET" in self.routes else ())}
        return [method for method in _ORDER if method in known]

    def route(self, method: str) -> Route:
        """Return the route for a method; HEAD is served as GET.

        Raises:
            HttpError: 405.
        """
        found = self.routes.get("GET" if method == "HEAD" else method)
        if found is None:
            raise HttpError(405, headers={"Allow": ",".join(self.allow)})
        return found


class Router:
    """A tree of path segments."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._root = _Node()
        for route in routes:
            node = self._root
            for segment in route.path.split("/")[1:]:
                node = node.below(segment) if segment else node
            node.routes[route.method] = route

    def match(self, path: str) -> Match:
        """Find a raw path; one slash at its end is taken for none.

        Raises:
            HttpError: 404.
            BadRequestError: a segment cannot be decoded.
        """
        node = self._root
        params: dict[str, str] = {}
        segments = path.removesuffix("/").split("/")
        if segments[0]:
            raise HttpError(404)
        for raw in segments[1:]:
            child = node.children.get(raw)
            if child is None and (child := node.any) is not None:
                params[child.name] = _decode(raw)
            if child is None or not raw:
                raise HttpError(404)
            node = child
        if not node.routes:
            raise HttpError(404)
        return Match(node.routes, params)


def _decode(raw: str) -> str:
    encoded = raw.encode("utf-8", "surrogateescape")
    if _BAD_ESCAPE.search(encoded):
        raise BadRequestError(
            f"The path segment {raw!r} holds a '%' without two hex digits after it; write '%25'"
        )
    try:
        name = unquote_to_bytes(encoded).decode()
    except UnicodeDecodeError as error:
        raise BadRequestError("The path is not percent-encoded UTF-8") from error
    check_characters(name)
    return name


def check_characters(name: str) -> None:
    """Refuse control characters, line breaks among them, in a name.

    Raises:
        BadRequestError: with the framework's own sentence.
    """
    found = _CONTROL.findall(name)
    if found:
        codes = ", ".join(str(ord(character)) for character in found)
        raise BadRequestError(
            f"Invalid value {name} for configuration name: String may not contain control"
            f" sequences but had the following ASCII chars: {codes}"
        )
