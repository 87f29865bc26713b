"""PEM stores: blocks in a file or in the config itself, where they often stand on one line."""

from __future__ import annotations

import re
import textwrap
from typing import Final

from weir_runtime.config.tls.material import StoreError
from weir_runtime.observe.secret import Secret

_BLOCK: Final = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \1-----", re.DOTALL)
_CERTIFICATE: Final = ("CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE")
_KEY: Final = "PRIVATE KEY"


def certificates(text: str) -> str:
    """Return the certificates of a text, with line ends.

    Raises:
        StoreError: there is none.
    """
    found = [block for label, block in _blocks(text) if label in _CERTIFICATE]
    if not found:
        raise StoreError("holds no PEM certificate (-----BEGIN CERTIFICATE----- to its END)")
    return "".join(found)


def private_key(text: str) -> tuple[Secret, bool]:
    """Return the private key of a text, with line ends, and whether it is encrypted.

    Raises:
        StoreError: there is not exactly one.
    """
    keys = [(label, block) for label, block in _blocks(text) if label.endswith(_KEY)]
    if len(keys) != 1:
        raise StoreError(f"holds {len(keys) or 'no'} PEM private keys where one is needed")
    label, block = keys[0]
    return Secret(block), "ENCRYPTED" in label or "Proc-Type: 4,ENCRYPTED" in block


def _blocks(text: str) -> list[tuple[str, str]]:
    found = []
    for label, body in _BLOCK.findall(text):
        # headers such as Proc-Type belong to the old encrypted form: kept as they are
        lines = body.strip() if ":" in body else textwrap.fill("".join(body.split()), 64)
        found.append((label, f"-----BEGIN {label}-----\n{lines}\n-----END {label}-----\n"))
    return found
