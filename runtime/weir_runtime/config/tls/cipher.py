"""Java's names of cipher suites and of protocol versions, as OpenSSL has them.

Source: RFC 5289, RFC 8446 and the JSSE's standard names; OpenSSL's `ciphers` manual.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterable, Sequence
from typing import Final

VERSIONS: Final = {"TLSv1.2": ssl.TLSVersion.TLSv1_2, "TLSv1.3": ssl.TLSVersion.TLSv1_3}
"""The versions that may be used, by Java's names."""

TLS13: Final = ("TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256")
"""All suites of TLS 1.3 that OpenSSL offers; they have one name everywhere."""

_SUITE: Final = re.compile(r"(?:TLS|SSL)_(?:(ECDHE|DHE|RSA)(?:_(RSA|ECDSA|DSS))?)_WITH_(\w+)\Z")
_AES: Final = re.compile(r"AES_(\d+)")


def openssl(suites: Iterable[str]) -> str:
    """Return OpenSSL's list for Java's names of suites up to TLS 1.2; others are left out.

    Raises:
        ValueError: a name is unknown; the message says which.
    """
    found = []
    for suite in suites:
        if suite in TLS13:
            continue
        name = _name(suite)
        if name is None or not _exists(name):
            raise ValueError(f"OpenSSL has no cipher suite {suite}")
        found.append(name)
    return ":".join(found)


def versions(suites: Sequence[str]) -> frozenset[ssl.TLSVersion]:
    """Return the versions that a choice of suites leaves.

    Raises:
        ValueError: some suites of TLS 1.3 are wanted and others not, which `ssl` cannot do.
    """
    newest = [suite for suite in TLS13 if suite in suites]
    if newest and len(newest) < len(TLS13):
        raise ValueError(f"of TLS 1.3 name all of {', '.join(TLS13)}, or none")
    found = set()
    if newest:
        found.add(ssl.TLSVersion.TLSv1_3)
    if any(suite not in TLS13 for suite in suites):
        found.add(ssl.TLSVersion.TLSv1_2)
    return frozenset(found)


def _name(suite: str) -> str | None:
    match = _SUITE.match(suite)
    if match is None:
        return None
    exchange, signature, rest = match[1], match[2], match[3]
    cipher = _AES.sub(r"AES\1", rest).replace("_CBC_", "_").replace("POLY1305_SHA256", "POLY1305")
    parts = [exchange if exchange != "RSA" else "", signature or "", *cipher.split("_")]
    return "-".join(filter(None, parts))


def _exists(name: str) -> bool:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.set_ciphers(name)
    except ssl.SSLError:
        return False
    return any(suite["name"] == name for suite in context.get_ciphers())
