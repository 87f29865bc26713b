"""One request as endpoints see it, and what they answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from weir_runtime.herder.surface import Herder
from weir_runtime.rest import document
from weir_runtime.rest.errors import HttpError
from weir_runtime.rest.settings import Settings

INT_MAX = (1 << 31) - 1

PLAIN = "!$&'()*+,;=:@"
"""Characters that stand for themselves in a segment of a path, besides letters and digits."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request after routing and negotiation.

    Attributes:
        base_url: scheme and host as the client called them.
        params: decoded segments of the path by name.
        query: values by name, in order.
        body: None where the endpoint does not read it.
        describe: returns the OpenAPI document of the listener that was called.
    """

    herder: Herder
    settings: Settings
    base_url: str
    headers: Mapping[str, str]
    params: Mapping[str, str]
    query: Mapping[str, Sequence[str]]
    describe: Callable[[], bytes]
    body: bytes | None = None

    @property
    def connector(self) -> str:
        """Return the connector's name in the path."""
        return self.params["connector"]

    @property
    def task(self) -> int:
        """Return the task's number in the path; a plain 404 for what is no number."""
        text = self.params["task"]
        digits = text.removeprefix("-").removeprefix("+")
        if not (digits.isascii() and digits.isdigit()) or len(digits) > 10:
            raise HttpError(404)
        number = int(text)
        if abs(number) > INT_MAX:
            raise HttpError(404)
        return number

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return a boolean parameter: `true` in any case, everything else is false."""
        values = self.query.get(name)
        return values[0].lower() == "true" if values else default

    def text(self, name: str) -> str | None:
        """Return the first value of a parameter."""
        values = self.query.get(name)
        return values[0] if values else None

    def json(self) -> Any:
        """Return the body's document, None for an empty body.

        Raises:
            BadRequestError: the body is no JSON, or too deep.
        """
        return document.parse(self.body or b"", depth_limit=self.settings.depth_limit)

    def location(self, connector: str) -> str:
        """Return the absolute URL of a connector."""
        return f"{self.base_url}/connectors/{quote(connector, safe=PLAIN)}"


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer; a body of None is an empty one."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
