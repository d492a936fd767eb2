"""Whose address a request comes from. uvicorn has already applied the trusted proxies."""

from litestar.types import Scope


def client_address(scope: Scope) -> str:
    """The client's address, as far as the configured proxies tell it; empty when unknown."""
    client = scope.get("client")
    return client[0] if client else ""
