"""How the control client connects: Java's security settings as aiokafka's arguments."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from typing import Any

from weir_runtime.config.clients import security
from weir_runtime.config.tls import context, store
from weir_runtime.config.tls.live import LiveContext, Source


def keywords(config: Mapping[str, str]) -> dict[str, Any]:
    """Return aiokafka's arguments for TLS and SASL.

    The context follows its files once something watches it: see `LiveContext`.

    Raises:
        ConfigError: a setting is wrong, or a certificate or key cannot be read.
    """
    secured = security.parse(config)
    found: dict[str, Any] = {"security_protocol": str(secured.protocol)}
    if secured.protocol.tls:
        kept = dict(config)
        found["ssl_context"] = LiveContext(Source(store.files(config), lambda: _context(kept)))
    if secured.protocol.sasl:
        found["sasl_mechanism"] = secured.mechanism
        found["sasl_plain_username"] = secured.username
        found["sasl_plain_password"] = secured.password and secured.password.reveal()
    return found


def _context(config: Mapping[str, str]) -> ssl.SSLContext:
    secured = security.parse(config)
    return context.client(secured.identity, secured.trust, verify_hostname=secured.verify_hostname)
