"""TLS and SASL of a client, read from Java's keys into what both clients can use.

Source: org.apache.kafka.common.config.SslConfigs and SaslConfigs, KIP-651 (PEM stores).
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from weir_runtime.api.errors import ConfigError
from weir_runtime.config.clients import jaas
from weir_runtime.observe.secret import Secret

KEYS = frozenset(
    {
        "security.protocol", "sasl.mechanism", "sasl.jaas.config",
        "ssl.keystore.type", "ssl.keystore.location", "ssl.keystore.password",
        "ssl.keystore.certificate.chain", "ssl.keystore.key", "ssl.key.password",
        "ssl.truststore.type", "ssl.truststore.location", "ssl.truststore.password",
        "ssl.truststore.certificates", "ssl.endpoint.identification.algorithm",
    }
)  # fmt: skip
"""The keys that `parse` reads."""

MECHANISMS = {"PLAIN": jaas.PLAIN, "SCRAM-SHA-256": jaas.SCRAM, "SCRAM-SHA-512": jaas.SCRAM}
"""The SASL mechanisms offered, with the login module that belongs to each."""

_BLOCK = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \1-----", re.DOTALL)


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
class Pem:
    """PEM blocks, in a file or given in the config; exactly one of the two is set."""

    location: str | None = None
    text: Secret | None = None


@dataclass(frozen=True, slots=True)
class Security:
    """How a client connects.

    Attributes:
        ca: certificates to trust; None for the system's.
        certificate: the client's own chain; may be the same file as `key`.
        key_password: opens an encrypted `key`.
        verify_hostname: whether the broker's certificate must name its host.
    """

    protocol: Protocol = Protocol.PLAINTEXT
    mechanism: str | None = None
    username: str | None = None
    password: Secret | None = None
    ca: Pem | None = None
    certificate: Pem | None = None
    key: Pem | None = None
    key_password: Secret | None = None
    verify_hostname: bool = True


def parse(config: Mapping[str, str]) -> Security:
    """Return how a client with this Java-named config connects.

    TLS keys are read only where the protocol uses TLS, SASL keys only where it uses SASL, as
    Java's clients do.

    Raises:
        ConfigError: a value is wrong or not supported; the message names the key and what to do.
    """
    protocol = _protocol(config.get("security.protocol", "PLAINTEXT"))
    login = _login(config) if protocol.sasl else None
    if not protocol.tls:
        return _with_login(Security(protocol), config, login)
    certificate, key = _keystore(config)
    key_password = config.get("ssl.key.password")
    return _with_login(
        Security(
            protocol,
            ca=_truststore(config),
            certificate=certificate,
            key=key,
            key_password=Secret(key_password) if key_password else None,
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
    return Security(
        security.protocol,
        mechanism=config["sasl.mechanism"].upper(),
        username=login.username,
        password=login.password,
        ca=security.ca,
        certificate=security.certificate,
        key=security.key,
        key_password=security.key_password,
        verify_hostname=security.verify_hostname,
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


def _truststore(config: Mapping[str, str]) -> Pem | None:
    location, text = _store(config, "truststore", "ssl.truststore.certificates")
    if text is not None:
        return Pem(text=_normal(text, "ssl.truststore.certificates"))
    return Pem(location=location) if location else None


def _keystore(config: Mapping[str, str]) -> tuple[Pem | None, Pem | None]:
    location, chain = _store(config, "keystore", "ssl.keystore.certificate.chain")
    key = config.get("ssl.keystore.key") or None
    if location:
        if key is not None:
            raise ConfigError("ssl.keystore.location and ssl.keystore.key cannot both be set")
        return Pem(location=location), Pem(location=location)
    if (key is None) != (chain is None):
        raise ConfigError("ssl.keystore.key and ssl.keystore.certificate.chain need each other")
    if key is None or chain is None:
        return None, None
    return (
        Pem(text=_normal(chain, "ssl.keystore.certificate.chain")),
        Pem(text=_normal(key, "ssl.keystore.key")),
    )


def _store(config: Mapping[str, str], store: str, inline: str) -> tuple[str | None, str | None]:
    """Return location and inline text of a PEM store."""
    location = config.get(f"ssl.{store}.location") or None
    text = config.get(inline) or None
    if location is None and text is None:
        return None, None
    kind = config.get(f"ssl.{store}.type", "JKS").upper()
    if kind != "PEM":
        raise ConfigError(_conversion(store, kind, inline_key=None if location else inline))
    if config.get(f"ssl.{store}.password"):
        raise ConfigError(
            f"ssl.{store}.password cannot be used with a PEM store: leave it out; an encrypted "
            "private key is opened by ssl.key.password"
        )
    if location and text:
        raise ConfigError(f"ssl.{store}.location and {inline} cannot both be set")
    return location, text


def _conversion(store: str, kind: str, *, inline_key: str | None) -> str:
    if inline_key:
        return f"{inline_key} needs ssl.{store}.type=PEM, not {kind}"
    steps = "" if kind == "PKCS12" else (
        "keytool -importkeystore -srckeystore STORE -destkeystore store.p12 "
        "-deststoretype PKCS12, then "
    )  # fmt: skip
    source = "STORE" if kind == "PKCS12" else "store.p12"
    what = "-nokeys " if store == "truststore" else ""
    return (
        f"ssl.{store}.location names a {kind} store, and only PEM is read here. Convert it: "
        f"{steps}openssl pkcs12 -in {source} {what}-out {store}.pem; then set "
        f"ssl.{store}.type=PEM, ssl.{store}.location={store}.pem and remove ssl.{store}.password"
        + ("" if store == "truststore" else ", with the key's password in ssl.key.password")
    )


def _normal(text: str, key: str) -> Secret:
    """Return PEM with line ends, since property files often hold it on one line."""
    blocks = _BLOCK.findall(text)
    if not blocks:
        raise ConfigError(f"{key} holds no PEM block (-----BEGIN ...----- to -----END ...-----)")
    lines = []
    for label, body in blocks:
        # headers such as Proc-Type belong to the old encrypted form: kept as they are
        wrapped = body.strip() if ":" in body else textwrap.fill("".join(body.split()), 64)
        lines.append(f"-----BEGIN {label}-----\n{wrapped}\n-----END {label}-----\n")
    return Secret("".join(lines))
