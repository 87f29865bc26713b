"""Bind the listeners and let clients in."""

from __future__ import annotations

import asyncio
import errno
import logging
from collections.abc import Callable
from typing import Final

from weir_runtime.api.errors import ConfigError
from weir_runtime.herder.surface import Herder
from weir_runtime.rest.connection import ConnectionFactory
from weir_runtime.rest.dispatch import Dispatcher
from weir_runtime.rest.settings import Listener, Settings

BACKLOG: Final = 512
"""Clients that wait to be let in while the loop is at something else."""

_ANY = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 - told apart, not bound here
logger = logging.getLogger(__name__)


class Server:
    """The REST API of one worker.

    `ready` is asked at each request: while it is false every path answers 503, so that the
    listeners can be bound before the herder has read its topics.
    """

    def __init__(
        self,
        herder: Herder,
        settings: Settings,
        *,
        ready: Callable[[], bool] = lambda: True,
    ) -> None:
        self._herder = herder
        self._settings = settings
        self._ready = ready
        self._bound: list[tuple[Listener, asyncio.Server, ConnectionFactory]] = []

    @property
    def addresses(self) -> list[tuple[str, int]]:
        """Return host and port of every bound socket, in the order of the listeners."""
        return [
            socket.getsockname()[:2] for _, server, _ in self._bound for socket in server.sockets
        ]

    @property
    def url(self) -> str:
        """Return an address of the first listener that this machine can call."""
        listener, server, _ = self._bound[0]
        host, port = server.sockets[0].getsockname()[:2]
        host = "127.0.0.1" if listener.host in _ANY else host
        return f"{listener.scheme}://{f'[{host}]' if ':' in host else host}:{port}"

    async def start(self) -> None:
        """Bind all listeners, or none.

        Raises:
            ConfigError: one of them cannot be bound.
        """
        try:
            for listener in self._settings.listeners:
                await self._bind(listener)
        except BaseException:
            await self.stop(0)
            raise
        logger.info("REST server listens on %s", ", ".join(f"{h}:{p}" for h, p in self.addresses))

    async def _bind(self, listener: Listener) -> None:
        dispatcher = Dispatcher(self._herder, self._settings, listener, self._ready)
        factory = ConnectionFactory(
            dispatcher.handle,
            self._settings,
            finish=dispatcher.finish,
            context=lambda: listener.ssl_context,
        )
        try:
            # TLS is begun by the connection itself, once the client is let in
            server = await asyncio.get_running_loop().create_server(
                factory.protocol,
                listener.host or None,
                listener.port,
                reuse_address=True,
                backlog=BACKLOG,
            )
        except OSError as error:
            raise ConfigError(cannot_bind(listener, error)) from error
        self._bound.append((listener, server, factory))

    async def stop(self, timeout_s: float) -> None:
        """Close the listeners, let requests in flight end within `timeout_s`, cut the rest."""
        bound, self._bound = self._bound, []
        for _, server, factory in bound:
            server.close()
            factory.pre_shutdown()
        await asyncio.gather(*(factory.shutdown(timeout_s) for _, _, factory in bound))


def cannot_bind(listener: Listener, error: OSError, key: str = "listeners") -> str:
    """Return the sentence for an address that cannot be bound, and the key it stands in."""
    where = f"{listener.scheme}://{listener.host}:{listener.port}"
    reasons = {
        errno.EADDRINUSE: "the port is in use by another program",
        errno.EACCES: "the system does not permit this port",
        errno.EADDRNOTAVAIL: "this machine has no such address",
    }
    reason = reasons.get(error.errno or 0, error.strerror or str(error))
    return f"Cannot listen on {where}: {reason}; change '{key}' or free the address"
