"""What the REST server is told: where to listen and how much to put up with."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from enum import Enum

from weir_runtime.config.worker.header import Rule
from weir_runtime.rest.auth.basic import BasicAuth


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


CountRequest = Callable[[str | None, str, int, float], None]


def _ignore(_endpoint: str | None, _method: str, _status: int, _took_s: float) -> None:
    """Count nothing."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Listeners and limits.

    A client that sends nothing, or half of its headers, is cut after `keepalive_timeout_s`; one
    that sends half of a body after `body_timeout_s` plus `linger_s`; one that does not read its
    answer after `write_timeout_s`: all within ten seconds, and however slowly it drips.

    Attributes:
        headers: what every answer has.
        auth: who may call; None lets everybody.
        hosts: names by which clients may call; empty allows every name, but on a loopback address
            without authentication only names of this machine.
        health_timeout_s: a herder that says nothing of its health for longer is unhealthy.
        write_timeout_s: time in which a client has to take some of what waits for it.
        unread_limit: bytes of all answers of a listener that wait for clients to read them.
        body_limit: bytes of a request's body; a larger one is answered 413.
        depth_limit: nesting of a JSON document.
        connection_limit: open connections of a listener; further ones are closed at once.
        client_limit: open connections of one client to a listener.
        refusal_rate: refused requests of one client that are answered at once, per second; beyond
            it answers are held back. Each 8 KiB of a body count like a refusal.
        count_request: hears of each answer: endpoint (None for an unknown path), method, status,
            seconds.
        definition_order: give definitions the field `order` beside `order_in_group`, for clients
            written before 4.2; 4.3.1 itself has only the latter.
    """

    listeners: Sequence[Listener] = (Listener("127.0.0.1", 8083),)
    cors: Cors = Cors()
    headers: Sequence[Rule] = ()
    auth: BasicAuth | None = None
    hosts: Collection[str] = ()
    keepalive_timeout_s: float = 5.0
    body_timeout_s: float = 6.0
    linger_s: float = 2.0
    health_timeout_s: float = 10.0
    write_timeout_s: float = 8.0
    unread_limit: int = 64 << 20
    body_limit: int = 1 << 20
    depth_limit: int = 64
    connection_limit: int = 1000
    client_limit: int = 250
    refusal_rate: float = 200.0
    count_request: CountRequest = _ignore
    definition_order: bool = False
