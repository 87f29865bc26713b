"""Secrets of a config as they may be shown."""

from __future__ import annotations

from weir_operator.resources.secret import is_secret

HIDDEN = "[hidden]"


def shown(key: str, value: str | None, passwords: frozenset[str]) -> str | None:
    """Give a value as it may be shown; `passwords` are the keys that the worker defines so.

    A value that is nothing but a reference such as `${secrets:...}` holds no secret itself.
    """
    return HIDDEN if value is not None and is_secret(key, value, passwords) else value
