"""Random tokens of cookies and links: 256 bits, of which the database keeps a hash only."""

import hashlib
import secrets

TOKEN_BYTES = 32


def new_token() -> str:
    """A token that nobody can guess, fit for a cookie and for a link."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> bytes:
    """What the database keeps of `token`: enough to recognise it, useless to whoever reads it.

    A plain SHA-256 is right here, since 256 random bits cannot be guessed however fast the hash.
    """
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
