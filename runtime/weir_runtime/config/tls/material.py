"""What a store holds, in the one form that everything else takes."""

from __future__ import annotations

import textwrap
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass

from weir_runtime.api.errors import ConfigError
from weir_runtime.observe.secret import Secret


class StoreError(ConfigError):
    """A store cannot be read; the message ends a sentence that begins with its key."""


class PasswordError(StoreError):
    """A store opens, or may open, with another password."""


class KeyPasswordError(StoreError):
    """A private key opens with another password than the one tried."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A private key and its certificate.

    Attributes:
        chain: PEM, the own certificate first, then those that lead to its authority.
        key: PEM.
        origin: the key that names it and its value, for messages.
        password: opens `key` where it is encrypted.
    """

    chain: str
    key: Secret
    origin: str
    password: Secret | None = None


@dataclass(frozen=True, slots=True)
class Trust:
    """Certificates to trust, PEM; `origin` is the key that names them and its value."""

    certificates: str
    origin: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A private key of a store with its chain, DER; the key is PKCS#8 without encryption."""

    alias: str
    key: Secret
    chain: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Contents:
    """All of a binary store.

    Attributes:
        aliases: of the private keys, as far as they can be told; the first one's is `entry`.
        entry: the private key that counts; None where the store has none, or was not asked for it.
        trusted: certificates to trust, DER.
    """

    aliases: tuple[str, ...]
    entry: Entry | None
    trusted: tuple[bytes, ...]


def pem(label: str, der: bytes) -> str:
    """Return one PEM block."""
    body = textwrap.fill(b64encode(der).decode(), 64)
    return f"-----BEGIN {label}-----\n{body}\n-----END {label}-----\n"


def certificates(found: Iterable[bytes]) -> str:
    """Return DER certificates as PEM, each once, in their order."""
    return "".join(pem("CERTIFICATE", der) for der in dict.fromkeys(found))
