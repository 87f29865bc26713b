"""PKCS12 stores: of keytool, whose default they are, and of openssl."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from weir_runtime.config.tls import x509
from weir_runtime.config.tls.material import Contents, Entry, pem
from weir_runtime.observe.secret import Secret

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.serialization.pkcs12 import PKCS12Certificate

_SHROUDED: Final = bytes.fromhex("06 0b 2a 86 48 86 f7 0d 01 0c 0a 01 02")  # pkcs8ShroudedKeyBag


def read(data: bytes, password: Secret | None) -> Contents:
    """Return what a store holds; of several private keys the first in the file counts.

    A store without a private key is one of certificates to trust. In a store with one, those are
    trusted that somebody gave a name of their own: the others belong to the key's chain.

    Raises:
        PasswordError: it opens with another password, or is damaged.
        StoreError: this is no whole PKCS12 store.
    """
    found = x509.load_pkcs12(data, password)
    others = found.additional_certs
    if found.key is None or found.cert is None:
        return Contents((), None, tuple(x509.der(item.certificate) for item in others))
    alias = (found.cert.friendly_name or b"").decode("utf-8", "replace")
    chain = _chain(found.cert, others)
    trusted = (x509.der(item.certificate) for item in others if _has_alias(item))
    entry = Entry(
        alias,
        Secret(pem("PRIVATE KEY", x509.key_der(found.key))),
        tuple(x509.der(item.certificate) for item in chain),
    )
    aliases = (alias, *("?" for _ in range(1, data.count(_SHROUDED))))
    return Contents(aliases, entry, (*trusted, x509.der(found.cert.certificate)))


def _chain(own: PKCS12Certificate, others: list[PKCS12Certificate]) -> list[PKCS12Certificate]:
    """Return the own certificate and its issuers as far as they are there."""
    chain, left = [own], list(others)
    while True:
        last = chain[-1].certificate
        issuer = next((item for item in left if item.certificate.subject == last.issuer), None)
        if issuer is None or last.issuer == last.subject:
            return chain
        left.remove(issuer)
        chain.append(issuer)


def _has_alias(item: PKCS12Certificate) -> bool:
    """Tell an alias from the subject, which keytool writes as the name of a chain's members."""
    if item.friendly_name is None:
        return False
    name = item.friendly_name.decode("utf-8", "replace")
    return name.replace(", ", ",") != item.certificate.subject.rfc4514_string()
