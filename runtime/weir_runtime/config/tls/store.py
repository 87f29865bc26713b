"""Key store and trust store of a client or listener, found by Java's keys."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from weir_runtime.api.errors import ConfigError
from weir_runtime.config.tls import jks, pem, pkcs12
from weir_runtime.config.tls.material import (
    Contents,
    Identity,
    KeyPasswordError,
    PasswordError,
    StoreError,
    Trust,
    certificates,
)
from weir_runtime.observe.secret import Secret

T = TypeVar("T")

KEYS: Final = frozenset(
    {
        "ssl.keystore.type", "ssl.keystore.location", "ssl.keystore.password",
        "ssl.keystore.certificate.chain", "ssl.keystore.key", "ssl.key.password",
        "ssl.truststore.type", "ssl.truststore.location", "ssl.truststore.password",
        "ssl.truststore.certificates",
    }
)  # fmt: skip
"""The keys that are read here."""

_KEY, _CHAIN = "ssl.keystore.key", "ssl.keystore.certificate.chain"
_TRUSTED = "ssl.truststore.certificates"
_PASSWORD = "ssl.key.password"  # noqa: S105 - the key's name
_JCEKS, _BKS = b"\xce\xce\xce\xce", (b"\x00\x00\x00\x01", b"\x00\x00\x00\x02")
_BINARY = ("JKS", "PKCS12", "JCEKS", "CASEEXACTJKS")

logger = logging.getLogger(__name__)
_told: set[tuple[str, tuple[str, ...]]] = set()


def identity(config: Mapping[str, str], prefix: str = "") -> Identity | None:
    """Return key and certificate of the key store; None where none is set.

    `prefix` stands before the keys wherever they are named.

    Raises:
        ConfigError: the store cannot be read, or its keys do not agree.
    """
    store = _Store(config, prefix, "keystore")
    inline = store.get(_KEY), store.get(_CHAIN)
    if any(inline):
        return _inline_identity(store, *inline)
    if not store.is_set():
        return None
    if store.is_pem:
        text = _text(store)
        return _pem_identity((store.origin, text), (store.origin, text), store)
    if store.password is None:
        raise ConfigError(f"{store.location_key} needs {store.password_key}")
    entry = _contents(store, store.secret(_PASSWORD), with_key=True).entry
    if entry is None:
        raise ConfigError(f"{store.origin} holds no private key; was it made as a trust store?")
    return Identity(certificates(entry.chain), entry.key, store.origin)


def trust(config: Mapping[str, str], prefix: str = "") -> Trust | None:
    """Return the certificates of the trust store; None where none is set.

    Raises:
        ConfigError: the store cannot be read, holds no certificate, or its keys do not agree.
    """
    store = _Store(config, prefix, "truststore")
    inline = store.get(_TRUSTED)
    if inline:
        store.refuse_mix(_TRUSTED)
        return _pem_trust(store.name(_TRUSTED), inline)
    if not store.is_set():
        return None
    return _pem_trust(store.origin, _text(store)) if store.is_pem else _trusted(store)


def own_trust(config: Mapping[str, str], prefix: str = "") -> Trust | None:
    """Return what a JKS or PKCS12 key store gives to trust; None for PEM and without a store.

    Raises:
        ConfigError: the store cannot be read, or holds no certificate.
    """
    store = _Store(config, prefix, "keystore")
    return _trusted(store) if store.location and not store.is_pem else None


def files(config: Mapping[str, str]) -> tuple[Path, ...]:
    """Return the files that the stores are read from."""
    places = (config.get(f"ssl.{kind}.location") for kind in ("keystore", "truststore"))
    return tuple(Path(place) for place in places if place)


@dataclass(frozen=True, slots=True)
class _Store:
    """The keys of one store."""

    config: Mapping[str, str]
    prefix: str
    kind: str

    def name(self, key: str) -> str:
        return self.prefix + key

    def get(self, key: str) -> str | None:
        return self.config.get(key) or None

    def secret(self, key: str) -> Secret | None:
        text = self.get(key)
        return None if text is None else Secret(text)

    @property
    def location(self) -> str | None:
        return self.get(f"ssl.{self.kind}.location")

    @property
    def location_key(self) -> str:
        return self.name(f"ssl.{self.kind}.location")

    @property
    def origin(self) -> str:
        return f"{self.location_key}: {self.location}"

    @property
    def password(self) -> Secret | None:
        return self.secret(f"ssl.{self.kind}.password")

    @property
    def password_key(self) -> str:
        return self.name(f"ssl.{self.kind}.password")

    @property
    def type_key(self) -> str:
        return self.name(f"ssl.{self.kind}.type")

    @property
    def type(self) -> str:
        return (self.get(f"ssl.{self.kind}.type") or "JKS").strip().upper()

    @property
    def is_pem(self) -> bool:
        return self.type == "PEM"

    def is_set(self) -> bool:
        """Tell whether there is a file; what the keys ask for must make sense together."""
        if self.is_pem and self.password is not None:
            raise ConfigError(
                f"{self.password_key} cannot be used with a PEM store: leave it out; an encrypted "
                f"private key is opened by {self.name(_PASSWORD)}"
            )
        if self.location is None and self.password is not None:
            raise ConfigError(f"{self.password_key} is set, but {self.location_key} is not")
        if self.location and not self.is_pem and self.type not in _BINARY:
            raise ConfigError(
                f"Invalid value {self.type} for configuration {self.type_key}: "
                "stores are read as JKS, PKCS12 or PEM"
            )
        return self.location is not None

    def refuse_mix(self, inline: str) -> None:
        if not self.is_pem:
            raise ConfigError(f"{self.name(inline)} needs {self.type_key}=PEM, not {self.type}")
        if self.is_set():
            raise ConfigError(f"{self.location_key} and {self.name(inline)} cannot both be set")


def _inline_identity(store: _Store, key: str | None, chain: str | None) -> Identity:
    store.refuse_mix(_KEY if key else _CHAIN)
    if key is None or chain is None:
        raise ConfigError(f"{store.name(_KEY)} and {store.name(_CHAIN)} need each other")
    return _pem_identity((store.name(_CHAIN), chain), (store.name(_KEY), key), store)


def _pem_identity(chain: tuple[str, str], key: tuple[str, str], store: _Store) -> Identity:
    """Return what PEM texts hold, each given behind the key that it comes from."""
    found = _naming(chain[0], lambda: pem.certificates(chain[1]))
    secret, encrypted = _naming(key[0], lambda: pem.private_key(key[1]))
    password = store.secret(_PASSWORD) if encrypted else None
    if encrypted and password is None:
        raise ConfigError(f"{key[0]} holds an encrypted private key: set {store.name(_PASSWORD)}")
    return Identity(found, secret, key[0], password)


def _pem_trust(origin: str, text: str) -> Trust:
    return Trust(_naming(origin, lambda: pem.certificates(text)), origin)


def _trusted(store: _Store) -> Trust:
    found = _contents(store, None, with_key=False).trusted
    if not found:
        hint = "" if store.password else f"; does it need {store.password_key}?"
        raise ConfigError(f"{store.origin} holds no certificate to trust{hint}")
    return Trust(certificates(found), store.origin)


def _naming(key: str, read: Callable[[], T]) -> T:
    try:
        return read()
    except StoreError as error:
        raise ConfigError(f"{key} {error}") from error


def _bytes(store: _Store) -> bytes:
    try:
        return Path(store.location or "").read_bytes()
    except OSError as error:
        raise ConfigError(
            f"{store.location_key}: cannot read {store.location}: {error.strerror or error}"
        ) from error


def _text(store: _Store) -> str:
    data = _bytes(store)
    kind = next(_kinds(data), None)
    if kind in ("JKS", "PKCS12", "JCEKS", "BKS"):
        raise ConfigError(
            f"{store.type_key} is PEM, but {store.location} is a {kind} store: set it to {kind}"
        )
    return data.decode("utf-8", "replace")


def _contents(store: _Store, key_password: Secret | None, *, with_key: bool) -> Contents:
    data, where = _bytes(store), store.origin
    kind = next(_kinds(data), None)
    try:
        if kind == "JKS":
            found = jks.read(data, store.password, key_password, with_key=with_key)
        elif kind == "PKCS12":
            found = pkcs12.read(data, store.password)
        else:
            raise ConfigError(f"{where} {_unread(kind, store)}")
    except PasswordError as error:
        raise ConfigError(_closed(store, str(error), key_password)) from error
    except KeyPasswordError as error:
        advice = "is wrong" if key_password else "must be set"
        raise ConfigError(f"{where}: {error}: {store.name(_PASSWORD)} {advice}") from error
    except StoreError as error:
        raise ConfigError(f"{where} cannot be used: {error}") from error
    if with_key:
        _tell_choice(store, found.aliases)
    return found


def _kinds(data: bytes) -> Iterator[str]:
    """Yield what the bytes look like; Java too goes by them rather than by the type."""
    if data.startswith(jks.MAGIC):
        yield "JKS"
    if data.startswith(_JCEKS):
        yield "JCEKS"
    if data.startswith(_BKS):
        yield "BKS"
    if b"-----BEGIN " in data:
        yield "PEM"
    if data.startswith(b"\x30"):
        yield "PKCS12"


def _unread(kind: str | None, store: _Store) -> str:
    if kind == "PEM":
        return f"holds PEM: set {store.type_key}=PEM and remove {store.password_key}"
    if kind == "JCEKS":
        return (
            "is a JCEKS store, which is not read. Convert it: keytool -importkeystore "
            f"-srckeystore {store.location} -srcstoretype JCEKS -destkeystore store.p12 "
            "-deststoretype PKCS12"
        )
    if kind == "BKS":
        return (
            "is a BKS store of Bouncy Castle, which is not read. Convert it with keytool "
            "-importkeystore -deststoretype PKCS12 and Bouncy Castle's provider"
        )
    return "is neither a JKS nor a PKCS12 store"


def _closed(store: _Store, reason: str, key_password: Secret | None) -> str:
    if store.password is None:
        return f"{store.origin} needs {store.password_key}"
    differs = key_password is not None and key_password != store.password
    hint = "; in a PKCS12 store the key must have the store's password" if differs else ""
    return f"{store.password_key} does not open {store.location}: {reason}{hint}"


def _tell_choice(store: _Store, aliases: tuple[str, ...]) -> None:
    fact = (store.location or "", aliases)
    if len(aliases) > 1 and fact not in _told:
        _told.add(fact)
        logger.warning(
            "%s holds %d private keys; %s is used: keep one in each store to be sure",
            store.location, len(aliases), aliases[0],
        )  # fmt: skip
