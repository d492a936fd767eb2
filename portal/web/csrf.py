"""The token of a form, against cross-site request forgery.

It is derived from the secret in the cookie, so it needs no store, changes with every session and is
worth nothing without it.
"""

import hashlib
import hmac
import secrets


def token_for(secret: str, account_id: int | None = None) -> str:
    """The token of the session (or visitor) whose cookie value is `secret`.

    It names the account acted for, so that a form left open in another tab is not filed under an
    account switched to since.
    """
    account = str(account_id or "")
    digest = hmac.new(secret.encode(), b"csrf " + account.encode(), hashlib.sha256).hexdigest()
    return f"{account}.{digest}"


def is_of_session(token: str, secret: str) -> bool:
    """Whether `token` came from a form of this session, for whichever account."""
    account = token.partition(".")[0]
    known = account == "" or (account.isascii() and account.isdigit())
    wanted = token_for(secret, int(account) if account and known else None)
    return known and hmac.compare_digest(wanted, token)


def new_visitor() -> str:
    """A cookie value for a visitor, so that the sign-in form has a token too."""
    return secrets.token_urlsafe(24)
