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
    return _token(secret, str(account_id or ""))


def is_of_session(token: str, secret: str) -> bool:
    """Whether `token` came from a form of this session, for whichever account."""
    return is_same(token, _token(secret, token.partition(".")[0]))


def is_same(presented: str, secret: str) -> bool:
    """Whether both are the same, in a time that does not tell how much of them is.

    `hmac.compare_digest` fails on text beyond ASCII, which anybody can present.
    """
    return hmac.compare_digest(
        presented.encode("utf-8", "replace"), secret.encode("utf-8", "replace")
    )


def _token(secret: str, account: str) -> str:
    text = b"csrf " + account.encode("utf-8", "replace")
    digest = hmac.new(secret.encode("utf-8", "replace"), text, hashlib.sha256).hexdigest()
    return f"{account}.{digest}"


def new_visitor() -> str:
    """A cookie value for a visitor, so that the sign-in form has a token too."""
    return secrets.token_urlsafe(24)
