"""How the control client connects: parsed security settings as aiokafka's arguments."""

from __future__ import annotations

import ssl
import tempfile
from pathlib import Path
from typing import Any

from weir_runtime.api.errors import ConfigError
from weir_runtime.config.clients.security import Pem, Security


def keywords(security: Security) -> dict[str, Any]:
    """Return aiokafka's arguments for TLS and SASL.

    Raises:
        ConfigError: a certificate or key cannot be read.
    """
    found: dict[str, Any] = {"security_protocol": str(security.protocol)}
    if security.protocol.tls:
        found["ssl_context"] = _context(security)
    if security.protocol.sasl:
        found["sasl_mechanism"] = security.mechanism
        found["sasl_plain_username"] = security.username
        found["sasl_plain_password"] = security.password and security.password.reveal()
    return found


def _context(security: Security) -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = security.verify_hostname
    if security.ca is not None:
        # trust this store alone, as Java does where one is given
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.check_hostname = security.verify_hostname
        _trust(context, security.ca)
    if security.certificate is not None:
        _identify(context, security)
    return context


def _trust(context: ssl.SSLContext, pem: Pem) -> None:
    try:
        context.load_verify_locations(
            cafile=pem.location, cadata=pem.text.reveal() if pem.text else None
        )
    except (OSError, ssl.SSLError) as error:
        where = pem.location or "ssl.truststore.certificates"
        raise ConfigError(f"Cannot read certificates to trust from {where}: {error}") from error


def _identify(context: ssl.SSLContext, security: Security) -> None:
    password = security.key_password.reveal() if security.key_password else ""
    with tempfile.TemporaryDirectory(prefix="weir-") as folder:  # made with mode 0700
        chain = _file(security.certificate, Path(folder, "chain.pem"))
        key = _file(security.key, Path(folder, "key.pem"))
        try:
            # a callable: without one an encrypted key would be asked for on the terminal
            context.load_cert_chain(chain, key, password=lambda: password)
        except (OSError, ssl.SSLError) as error:
            where = (security.certificate and security.certificate.location) or "ssl.keystore.key"
            raise ConfigError(
                f"Cannot read certificate and key from {where}: {error}"
                " (an encrypted key needs ssl.key.password)"
            ) from error


def _file(pem: Pem | None, scratch: Path) -> str:
    """Return a file that holds the PEM: OpenSSL reads own certificates from files only."""
    if pem is None or pem.text is None:
        return (pem and pem.location) or ""
    scratch.write_text(pem.text.reveal())
    return str(scratch)
