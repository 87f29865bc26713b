"""Secrets of a config as they may be shown."""

from __future__ import annotations

import re

HIDDEN = "[hidden]"
_SECRET_KEY = re.compile(r"passw|secret|token|credential|private.?key|api.?key|sasl.jaas", re.I)
_REFERENCE = re.compile(r"\$\{[^}]+\}")


def shown(key: str, value: str | None, passwords: frozenset[str]) -> str | None:
    """Give a value as it may be shown; `passwords` are the keys that the worker defines so.

    A value that is nothing but a reference such as `${secrets:...}` holds no secret itself.
    """
    if value is None or _REFERENCE.fullmatch(value):
        return value
    return HIDDEN if key in passwords or _SECRET_KEY.search(key) else value
