"""Which values of a config are secrets."""

from __future__ import annotations

import re

_KEY = re.compile(
    r"passw|passphrase|(^|[._-])pwd([._-]|$)|secret|token|credential|private.?key|access.?key"
    r"|api.?key|sasl.jaas|user\.info",
    re.IGNORECASE,
)
# a login inside an address, and a password among the parameters of one
_VALUE = re.compile(
    r"://[^/\s:@]*:[^/\s@]+@|[?&;](password|pwd|token|secret)=[^&;\s]", re.IGNORECASE
)
_REFERENCE = re.compile(r"\$\{[^}]+\}")


def is_secret(key: str, value: str, passwords: frozenset[str]) -> bool:
    """Tell whether a value must not be shown; `passwords` are the keys that the worker defines so.

    A value that is nothing but a reference such as `${secrets:...}` holds no secret itself, and
    an empty one holds nothing.
    """
    if not value or _REFERENCE.fullmatch(value):
        return False
    if key in passwords or _KEY.search(key):
        return True
    return bool(_VALUE.search(value))
