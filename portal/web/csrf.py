"""Cross-site request forgery: an origin check and a token tied to the session.

The token is derived from the secret in the cookie, so it needs no store, changes with every session
and is worth nothing without it.
"""

import hashlib
import hmac
import secrets
from typing import Any
from urllib.parse import urlsplit

from litestar import Request
from litestar.datastructures import FormMultiDict

from portal.rendering.environment import CSRF_FIELD
from portal.web.cookies import VISITOR, session_cookie_of
from portal.web.exceptions import ForgedRequest
from portal.web.portals import portal_of

HEADER = "X-CSRF-Token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


def token_for(secret: str) -> str:
    """The token of the session (or visitor) whose cookie value is `secret`."""
    return hmac.new(secret.encode(), b"portal csrf token", hashlib.sha256).hexdigest()


def new_visitor() -> str:
    """A cookie value for a visitor, so that the sign-in form has a token too."""
    return secrets.token_urlsafe(24)


async def check_request(request: Request[Any, Any, Any]) -> None:
    """Raise `ForgedRequest` for an unsafe request that did not come from a form of ours."""
    if request.method in SAFE_METHODS:
        return
    _check_origin(request)
    portal = portal_of(request.scope["path"])
    secret = request.cookies.get(session_cookie_of(portal)) or request.cookies.get(VISITOR)
    presented = request.headers.get(HEADER) or await _form_token(request)
    if not secret or not hmac.compare_digest(token_for(secret), presented):
        raise ForgedRequest


def _check_origin(request: Request[Any, Any, Any]) -> None:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in {"same-origin", "none"}:
        raise ForgedRequest
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("Host"):
        raise ForgedRequest


async def _form_token(request: Request[Any, Any, Any]) -> str:
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind not in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        return ""
    form: FormMultiDict = await request.form()
    token = form.get(CSRF_FIELD, "")
    return token if isinstance(token, str) else ""
