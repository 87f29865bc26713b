"""From the keys of `listeners` to what the REST server is told, and what to warn about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from weir_runtime.config.worker.listener import Listener, ListenerConfig, listener
from weir_runtime.rest import settings as rest
from weir_runtime.rest.settings import Surface


def settings(config: ListenerConfig) -> rest.Settings:
    """Return listeners and CORS of the REST server."""
    admin = config.admin_listeners
    surface = Surface.ALL if admin is None else Surface.MAIN
    listeners = [_listener(address, surface) for address in config.addresses]
    listeners += [_listener(listener(url), Surface.ADMIN) for url in admin or ()]
    return rest.Settings(listeners=tuple(listeners), cors=_cors(config))


def main_ports(config: ListenerConfig, bound: Sequence[tuple[str, int]]) -> list[int]:
    """Return the bound port of each main listener; a name may have bound several sockets."""
    if len(bound) == len(config.addresses) + len(config.admin_listeners or ()):
        return [port for _, port in bound[: len(config.addresses)]]
    return [address.port or bound[0][1] for address in config.addresses]


def warnings(config: ListenerConfig) -> Iterator[str]:
    """Yield a sentence for each address that anyone on the network may reach."""
    for address in config.open_addresses:
        yield (
            f"REST listens on {address} without authentication: whoever reaches it can read "
            "configs and run connectors; set listeners to a loopback address or guard the network"
        )
    for url in config.admin_listeners or ():
        if listener(url).is_open:
            yield (
                f"REST listens on {url} without authentication: whoever reaches it can change log "
                "levels; set admin.listeners to a loopback address"
            )


def _listener(address: Listener, surface: Surface) -> rest.Listener:
    return rest.Listener(address.host, address.port, surface=surface)


def _cors(config: ListenerConfig) -> rest.Cors:
    origins = _split(config.access_control_allow_origin)
    methods = _split(config.access_control_allow_methods)
    return rest.Cors(origins, methods or rest.Cors().methods)


def _split(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (item.strip() for item in text.split(","))))
