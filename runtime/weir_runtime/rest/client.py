"""Who a connection comes from, as far as fairness goes: an IPv4 address, or an IPv6 network."""

from __future__ import annotations

import ipaddress
from typing import Any

UNKNOWN = "-"
_PREFIX_V6 = 64


def of(peer: Any) -> str:
    """Return the client of a socket's peer address.

    A host has a whole /64 of IPv6 addresses to itself, so that it counts as one client.
    """
    if not isinstance(peer, tuple) or not peer:
        return UNKNOWN
    try:
        address = ipaddress.ip_address(str(peer[0]).partition("%")[0])
    except ValueError:
        return UNKNOWN
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, _PREFIX_V6), strict=False))
    return str(address)
