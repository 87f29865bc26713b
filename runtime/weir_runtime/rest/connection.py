"""aiohttp's low-level server with errors of HTTP itself as JSON and a cap on connections."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final

from aiohttp import web, web_protocol

from weir_runtime.rest import access, view
from weir_runtime.rest.settings import Settings

SERVER: Final = "weir"
logger = logging.getLogger(__name__)


class Connection(web_protocol.RequestHandler):
    """One client's connection."""

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
        text = (message or "").splitlines()
        reason = f"HTTP {status} {text[0].rstrip(':')}" if text else f"HTTP {status}"
        response = answer(status, view.encode(view.error(status, reason)))
        response.force_close()
        return response


class ConnectionFactory(web.Server):
    """Makes a connection for each client, up to the limit."""

    def __init__(
        self,
        handler: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]],
        settings: Settings,
    ) -> None:
        super().__init__(handler)
        self._limit = settings.connection_limit
        self._options: dict[str, Any] = {
            "keepalive_timeout": settings.keepalive_timeout_s,
            "lingering_time": settings.linger_s,
            # a compressed body would be unpacked before its size is looked at
            "auto_decompress": False,
            "access_log": access.LOGGER,
            "access_log_class": access.AccessLogger,
        }

    def __call__(self) -> Connection:
        """Return the protocol of a new connection."""
        return Connection(self, loop=asyncio.get_running_loop(), **self._options)

    def connection_made(
        self, handler: web_protocol.RequestHandler, transport: asyncio.Transport
    ) -> None:
        """Count a connection in, or cut it."""
        super().connection_made(handler, transport)
        if len(self.connections) > self._limit:
            logger.warning("Connection refused: %d are open", self._limit)
            # not at once: the protocol's own task must have begun before the connection is lost
            asyncio.get_running_loop().call_soon(transport.abort)


def answer(
    status: int, body: bytes, content_type: str = "application/json", **headers: str
) -> web.Response:
    """Return a response with the headers every answer has."""
    response = web.Response(status=status, body=body or None, headers={"Server": SERVER, **headers})
    if body:
        response.content_type = content_type
    return response
