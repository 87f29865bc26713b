"""Certificates, keys and PKCS12 by `cryptography`, imported when a store needs it."""
# ruff: noqa: PLC0415 - it takes a tenth of a second, which a start without such stores saves

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from weir_runtime.config.tls.material import PasswordError, StoreError
from weir_runtime.observe.secret import Secret

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
    from cryptography.hazmat.primitives.serialization.pkcs12 import PKCS12KeyAndCertificates
    from cryptography.x509 import Certificate


def check_certificate(der: bytes) -> None:
    """Look whether this is a certificate.

    Raises:
        StoreError: it is none.
    """
    from cryptography import x509

    try:
        x509.load_der_x509_certificate(der)
    except ValueError as error:
        raise StoreError(f"it holds a certificate that cannot be read: {error}") from error


def check_key(der: bytes) -> None:
    """Look whether this is a PKCS#8 private key of a kind that can be used.

    Raises:
        StoreError: it is none.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_der_private_key

    try:
        load_der_private_key(der, None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise StoreError("it holds a private key that cannot be read") from error


def load_pkcs12(data: bytes, password: Secret | None) -> PKCS12KeyAndCertificates:
    """Return a PKCS12 store.

    Raises:
        PasswordError: it opens with another password, or is damaged.
        StoreError: this is no whole PKCS12 store.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import pkcs12

    secret = None if password is None else password.reveal().encode()
    try:
        with warnings.catch_warnings():
            # stores of old programs are BER: no concern of those who use them
            warnings.simplefilter("ignore", UserWarning)
            return pkcs12.load_pkcs12(data, secret)
    except UnsupportedAlgorithm as error:
        raise StoreError(f"it is encrypted in a way that is not supported: {error}") from error
    except ValueError as error:
        if "password" in str(error):
            raise PasswordError("the password is wrong, or the file is damaged") from error
        raise StoreError("the file is damaged or cut off") from error


def der(certificate: Certificate) -> bytes:
    """Return a certificate in DER."""
    from cryptography.hazmat.primitives.serialization import Encoding

    return certificate.public_bytes(Encoding.DER)


def key_der(key: PrivateKeyTypes) -> bytes:
    """Return a private key in PKCS#8, without encryption."""
    from cryptography.hazmat.primitives import serialization

    return key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
