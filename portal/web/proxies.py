"""Whose address a request comes from. uvicorn has already applied the trusted proxies."""

from ipaddress import IPv6Address, ip_address, ip_network

from litestar.types import Scope


def client_address(scope: Scope) -> str:
    """The client's address, as far as the configured proxies tell it; empty when unknown."""
    client = scope.get("client")
    return client[0] if client else ""


def subscriber(address: str) -> str:
    """Whom to count attempts for: an IPv6 subscriber has 2^64 addresses to come from."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if isinstance(known, IPv6Address):
        return str(known.ipv4_mapped or ip_network((known.packed, 64), strict=False))
    return address
