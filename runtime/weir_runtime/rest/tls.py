"""TLS of the REST listeners: plain HTTP is told so, and clients have names.

The stores are read by `config.tls`, connections are counted by `connection`; here is what a server
adds to the contexts.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from typing import Any, Final

from weir_runtime.config.tls.live import LiveContext

_PLAIN: Final = (
    '{"error_code":400,"message":"This port speaks HTTPS and the request is plain HTTP: '
    'use https:// in the URL"}'
)
_ANSWER: Final = (
    "HTTP/1.1 400 Bad Request\r\nServer: weir\r\nContent-Type: application/json\r\n"
    f"Content-Length: {len(_PLAIN)}\r\nConnection: close\r\n\r\n{_PLAIN}"
).encode()

_SHORT: Final = {
    "commonName": "CN",
    "countryName": "C",
    "domainComponent": "DC",
    "emailAddress": "EMAILADDRESS",
    "localityName": "L",
    "organizationName": "O",
    "organizationalUnitName": "OU",
    "stateOrProvinceName": "ST",
    "userId": "UID",
}

logger = logging.getLogger(__name__)


class Handshake(ssl.SSLObject):
    """The server's side of one connection; a client that fails is told why.

    Plain HTTP is answered in plain HTTP.
    """

    outgoing: ssl.MemoryBIO
    told = False

    def do_handshake(self) -> None:
        """Go on with the handshake.

        Raises:
            ssl.SSLWantReadError: the client has to send more.
            ssl.SSLError: the handshake has failed.
        """
        try:
            super().do_handshake()
        except ssl.SSLWantReadError:
            raise
        except ssl.SSLError as error:
            if self.told:
                raise
            self.told = True
            logger.debug("A TLS handshake failed: %s", error.reason or error)
            if error.reason == "HTTP_REQUEST":
                self.outgoing.read()
                self.outgoing.write(_ANSWER)
            # asyncio sends what is there, here OpenSSL's alert, only while more is wanted; a client
            # that does not close then is cut when the time for handshakes is over
            raise ssl.SSLWantReadError from None


class ListenerContext(LiveContext):
    """A live context of a listener."""

    def wrap_bio(  # noqa: PLR0917 - the signature is that of ssl
        self,
        incoming: ssl.MemoryBIO,
        outgoing: ssl.MemoryBIO,
        server_side: bool = False,
        server_hostname: str | bytes | None = None,
        session: ssl.SSLSession | None = None,
    ) -> ssl.SSLObject:
        """Begin a connection with the newest context."""
        self.current.sslobject_class = Handshake
        made = super().wrap_bio(incoming, outgoing, server_side, server_hostname, session)
        if isinstance(made, Handshake):
            made.outgoing = outgoing
        return made


def subject(transport: asyncio.BaseTransport | None) -> str | None:
    """Return the name in a client's certificate, `CN=ops,O=Example`, as Java writes it.

    None where the client showed no certificate; one that was not verified never comes here.
    """
    certificate: Any = transport and transport.get_extra_info("peercert")
    if not certificate:
        return None
    names = [pair for part in reversed(certificate.get("subject", ())) for pair in part]
    return ",".join(f"{_SHORT.get(kind, kind)}={_escaped(value)}" for kind, value in names)


def _escaped(value: str) -> str:
    return "".join(f"\\{sign}" if sign in ',+"\\<>;' else sign for sign in value)
