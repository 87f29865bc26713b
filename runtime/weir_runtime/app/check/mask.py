"""Values as they may be shown to anyone."""

from __future__ import annotations

import re

from weir_runtime.api.value import HIDDEN
from weir_runtime.observe import redaction

LONGEST = 200

_LOGIN = re.compile(r"(?<=://)[^/@\s]+@")


def shown(key: str, value: object) -> str:
    """Return a value on one line: hidden where its key says that it is a secret."""
    text = str(value)
    if text and redaction.is_secret_key(key):
        return HIDDEN
    line = _LOGIN.sub(f"{HIDDEN}@", " ".join(text.split()))
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"
