"""Requests that a web page makes a browser send: refused, unless its origin is allowed.

A page of another site cannot read our answers, but may still have a browser send something: to a
name that it has pointed at this machine (DNS rebinding), or without a body (a restart). Programs
send none of what is looked at here.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

from weir_runtime.rest.errors import HttpError
from weir_runtime.rest.settings import Cors

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FOREIGN = frozenset({"cross-site", "same-site"})
KEY = "rest.hosts.allowed"


class HostRule:
    """Which names a listener may be called by."""

    def __init__(self, allowed: Collection[str], *, is_private: bool) -> None:
        """Take the names of the worker's key.

        Args:
            allowed: names without ports, for browsers and programs; empty for the default.
            is_private: whether the listener is for this machine only, and nobody logs in: by
                default browsers may then call it by names of this machine only.
        """
        self._allowed = frozenset(name.lower().rstrip(".") for name in allowed)
        self._is_private = is_private

    def check(self, headers: Mapping[str, str]) -> None:
        """Judge the name that a request calls.

        Raises:
            HttpError: 421.
        """
        host = headers.get("Host")
        if not host or not (self._allowed or (self._is_private and _from_browser(headers))):
            return
        name = _name(host)
        if name in self._allowed or _is_local(name) or (not self._allowed and _is_ip(name)):
            return
        raise HttpError(421, f"This worker is not called {name[:255]!r}; name it in the key {KEY}")


def check_page(method: str, headers: Mapping[str, str], cors: Cors) -> None:
    """Judge a request that changes something and that a page of another origin had sent.

    Raises:
        HttpError: 403.
    """
    if method in SAFE or headers.get("Sec-Fetch-Site", "").lower() not in FOREIGN:
        return
    origin = headers.get("Origin", "")
    if "*" in cors.origins or origin in cors.origins:
        return
    raise HttpError(
        403,
        "A web page of another origin may not change connectors; allow its origin in"
        " access.control.allow.origin",
    )


def _from_browser(headers: Mapping[str, str]) -> bool:
    # what a browser sends whatever a page asks of it
    if any(name in headers for name in ("Accept-Language", "Origin", "Sec-Fetch-Site")):
        return True
    return headers.get("User-Agent", "").startswith("Mozilla/")


def _name(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return host


def _is_local(name: str) -> bool:
    if name == "localhost" or name.endswith(".localhost"):
        return True
    return _is_ip(name) and ipaddress.ip_address(name).is_loopback


def _is_ip(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
