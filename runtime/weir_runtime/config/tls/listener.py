"""TLS of https listeners, out of `listeners.https.*`, `admin.listeners.https.*` or `ssl.*`.

Source: org.apache.kafka.connect.runtime.rest.util.SSLUtils, AbstractConfig
(valuesWithPrefixAllOrNothing).
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from weir_runtime.api.errors import ConfigError
from weir_runtime.api.value import invalid, split
from weir_runtime.config.tls import cipher, store
from weir_runtime.config.tls.material import Identity, Trust

MAIN: Final = "listeners.https."
ADMIN: Final = "admin.listeners.https."


class ClientAuth(StrEnum):
    """Whether clients show a certificate."""

    NONE = "none"
    REQUESTED = "requested"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class ListenerTls:
    """What an https listener is made with.

    Attributes:
        trust: authorities of the clients' certificates; None while nobody is asked for one.
        ciphers: OpenSSL's list for TLS 1.2; None for its secure default.
    """

    identity: Identity
    client_auth: ClientAuth = ClientAuth.NONE
    trust: Trust | None = None
    versions: frozenset[ssl.TLSVersion] = frozenset(cipher.VERSIONS.values())
    ciphers: str | None = None


@dataclass(frozen=True, slots=True)
class ListenerKeys:
    """The keys of one kind of listener: those with its prefix, or if there is none, `ssl.*`.

    Attributes:
        prefix: what stands before the keys that count.
        family: the listener's own prefix, whether there are such keys or not.
    """

    config: Mapping[str, str]
    prefix: str
    family: str

    @classmethod
    def choose(cls, properties: Mapping[str, str], prefix: str) -> ListenerKeys:
        """Return the keys that count: any key with the prefix makes the others not count."""
        found = {
            key.removeprefix(prefix): value
            for key, value in properties.items()
            if key.startswith(prefix) and key != prefix
        }
        if found:
            return cls(found, prefix, prefix)
        plain = {key: value for key, value in properties.items() if key.startswith("ssl.")}
        return cls(plain, "", prefix)

    @property
    def client_auth(self) -> ClientAuth:
        """Return `ssl.client.auth`.

        Raises:
            ConfigError: it is none of the three words.
        """
        text = self.config.get("ssl.client.auth") or ClientAuth.NONE
        try:
            return ClientAuth(text.strip().lower())
        except ValueError:
            words = ", ".join(ClientAuth)
            raise ConfigError(self._invalid("ssl.client.auth", f"use one of {words}")) from None

    @property
    def files(self) -> tuple[Path, ...]:
        """Return the files of the stores."""
        return store.files(self.config)

    def read(self) -> ListenerTls:
        """Read the stores and return what the listener is made with.

        Raises:
            ConfigError: a key cannot be honoured, or a store cannot be read.
        """
        for key, may in _REFUSED.items():
            value = self.config.get(key, "").strip()
            if value and not may(value):
                raise ConfigError(self._invalid(key, _SENTENCE[key]))
        auth = self.client_auth
        own = store.identity(self.config, self.prefix)
        if own is None:
            raise ConfigError(
                f"An https listener needs a certificate: set {self.family}ssl.keystore.location "
                f"and its password, or {self.family}ssl.keystore.type=PEM and a PEM file"
            )
        trust = None if auth is ClientAuth.NONE else self._trust(auth)
        return ListenerTls(own, auth, trust, self._versions(), self._ciphers())

    def _trust(self, auth: ClientAuth) -> Trust:
        # Java's server too falls back on the key store
        found = store.trust(self.config, self.prefix) or store.own_trust(self.config, self.prefix)
        if found is None:
            raise ConfigError(
                f"{self.prefix}ssl.client.auth={auth} needs {self.prefix}ssl.truststore.location: "
                "the authorities that sign the clients' certificates"
            )
        return found

    def _versions(self) -> frozenset[ssl.TLSVersion]:
        names = split(self.config.get("ssl.enabled.protocols", ""))
        enabled = frozenset(cipher.VERSIONS[name] for name in names if name in cipher.VERSIONS)
        if names and not enabled:
            raise ConfigError(self._invalid("ssl.enabled.protocols", _VERSIONS))
        enabled = enabled or frozenset(cipher.VERSIONS.values())
        suites = self._suites
        try:
            left = enabled & cipher.versions(suites) if suites else enabled
        except ValueError as error:
            raise ConfigError(self._invalid("ssl.cipher.suites", str(error))) from None
        if not left:
            raise ConfigError(
                self._invalid("ssl.cipher.suites", "none belongs to the enabled protocols")
            )
        return left

    def _ciphers(self) -> str | None:
        try:
            return cipher.openssl(self._suites) or None
        except ValueError as error:
            raise ConfigError(self._invalid("ssl.cipher.suites", str(error))) from None

    @property
    def _suites(self) -> list[str]:
        return split(self.config.get("ssl.cipher.suites", ""))

    def _invalid(self, key: str, reason: str) -> str:
        return invalid(self.prefix + key, self.config.get(key, ""), reason)


_VERSIONS = "only TLSv1.2 and TLSv1.3 are offered"
_JVM = "it chooses an implementation inside a JVM; remove the key"


def _one_of(*words: str) -> Callable[[str], bool]:
    return lambda value: value in words


_REFUSED: Mapping[str, Callable[[str], bool]] = {
    "ssl.provider": _one_of(),
    "ssl.engine.factory.class": _one_of(
        "org.apache.kafka.common.security.ssl.DefaultSslEngineFactory"
    ),
    "ssl.secure.random.implementation": _one_of(),
    "ssl.keymanager.algorithm": _one_of("SunX509", "PKIX", "NewSunX509"),
    "ssl.trustmanager.algorithm": _one_of("SunX509", "PKIX"),
    "ssl.protocol": _one_of("TLS", *cipher.VERSIONS),
    "ssl.endpoint.identification.algorithm": _one_of("https", "HTTPS"),
}
_SENTENCE: Mapping[str, str] = {
    **dict.fromkeys(_REFUSED, _JVM),
    "ssl.engine.factory.class": "it names Java code, which cannot be loaded here; remove the key",
    "ssl.protocol": _VERSIONS,
    "ssl.endpoint.identification.algorithm": "use https, or leave it empty",
}

KEYS: Final = store.KEYS | {
    *_REFUSED,
    "ssl.client.auth",
    "ssl.enabled.protocols",
    "ssl.cipher.suites",
}
"""The keys that are read, without their prefix."""
