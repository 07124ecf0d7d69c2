"""Whose address a request comes from, with proxies in between that the operator trusts."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING

from starlette.datastructures import Headers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.types import Scope

Network = IPv4Network | IPv6Network

_FARTHEST = 10
"""How many proxies a request may have passed; what stands before them is not looked at."""


def client_of(scope: Scope, trusted: Sequence[Network]) -> str | None:
    """Return the address of the client of a request, None where the connection has none.

    It is the peer of the connection, or, where that is a trusted proxy, the last address in
    X-Forwarded-For that is no trusted proxy's. Anybody can send that header, so it counts only as
    far as trusted proxies have written it.
    """
    client = scope.get("client")
    if client is None:
        return None
    found = str(client[0])
    if not is_trusted(found, trusted):
        return found
    sent = ",".join(Headers(scope=scope).getlist("x-forwarded-for"))
    for text in reversed(sent.rsplit(",", _FARTHEST)[-_FARTHEST:]):
        address = _address(text.strip())
        if address is None:
            return found
        found = str(address)
        if not is_trusted(found, trusted):
            return found
    return found


def neighbourhood(address: str) -> str:
    """Return what one client can be expected to have of addresses: of IPv6, a network of 64 bits.

    What is no address, as the path of a socket, stands for itself.
    """
    known = _address(address)
    if isinstance(known, IPv6Address):
        return str(IPv6Network((known, 64), strict=False))
    return address if known is None else str(known)


def is_trusted(address: str, trusted: Sequence[Network]) -> bool:
    """Tell whether an address is one of a trusted proxy."""
    known = _address(address) if trusted else None
    return known is not None and any(known in network for network in trusted)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(text)
    except ValueError:
        return None
    # a socket that speaks both writes 192.0.2.1 as ::ffff:192.0.2.1
    return getattr(found, "ipv4_mapped", None) or found
