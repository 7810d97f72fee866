"""Which addresses others may send us to: public ones only, decided when the connection is made.

A name is checked after it was resolved and right before the socket connects, so neither a redirect nor a name server
that changes its mind in between leads to this machine or its neighbours.
"""

import ipaddress
import socket
from typing import Any

_SIX_TO_FOUR = ipaddress.ip_network("2002::/16")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Forbidden(OSError):
    """The address is not on the public internet."""


def public_socket(address: tuple[Any, ...]) -> socket.socket:
    """A socket for an address as `getaddrinfo` gives it.

    Raises:
        Forbidden: Connecting there would reach this machine, a private network or something that is no single host.
    """
    family, kind, protocol, _, where = address
    if not is_public(where[0]):
        raise Forbidden(f"{where[0]} is not a public address")
    return socket.socket(family=family, type=kind, proto=protocol)


def is_public(text: str) -> bool:
    """Whether an IP address, as text, is one of the public internet; IPv4 inside IPv6 is looked at too."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        inner = _inner(address)
        if inner is not None:
            return is_public(str(inner))
    return address.is_global and not address.is_multicast and not address.is_reserved


def _inner(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _SIX_TO_FOUR:
        return address.sixtofour
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None
