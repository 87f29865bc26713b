"""Where a Connect cluster is and how to be let in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from weir_operator.config.access import PASSWORD_VARIABLE, Access

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
    certificate, `key_password` what its key is encrypted with. `token` is sent as a bearer token,
    `headers` with every request. `server_name` is what the worker's certificate must be for,
    where it is not the host of the URL; `proxy` the URL of an HTTP proxy. Two owners with one URL
    and different credentials are two targets of one cluster.
    """

    url: str
    ca_pem: str | None = field(default=None, repr=False)
    cert_pem: str | None = field(default=None, repr=False)
    key_pem: str | None = field(default=None, repr=False)
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    key_password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    server_name: str | None = None
    proxy: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "url", normal_url(self.url))


def target_of(url: str, access: Access) -> ClusterTarget:
    """Give the target of an address with what a command line was given to be let in.

    Raises:
        ValueError: The text is no address of a worker, or holds credentials.
    """
    if "@" in url:
        # as an argument, or in Git, a password could be read by others
        msg = f"the address holds credentials: give --user NAME and {PASSWORD_VARIABLE} instead"
        raise ValueError(msg)
    return ClusterTarget(
        url,
        ca_pem=access.ca_pem,
        cert_pem=access.cert_pem,
        key_pem=access.key_pem,
        username=access.username,
        password=access.password,
        key_password=access.key_password,
        token=access.token,
        headers=access.headers,
        server_name=access.server_name,
        proxy=access.proxy,
    )
