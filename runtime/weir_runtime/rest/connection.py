"""aiohttp's low-level server with errors of HTTP itself as JSON and limits on connections."""

from __future__ import annotations

import asyncio
import logging
import math
import ssl
from asyncio import sslproto
from collections.abc import Awaitable, Callable
from typing import Any, Final, cast

from aiohttp import http_exceptions, web, web_protocol

from weir_runtime.rest import access, client, view
from weir_runtime.rest.crowd import Crowd
from weir_runtime.rest.settings import Settings

SERVER: Final = "weir"
COMPLAINT_S: Final = 10.0
"""Connections that are refused are told once in this time."""

LINE_LIMIT: Final = 8190
HEADER_LIMIT: Final = 128

HANDSHAKE_S: Final = 8
SHUTDOWN_S: Final = 2
"""How long a client may take for the beginning and for the end of TLS."""

PROGRESS: Final = 1024
"""Bytes a second that a client has to take of its answers."""

Finish = Callable[[web.BaseRequest, web.Response], None]
logger = logging.getLogger(__name__)


class Connection(web_protocol.RequestHandler):
    """One client's connection.

    Attributes:
        client: where it comes from.
        raw: the TCP transport; below TLS, where there is TLS.
    """

    def __init__(self, factory: ConnectionFactory, **options: Any) -> None:
        super().__init__(factory, loop=asyncio.get_running_loop(), **options)
        self.client = client.UNKNOWN
        self.raw: asyncio.Transport | None = None
        self._wire: asyncio.Transport | None = None
        self._factory = factory
        self._unread = 0
        self._watch: asyncio.TimerHandle | None = None

    @property
    def is_idle(self) -> bool:
        """Tell whether no request is being served."""
        return not self._request_in_progress

    @property
    def unread(self) -> int:
        """Return the bytes that wait for the client to read them."""
        if self._wire is None or self.raw is None:
            return 0
        below = 0 if self.raw is self._wire else self.raw.get_write_buffer_size()
        return self._wire.get_write_buffer_size() + below

    def enter(self, transport: asyncio.Transport) -> str | None:
        """Take a TCP connection, before any byte of it; return why it has to go again."""
        self.raw = transport
        self.client = client.of(transport.get_extra_info("peername"))
        return self._factory.admit(self)

    def leave(self) -> None:
        """Take note that the TCP connection is gone."""
        self._factory.leave(self)
        self.raw = self._wire = None
        if self._watch is not None:
            self._watch.cancel()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let the client in, or tell it why not."""
        self._wire = cast(asyncio.Transport, transport)
        refusal = self.enter(self._wire) if self.raw is None else None
        if refusal is None:
            super().connection_made(transport)
            return
        self._force_close = True
        self._wire.write(self._factory.bare_refusal(refusal))
        self._wire.close()

    def connection_lost(self, exc: BaseException | None) -> None:
        """Count it out."""
        self.leave()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Watch a client that does not take its answer."""
        super().pause_writing()
        self._watch_reader()

    async def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        """Send an answer; what the client has not taken of it is watched."""
        try:
            return await super().finish_response(request, resp, start_time)
        finally:
            self._watch_reader()

    def _watch_reader(self) -> None:
        if self._watch is None and self.unread:
            self._unread = self.unread
            self._factory.watch(self)
            after_s = self._factory.settings.write_timeout_s
            self._watch = self._loop.call_later(after_s, self._look_at_reader)

    def _look_at_reader(self) -> None:
        self._watch = None
        if not self.unread:
            self._factory.unwatch(self)
        elif self._unread - self.unread < PROGRESS * self._factory.settings.write_timeout_s:
            self.cut("does not read its answer")
        else:
            self._watch_reader()

    def cut(self, why: str) -> None:
        """End the connection at once, whatever is under way."""
        logger.debug("A connection from %s is cut: it %s", self.client, why)
        if self.raw is not None:
            self.raw.abort()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer what is no HTTP request, or one beyond the header limits."""
        if request.writer.output_size > 0:
            raise ConnectionError("The answer has begun; no error can follow")
        logger.debug("No HTTP request from %s: %s", request.remote, exc)
        status, reason = _told(status, exc, message)
        response = answer(status, view.encode(view.error(status, reason)))
        self._factory.finish(request, response)
        response.force_close()
        return response


class Secured(sslproto.SSLProtocol):
    """TLS below a connection, which is counted before the handshake."""

    def __init__(self, connection: Connection, context: ssl.SSLContext) -> None:
        super().__init__(
            asyncio.get_running_loop(),
            connection,
            context,
            None,  # type: ignore[arg-type]  # nobody waits for the handshake
            server_side=True,
            ssl_handshake_timeout=HANDSHAKE_S,
            ssl_shutdown_timeout=SHUTDOWN_S,
        )
        self._connection = connection

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin the handshake, or cut a client that may not come in."""
        raw = cast(asyncio.Transport, transport)
        refusal = self._connection.enter(raw)
        super().connection_made(raw)
        if refusal is not None:
            raw.abort()

    def connection_lost(self, exc: BaseException | None) -> None:
        """Count the client out, also where it has not got as far as HTTP."""
        super().connection_lost(exc)
        self._connection.leave()


class ConnectionFactory(web.Server):
    """Makes a connection for each client of a listener, and counts them."""

    def __init__(
        self,
        handler: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]],
        settings: Settings,
        *,
        finish: Finish = lambda request, response: None,
        context: Callable[[], ssl.SSLContext | None] = lambda: None,
    ) -> None:
        """Set up a listener's connections.

        Args:
            handler: answers a request.
            settings: the limits.
            finish: adds to an answer that `handler` has not made.
            context: asked at each connection; None for plain HTTP.
        """
        super().__init__(handler)
        self.settings = settings
        self.finish = finish
        self._context = context
        self._slow: set[Connection] = set()
        self._refused = 0
        self._complained_at = -math.inf
        self._crowd = Crowd[Connection](
            settings.connection_limit, settings.client_limit, lambda one: one.is_idle
        )
        self._options: dict[str, Any] = {
            "keepalive_timeout": settings.keepalive_timeout_s,
            "lingering_time": settings.linger_s,
            "max_line_size": LINE_LIMIT,
            "max_field_size": LINE_LIMIT,
            "max_headers": HEADER_LIMIT,
            # a compressed body would be unpacked before its size is looked at
            "auto_decompress": False,
            "access_log": access.LOGGER,
            "access_log_class": access.AccessLogger,
        }

    def protocol(self) -> asyncio.BaseProtocol:
        """Return what takes a new TCP connection."""
        connection = Connection(self, **self._options)
        context = self._context()
        return connection if context is None else Secured(connection, context)

    def admit(self, connection: Connection) -> str | None:
        """Count a connection in, or return why it has to go."""
        verdict = self._crowd.admit(connection.client, connection)
        if verdict.evicted is not None:
            verdict.evicted.cut("makes room for another client")
        if verdict.refusal is not None:
            self._complain(verdict.refusal)
        return verdict.refusal

    def leave(self, connection: Connection) -> None:
        """Count a connection out."""
        self._crowd.leave(connection)
        self._slow.discard(connection)

    def watch(self, connection: Connection) -> None:
        """Take note of a slow reader; where all together hold too much, cut the slowest."""
        self._slow.add(connection)
        if sum(one.unread for one in self._slow) > self.settings.unread_limit:
            max(self._slow, key=lambda one: one.unread).cut("holds too much that it does not read")

    def unwatch(self, connection: Connection) -> None:
        """Take note that a slow reader has read all."""
        self._slow.discard(connection)

    def bare_refusal(self, sentence: str) -> bytes:
        """Return a whole answer for a client that is not even asked what it wants."""
        body = view.encode(view.error(503, sentence))
        head = (
            "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\nRetry-After: 1\r\nConnection: close\r\n\r\n"
        )
        return head.encode() + body

    def _complain(self, refusal: str) -> None:
        self._refused += 1
        now = asyncio.get_running_loop().time()
        if now - self._complained_at >= COMPLAINT_S:
            logger.warning(
                "%d connections refused, the last one because: %s", self._refused, refusal
            )
            self._complained_at, self._refused = now, 0


def _told(status: int, exc: BaseException | None, message: str | None) -> tuple[int, str]:
    """Return status and sentence for what is no request; without what the client sent."""
    if isinstance(exc, http_exceptions.LineTooLong):
        return 431, f"The URL or a header of the request is longer than {LINE_LIMIT} bytes"
    text = (message or "").splitlines()
    if text and text[0].startswith("Too many headers"):
        return 431, f"The request has more than {HEADER_LIMIT} headers"
    return status, f"HTTP {status} {text[0].rstrip(':')}" if text else f"HTTP {status}"


def answer(
    status: int, body: bytes, content_type: str = "application/json", **headers: str
) -> web.Response:
    """Return a response with the headers every answer has."""
    response = web.Response(status=status, body=body or None, headers={"Server": SERVER, **headers})
    if body:
        response.content_type = content_type
    return response
