"""TLS and SASL of a client, read from Java's keys into what both clients can use.

Source: org.apache.kafka.common.config.SslConfigs and SaslConfigs, KIP-651 (PEM stores).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from weir_runtime.api.errors import ConfigError
from weir_runtime.config.clients import jaas
from weir_runtime.config.tls import store
from weir_runtime.config.tls.material import Identity, Trust
from weir_runtime.observe.secret import Secret

KEYS = frozenset(
    {
        "security.protocol", "sasl.mechanism", "sasl.jaas.config",
        "ssl.endpoint.identification.algorithm", *store.KEYS,
    }
)  # fmt: skip
"""The keys that `parse` reads."""

MECHANISMS = {"PLAIN": jaas.PLAIN, "SCRAM-SHA-256": jaas.SCRAM, "SCRAM-SHA-512": jaas.SCRAM}
"""The SASL mechanisms offered, with the login module that belongs to each."""


class Protocol(StrEnum):
    """`security.protocol`."""

    PLAINTEXT = "PLAINTEXT"
    SSL = "SSL"
    SASL_PLAINTEXT = "SASL_PLAINTEXT"
    SASL_SSL = "SASL_SSL"

    @property
    def tls(self) -> bool:
        """True where connections are encrypted."""
        return self in (Protocol.SSL, Protocol.SASL_SSL)

    @property
    def sasl(self) -> bool:
        """True where the client logs in."""
        return self in (Protocol.SASL_PLAINTEXT, Protocol.SASL_SSL)


@dataclass(frozen=True, slots=True)
class Security:
    """How a client connects.

    Attributes:
        trust: certificates to trust; None for the system's.
        identity: what the client shows; None for nothing.
        verify_hostname: whether the broker's certificate must name its host.
    """

    protocol: Protocol = Protocol.PLAINTEXT
    mechanism: str | None = None
    username: str | None = None
    password: Secret | None = None
    trust: Trust | None = None
    identity: Identity | None = None
    verify_hostname: bool = True


def parse(config: Mapping[str, str]) -> Security:
    """Return how a client with this Java-named config connects.

    TLS keys are read only where the protocol uses TLS, SASL keys only where it uses SASL, as
    Java's clients do. Stores are read at each call, so that a new client has what they hold now.

    Raises:
        ConfigError: a value is wrong or not supported; the message names the key and what to do.
    """
    protocol = _protocol(config.get("security.protocol", "PLAINTEXT"))
    login = _login(config) if protocol.sasl else None
    if not protocol.tls:
        return _with_login(Security(protocol), config, login)
    return _with_login(
        Security(
            protocol,
            trust=store.trust(config),
            identity=store.identity(config),
            verify_hostname=_verify_hostname(config),
        ),
        config,
        login,
    )


def _with_login(
    security: Security, config: Mapping[str, str], login: jaas.Login | None
) -> Security:
    if login is None:
        return security
    return dataclasses.replace(
        security,
        mechanism=config["sasl.mechanism"].upper(),
        username=login.username,
        password=login.password,
    )


def _protocol(value: str) -> Protocol:
    try:
        return Protocol(value.strip().upper())
    except ValueError:
        known = ", ".join(Protocol)
        raise ConfigError(
            f"Invalid value {value} for configuration security.protocol: "
            f"String must be one of (case insensitive): {known}"
        ) from None


def _login(config: Mapping[str, str]) -> jaas.Login:
    mechanism = config.get("sasl.mechanism", "GSSAPI").upper()
    if mechanism not in MECHANISMS:
        raise ConfigError(
            f"sasl.mechanism {mechanism} is not supported: use one of {', '.join(MECHANISMS)}"
        )
    line = config.get("sasl.jaas.config")
    if not line:
        raise ConfigError(
            f"sasl.mechanism {mechanism} needs sasl.jaas.config, such as "
            f'{MECHANISMS[mechanism]} required username="..." password="...";'
        )
    login = jaas.parse(line)
    if login.module != MECHANISMS[mechanism]:
        raise ConfigError(
            f"sasl.jaas.config names {login.module}, but sasl.mechanism is {mechanism}, "
            f"which needs {MECHANISMS[mechanism]}"
        )
    return login


def _verify_hostname(config: Mapping[str, str]) -> bool:
    value = config.get("ssl.endpoint.identification.algorithm", "https").strip().lower()
    if value not in ("", "https"):
        raise ConfigError(
            f"Invalid value {value} for configuration ssl.endpoint.identification.algorithm: "
            "use https, or leave it empty to accept any host name"
        )
    return value == "https"
