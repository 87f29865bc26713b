"""From the keys of `listeners` to what the REST server is told, and what to warn about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from weir_runtime.app import login
from weir_runtime.config.tls import context
from weir_runtime.config.tls import listener as tls
from weir_runtime.config.tls.listener import ClientAuth, ListenerKeys
from weir_runtime.config.tls.live import LiveContext, Source
from weir_runtime.config.worker import WorkerConfig
from weir_runtime.config.worker.listener import Listener, ListenerConfig, listener
from weir_runtime.rest import settings as rest
from weir_runtime.rest.settings import Surface
from weir_runtime.rest.tls import ListenerContext

METRIC_CONNECTIONS: Final = 50
"""Open connections of a metrics listener: scrapers are few."""


def settings(worker: WorkerConfig) -> rest.Settings:
    """Return listeners and CORS of the REST server.

    Raises:
        ConfigError: a certificate of an https listener cannot be read.
    """
    config = worker.listener
    secure = {prefix: _context(keys) for prefix, keys in config.secure(worker.properties).items()}
    surface = Surface.ALL if config.admin_listeners is None else Surface.MAIN
    listeners = [_listener(item, surface, secure.get(tls.MAIN)) for item in config.addresses]
    listeners += [
        _listener(item, Surface.ADMIN, secure.get(tls.ADMIN)) for item in config.admin_addresses
    ]
    return rest.Settings(listeners=tuple(listeners), cors=_cors(config))


def metric_addresses(worker: WorkerConfig) -> tuple[Listener, ...]:
    """Return where metrics are served."""
    return tuple(listener(url) for url in worker.extension.metrics_listeners)


def metric_settings(worker: WorkerConfig) -> rest.Settings:
    """Return listeners and limits of the metrics server; its https is that of `listeners`.

    Raises:
        ConfigError: the certificate of an https listener cannot be read.
    """
    addresses = metric_addresses(worker)
    secure = None
    if any(address.scheme == "https" for address in addresses):
        secure = _context(ListenerKeys.choose(worker.properties, tls.MAIN))
    listeners = tuple(_listener(address, Surface.MAIN, secure) for address in addresses)
    return rest.Settings(listeners=listeners, connection_limit=METRIC_CONNECTIONS)


def is_metric_guarded(worker: WorkerConfig, address: Listener) -> bool:
    """Tell whether scrapers have to prove who they are."""
    keys = ListenerKeys.choose(worker.properties, tls.MAIN)
    return address.scheme == "https" and keys.client_auth is ClientAuth.REQUIRED


def contexts(found: rest.Settings) -> list[LiveContext]:
    """Return the contexts of https listeners, each once."""
    every = [item.ssl_context for item in found.listeners]
    return list(dict.fromkeys(item for item in every if isinstance(item, LiveContext)))


def main_ports(config: ListenerConfig, bound: Sequence[tuple[str, int]]) -> list[int]:
    """Return the bound port of each main listener; a name may have bound several sockets."""
    if len(bound) == len(config.addresses) + len(config.admin_listeners or ()):
        return [port for _, port in bound[: len(config.addresses)]]
    return [address.port or bound[0][1] for address in config.addresses]


def is_authenticated(worker: WorkerConfig, address: Listener, prefix: str) -> bool:
    """Tell whether clients of a listener have to prove who they are."""
    if login.is_asked_for(worker):
        return True
    keys = worker.listener.secure(worker.properties).get(prefix)
    return (
        address.scheme == "https" and keys is not None and keys.client_auth is ClientAuth.REQUIRED
    )


def warnings(worker: WorkerConfig) -> Iterator[str]:
    """Yield a sentence for each address that anyone on the network may reach."""
    config = worker.listener
    for address in config.open_addresses:
        if is_authenticated(worker, address, tls.MAIN):
            continue
        yield (
            f"REST listens on {address} without authentication: whoever reaches it can read "
            "configs and run connectors; set listeners to a loopback address or guard the network"
        )
    for address in config.admin_addresses:
        if address.is_open and not is_authenticated(worker, address, tls.ADMIN):
            yield (
                f"REST listens on {address} without authentication: whoever reaches it can change "
                "log levels; set admin.listeners to a loopback address"
            )


def _listener(address: Listener, surface: Surface, secure: ListenerContext | None) -> rest.Listener:
    made = secure if address.scheme == "https" else None
    return rest.Listener(address.host, address.port, made, surface)


def _context(keys: ListenerKeys) -> ListenerContext:
    return ListenerContext(Source(keys.files, lambda: context.server(keys.read())))


def _cors(config: ListenerConfig) -> rest.Cors:
    origins = _split(config.access_control_allow_origin)
    methods = _split(config.access_control_allow_methods)
    return rest.Cors(origins, methods or rest.Cors().methods)


def _split(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (item.strip() for item in text.split(","))))
