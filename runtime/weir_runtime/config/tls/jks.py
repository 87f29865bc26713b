"""The JKS container: Java's own key store, as `keytool -storetype JKS` writes it.

Numbers are big-endian. After magic and version come entries, then a digest over all of them and the
password. A private key is protected by an XOR with a chain of SHA-1 digests of its password.

Source: sun.security.provider.JavaKeyStore and KeyProtector.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import Final

from weir_runtime.codec import hash_order
from weir_runtime.config.tls import x509
from weir_runtime.config.tls.material import (
    Contents,
    Entry,
    KeyPasswordError,
    PasswordError,
    StoreError,
    pem,
)
from weir_runtime.observe.secret import Secret

MAGIC: Final = b"\xfe\xed\xfe\xed"

_KEY, _TRUSTED = 1, 2
_DIGEST: Final = 20
_WHITENER: Final = b"Mighty Aphrodite"
_PROTECTOR: Final = bytes.fromhex("06 0a 2b 06 01 04 01 2a 02 11 01 01")  # 1.3.6.1.4.1.42.2.17.1.1
_X509: Final = "X.509"


@dataclass(frozen=True, slots=True)
class _Locked:
    alias: str
    key: bytes
    chain: tuple[bytes, ...]


def read(
    data: bytes, password: Secret | None, key_password: Secret | None, *, with_key: bool
) -> Contents:
    """Return what a store holds; without a password its digest is not looked at, as in Java.

    Of several private keys the one counts that Java takes: the first in the order of a HashMap of
    their aliases. Its password is the store's unless told. `with_key` False leaves keys locked.

    Raises:
        PasswordError: the digest does not fit: another password, or the file was altered.
        KeyPasswordError: the private key has another password.
        StoreError: this is no whole JKS store.
    """
    if password is not None:
        _check(data, password)
    keys, trusted = _entries(data)
    aliases = hash_order.sort((item.alias for item in keys), minimum=hash_order.GROWN)
    for der in (*trusted, *(der for item in keys for der in item.chain)):
        x509.check_certificate(der)
    chosen = next((item for item in keys if aliases and item.alias == aliases[0]), None)
    opening = key_password or password
    entry = None
    if with_key and chosen is not None and opening is not None:
        entry = Entry(chosen.alias, _unlocked(chosen, opening), chosen.chain)
    own = (item.chain[0] for item in keys if item.chain)
    return Contents(tuple(aliases), entry, (*trusted, *own))


def _check(data: bytes, password: Secret) -> None:
    body, digest = data[:-_DIGEST], data[-_DIGEST:]
    found = _sha1(_utf16(password), _WHITENER, body)
    if not hmac.compare_digest(found, digest):
        raise PasswordError("the password is wrong, or the file is damaged")


def _entries(data: bytes) -> tuple[list[_Locked], list[bytes]]:
    reader = _Reader(data[:-_DIGEST])
    reader.take(len(MAGIC))
    version = reader.number(4)
    if version not in (1, 2):
        raise StoreError(f"JKS version {version} is unknown")
    keys: list[_Locked] = []
    trusted: list[bytes] = []
    for _ in range(reader.number(4)):
        kind, alias = reader.number(4), reader.text()
        reader.take(8)  # when it was added
        if kind == _KEY:
            locked = reader.take(reader.number(4))
            chain = tuple(reader.certificate(version) for _ in range(reader.number(4)))
            keys.append(_Locked(alias, locked, chain))
        elif kind == _TRUSTED:
            trusted.append(reader.certificate(version))
        else:
            raise StoreError("the file is damaged")
    if reader.left:
        raise StoreError("the file is damaged")
    return keys, trusted


class _Reader:
    """Takes bytes from the front, never more than there are."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def left(self) -> int:
        return len(self._data) - self._at

    def take(self, count: int) -> bytes:
        if count > self.left:
            raise StoreError("the file is cut off")
        self._at += count
        return self._data[self._at - count : self._at]

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "big")

    def text(self) -> str:
        # modified UTF-8 differs for NUL and beyond the basic plane: neither is worth an error
        return self.take(self.number(2)).decode("utf-8", "replace")

    def certificate(self, version: int) -> bytes:
        if version > 1 and (kind := self.text()) != _X509:
            raise StoreError(f"it holds a certificate of type {kind}; only X.509 is read")
        return self.take(self.number(4))


def _unlocked(locked: _Locked, password: Secret) -> Secret:
    sealed = _sealed(locked.key)
    salt, body, digest = sealed[:_DIGEST], sealed[_DIGEST:-_DIGEST], sealed[-_DIGEST:]
    secret, stream, last = _utf16(password), b"", salt
    blocks = []
    for _ in range(0, len(body), _DIGEST):
        last = _sha1(secret, last)
        blocks.append(last)
    stream = b"".join(blocks)[: len(body)]
    key = (int.from_bytes(body, "big") ^ int.from_bytes(stream, "big")).to_bytes(len(body), "big")
    if not hmac.compare_digest(_sha1(secret, key), digest):
        raise KeyPasswordError(f"its private key {locked.alias} has another password")
    x509.check_key(key)
    return Secret(pem("PRIVATE KEY", key))


def _sealed(der: bytes) -> bytes:
    """Return the octets of an EncryptedPrivateKeyInfo under Java's own algorithm."""
    outer, rest = _value(der, 0x30)
    algorithm, after = _value(outer, 0x30)
    octets, tail = _value(after, 0x04)
    if not algorithm.startswith(_PROTECTOR):
        raise StoreError("its private key is protected in a way that JKS does not have")
    if rest or tail or len(octets) < 2 * _DIGEST:
        raise StoreError("the file is damaged")
    return octets


def _value(der: bytes, tag: int) -> tuple[bytes, bytes]:
    """Return the content of the DER value at the front, and what follows it."""
    reader = _Reader(der)
    if reader.number(1) != tag:
        raise StoreError("the file is damaged")
    size = reader.number(1)
    if size & 0x80:
        size = reader.number(size & 0x7F)
    return reader.take(size), reader.take(reader.left)


def _utf16(password: Secret) -> bytes:
    return password.reveal().encode("utf-16-be", "surrogatepass")


def _sha1(*parts: bytes) -> bytes:
    digest = hashlib.sha1(usedforsecurity=False)  # the format knows no other
    for part in parts:
        digest.update(part)
    return digest.digest()
