"""Where REST listens and what it advertises."""

from __future__ import annotations

import ipaddress
import urllib.parse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from weir_runtime.api.config import Config, Opt
from weir_runtime.api.errors import ConfigError
from weir_runtime.api.validator import Check, Distinct, each
from weir_runtime.api.value import invalid
from weir_runtime.config.tls import context
from weir_runtime.config.tls import listener as tls
from weir_runtime.config.tls.listener import ListenerKeys
from weir_runtime.config.worker import header

DEFAULT_PORT: Final = 8083
"""The port of a URL that has none."""

_ANY = {"", "0.0.0.0", "::"}  # noqa: S104 - recognised, not bound


@dataclass(frozen=True, slots=True)
class Listener:
    """One address; an empty host stands for all interfaces, port 0 for a free one."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"

    @property
    def place(self) -> str:
        """Return host and port."""
        return str(self).partition("://")[2]

    def is_same_place(self, other: Listener) -> bool:
        """Tell whether both bind the same host and port."""
        return (self.host, self.port) == (other.host, other.port)

    @property
    def is_open(self) -> bool:
        """Tell whether other machines may reach it."""
        if self.host == "localhost":
            return False
        try:
            return not ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return True


def listener(url: str) -> Listener:
    """Return the listener that a URL names.

    Raises:
        ValueError: it is no such URL; the message says why.
    """
    parts = urllib.parse.urlsplit(url)
    if parts.scheme not in {"http", "https"}:
        raise ValueError("a listener begins with http:// or https://")
    if parts.path not in {"", "/"} or parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError("a listener is only scheme, host and port")
    port = parts.port  # raises ValueError where it is no port
    return Listener(parts.scheme, parts.hostname or "", DEFAULT_PORT if port is None else port)


def urls(name: str, value: Any) -> str | None:
    """Return what is wrong with a list of URLs to listen on, None where nothing is."""
    for url in value or ():
        try:
            listener(url)
        except ValueError as error:
            return invalid(name, url, str(error))
    return None


class ListenerConfig(Config):
    """Keys of the REST server."""

    listeners: Annotated[
        list[str], Check(each(Distinct(empty_allowed=False, null_allowed=False), urls))
    ] = Opt(
        ["http://127.0.0.1:8083"],
        doc="URLs that REST listens on, http or https; an empty host means all interfaces, a "
        "URL without a port 8083. Unless set it is loopback only, since nobody has to log in.",
    )
    admin_listeners: Annotated[list[str] | None, Check(each(Distinct(null_allowed=True), urls))] = (
        Opt(
            None,
            doc="URLs that serve /admin: unset, the main listeners do; empty, nobody does.",
        )
    )
    rest_advertised_host_name: str | None = Opt(
        None, doc="Host that other workers and clients are told; unset, the listener's."
    )
    rest_advertised_port: int | None = Opt(
        None, doc="Port that others are told; unset, the listener's.", ge=1, le=65535
    )
    rest_advertised_listener: Literal["http", "https"] | None = Opt(
        None,
        doc="Protocol of the listener that others are told; unset, http where there is one.",
        ignore_case=True,
    )
    rest_extension_classes: list[str] = Opt(
        [], doc="Classes that add to REST: `BasicAuthSecurityRestExtension`, for a login."
    )
    access_control_allow_origin: str = Opt(
        "", doc="Origins that browsers may call from; empty sends no CORS headers."
    )
    access_control_allow_methods: str = Opt(
        "", doc="Methods that browsers may call; empty means GET, POST and HEAD."
    )
    response_http_headers_config: Annotated[str, Check(header.check)] = Opt(
        "",
        doc="Headers of every answer: rules `set|add|setDate|addDate name: value` between commas, "
        "in double quotes where one holds a comma.",
    )
    ssl_client_auth: Literal["required", "requested", "none"] = Opt(
        "none",
        doc="Whether https listeners ask clients for a certificate that their trust store knows; "
        "without effect where there are keys `listeners.https.*`.",
    )

    @property
    def addresses(self) -> tuple[Listener, ...]:
        """Return the listeners in their order."""
        return tuple(listener(url) for url in self.listeners)

    @property
    def admin_addresses(self) -> tuple[Listener, ...]:
        """Return the listeners that only serve /admin."""
        return tuple(listener(url) for url in self.admin_listeners or ())

    @property
    def open_addresses(self) -> tuple[Listener, ...]:
        """Return the listeners that other machines may reach."""
        return tuple(address for address in self.addresses if address.is_open)

    @property
    def is_admin_served(self) -> bool:
        """Tell whether /admin is served on the main listeners."""
        return self.admin_listeners is None or bool(self.admin_listeners)

    def advertised(self, ports: Sequence[int], canonical_host: str) -> Listener:
        """Return what group members and clients are told.

        Args:
            ports: bound port of each listener, in their order.
            canonical_host: this machine's name, for listeners on all interfaces.

        Source: org.apache.kafka.connect.runtime.rest.RestServer.advertisedUrl.
        """
        bound = [
            Listener(address.scheme, address.host, port)
            for address, port in zip(self.addresses, ports, strict=True)
        ]
        wanted = self.rest_advertised_listener
        order = [wanted] if wanted is not None else ["http", "https"]
        chosen = next(item for scheme in order for item in bound if item.scheme == scheme)
        host = canonical_host if chosen.host in _ANY else chosen.host
        return Listener(
            chosen.scheme,
            self.rest_advertised_host_name or host,
            self.rest_advertised_port or chosen.port,
        )

    def conflicts(self) -> list[str]:
        """Return what the keys of this concern do not agree on."""
        found = []
        schemes = {address.scheme for address in self.addresses}
        wanted = self.rest_advertised_listener
        if wanted is not None and wanted not in schemes:
            reason = f"listeners has no {wanted} URL"
            found.append(invalid("rest.advertised.listener", wanted, reason))
        addresses = [*self.addresses, *self.admin_addresses]
        for number, address in enumerate(addresses):
            if address.port and any(address.is_same_place(other) for other in addresses[:number]):
                found.append(f"Two listeners are at {address.place}; give each a port of its own")
        return found

    def secure(self, properties: Mapping[str, str]) -> dict[str, ListenerKeys]:
        """Return the keys for https of each kind of listener that has it, by their prefix."""
        kinds = ((tls.MAIN, self.addresses), (tls.ADMIN, self.admin_addresses))
        return {
            prefix: ListenerKeys.choose(properties, prefix)
            for prefix, addresses in kinds
            if any(address.scheme == "https" for address in addresses)
        }

    def tls_conflicts(self, properties: Mapping[str, str]) -> Iterator[str]:
        """Yield what keeps https listeners from starting, their stores looked into."""
        for keys in self.secure(properties).values():
            try:
                context.server(keys.read())
            except ConfigError as error:
                yield str(error)
