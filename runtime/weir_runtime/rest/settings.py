"""What the REST server is told: where to listen and how much to put up with."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum


class Surface(Enum):
    """Which paths a listener serves; the others are unknown there."""

    ALL = "all"
    MAIN = "main"
    ADMIN = "admin"

    def serves(self, path: str) -> bool:
        """Return whether a path of the API belongs to this surface; its description does to all."""
        if path == "/openapi.json":
            return True
        admin = path.startswith("/admin/")
        return self is Surface.ALL or admin == (self is Surface.ADMIN)


@dataclass(frozen=True, slots=True)
class Listener:
    """An address to bind.

    Attributes:
        host: name or address; empty for all interfaces.
        port: 0 lets the system choose.
        ssl_context: None for plain HTTP.
        surface: a worker with `admin.listeners` serves `/admin` only there.
    """

    host: str
    port: int
    ssl_context: ssl.SSLContext | None = None
    surface: Surface = Surface.ALL

    @property
    def scheme(self) -> str:
        """Return http or https."""
        return "https" if self.ssl_context else "http"


@dataclass(frozen=True, slots=True)
class Cors:
    """`access.control.allow.origin` and `.methods`; off while there are no origins."""

    origins: Sequence[str] = ()
    methods: Sequence[str] = ("GET", "POST", "HEAD")


@dataclass(frozen=True, slots=True)
class Settings:
    """Listeners and limits.

    A client that sends nothing, or half of its headers, is cut after `keepalive_timeout_s`; one
    that sends half of a body after `body_timeout_s` plus `linger_s`: all within ten seconds.

    Attributes:
        health_timeout_s: a worker that needs longer for `/health` is unhealthy.
        body_limit: bytes of a request's body; a larger one is answered 413.
        depth_limit: nesting of a JSON document.
        connection_limit: open connections of a listener; further ones are closed at once.
        definition_order: give definitions the field `order` beside `order_in_group`, for clients
            written before 4.2; 4.3.1 itself has only the latter.
        basic_auth: whether requests need a name and a password, as the OpenAPI document tells.
    """

    listeners: Sequence[Listener] = (Listener("127.0.0.1", 8083),)
    cors: Cors = Cors()
    keepalive_timeout_s: float = 5.0
    body_timeout_s: float = 6.0
    linger_s: float = 2.0
    health_timeout_s: float = 10.0
    body_limit: int = 1 << 20
    depth_limit: int = 64
    connection_limit: int = 1000
    definition_order: bool = False
    basic_auth: bool = False
