"""Where a Connect cluster is and how to be let in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_BLANK = re.compile(r"\s")
_DEFAULT_PORTS = {"http": 80, "https": 443}


def normal_url(url: str) -> str:
    """Give the one spelling of a Connect URL that identifies its cluster.

    Scheme and host are lower case, the scheme's own port is left out, and so are a trailing
    slash, a query, a fragment and credentials.

    Raises:
        ValueError: The text is no http or https URL with a host.
    """
    msg = f"{url!r} is no URL of a Connect worker: write http://HOST:PORT or https://HOST:PORT"
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as problem:
        raise ValueError(msg) from problem
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORTS or not parts.hostname or _BLANK.search(parts.netloc):
        raise ValueError(msg)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    location = host if port in (None, _DEFAULT_PORTS[scheme]) else f"{host}:{port}"
    return f"{scheme}://{location}{parts.path.rstrip('/')}"


@dataclass(frozen=True, slots=True)
class ClusterTarget:
    """A Connect cluster as one owner reaches it: its URL in normal form and the credentials.

    `ca_pem` replaces the system's authorities; `cert_pem` with `key_pem` is the client's own
    certificate. Two owners with one URL and different credentials are two targets of one cluster.
    """

    url: str
    ca_pem: str | None = field(default=None, repr=False)
    cert_pem: str | None = field(default=None, repr=False)
    key_pem: str | None = field(default=None, repr=False)
    username: str | None = None
    password: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "url", normal_url(self.url))
