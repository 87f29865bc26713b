"""Values as they may be shown to anyone."""

from __future__ import annotations

import re

from weir_runtime.api.value import HIDDEN

LONGEST = 200

_SECRET = re.compile(
    r"password|passphrase|secret|jaas|token|credential|user\.info|api\.key|access\.key|"
    r"account\.key|private\.?key|keystore\.key$|\.pem$",
    re.IGNORECASE,
)
_LOGIN = re.compile(r"(?<=://)[^/@\s]+@")


def shown(key: str, value: object) -> str:
    """Return a value on one line: hidden where its key says that it is a secret."""
    text = str(value)
    if text and _SECRET.search(key):
        return HIDDEN
    line = _LOGIN.sub(f"{HIDDEN}@", " ".join(text.split()))
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"
