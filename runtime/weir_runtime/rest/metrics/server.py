"""Listens for scrapers."""

from __future__ import annotations

import asyncio
import gzip
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from aiohttp import web

from weir_runtime.api.errors import ConfigError
from weir_runtime.observe.metric import Family
from weir_runtime.rest import connection, server
from weir_runtime.rest.connection import ConnectionFactory
from weir_runtime.rest.metrics import library, name, text
from weir_runtime.rest.metrics.name import Dialect
from weir_runtime.rest.settings import Listener, Settings

KEY = "metrics.listeners"
PATH = "/metrics"
FRESH_S = 0.5
"""How long an answer is good for others that ask the same; executors report once a second."""

_GZIP_LEVEL = 1
_HINT = b"Metrics of this worker are at /metrics\n"

logger = logging.getLogger(__name__)


class Scene(Protocol):
    """One look at the worker."""

    def families(self) -> Iterable[Family]:
        """Yield the series; called in another thread."""
        ...


@dataclass(frozen=True, slots=True)
class _Answer:
    made_at: float
    body: bytes
    content_type: str
    gzip: bool


class MetricServer:
    """Serves `/metrics`; `look` is called on the event loop, None while there is no worker yet."""

    def __init__(
        self,
        look: Callable[[], Scene | None],
        settings: Settings,
        dialects: Sequence[Dialect] = name.BOTH,
    ) -> None:
        self._look = look
        self._settings = settings
        self._dialects = tuple(dialects)
        self._process = library.ProcessText()
        self._answers: dict[library.Format, _Answer] = {}
        self._turn = asyncio.Lock()
        self._bound: list[tuple[asyncio.Server, ConnectionFactory]] = []

    @property
    def addresses(self) -> list[tuple[str, int]]:
        """Return host and port of every bound socket, in the order of the listeners."""
        return [socket.getsockname()[:2] for bound, _ in self._bound for socket in bound.sockets]

    async def start(self) -> None:
        """Bind all listeners, or none.

        Raises:
            ConfigError: one of them cannot be bound.
        """
        try:
            for listener in self._settings.listeners:
                self._bound.append(await self._bind(listener))
        except BaseException:
            await self.stop(0)
            raise
        where = ", ".join(f"{host}:{port}" for host, port in self.addresses)
        logger.info("Metrics are served on %s", where)

    async def stop(self, timeout_s: float) -> None:
        """Close the listeners, let scrapes in flight end within `timeout_s`, cut the rest."""
        bound, self._bound = self._bound, []
        for listening, factory in bound:
            listening.close()
            factory.pre_shutdown()
        await asyncio.gather(*(factory.shutdown(timeout_s) for _, factory in bound))

    async def _bind(self, listener: Listener) -> tuple[asyncio.Server, ConnectionFactory]:
        factory = ConnectionFactory(
            self._handle, self._settings, context=lambda: listener.ssl_context
        )
        try:
            bound = await asyncio.get_running_loop().create_server(
                factory.protocol,
                listener.host or None,
                listener.port,
                reuse_address=True,
                backlog=server.BACKLOG,
            )
        except OSError as error:
            text = server.cannot_bind(listener, error, KEY)
            raise ConfigError(text) from error
        return bound, factory

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.raw_path.partition("?")[0]
        if request.method not in ("GET", "HEAD"):
            return connection.answer(405, b"Only GET\n", "text/plain", Allow="GET, HEAD")
        if path in ("", "/"):
            return connection.answer(200, _HINT, "text/plain")
        if path.removesuffix("/") != PATH:
            return connection.answer(404, _HINT, "text/plain")
        accept = request.headers.get("Accept", "")
        wanted = library.negotiated(accept, request.headers.get("Accept-Encoding", ""))
        found = await self._answer(wanted, accept)
        response = connection.answer(200, found.body)
        response.headers["Content-Type"] = found.content_type
        if found.gzip:
            response.headers["Content-Encoding"] = "gzip"
        response.headers["Vary"] = "Accept, Accept-Encoding"
        return response

    async def _answer(self, wanted: library.Format, accept: str) -> _Answer:
        loop = asyncio.get_running_loop()
        async with self._turn:
            known = self._answers.get(wanted)
            if known is not None and loop.time() - known.made_at < FRESH_S:
                return known
            scene = self._look()
            body = await asyncio.to_thread(self._body, scene, wanted, accept)
            made = _Answer(loop.time(), body, wanted.content_type, wanted.gzip)
            # scrapers of other formats get a look of their own
            self._answers = {wanted: made}
            return made

    def _body(self, scene: Scene | None, wanted: library.Format, accept: str) -> bytes:
        families = () if scene is None else scene.families()
        shown = text.render(families, dialects=self._dialects, open_metrics=wanted.open_metrics)
        body = shown.encode() + self._process.render(accept)
        return gzip.compress(body, _GZIP_LEVEL) if wanted.gzip else body
