"""The token of a form, against cross-site request forgery.

It is derived from the secret in the cookie, so it needs no store, changes with every session and is
worth nothing without it.
"""

import hashlib
import hmac
import secrets


def token_for(secret: str) -> str:
    """The token of the session (or visitor) whose cookie value is `secret`."""
    return hmac.new(secret.encode(), b"portal csrf token", hashlib.sha256).hexdigest()


def new_visitor() -> str:
    """A cookie value for a visitor, so that the sign-in form has a token too."""
    return secrets.token_urlsafe(24)
