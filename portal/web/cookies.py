"""Cookies: `__Host-`, Secure, HttpOnly, SameSite=Lax; one session cookie a portal.

Lax, so that a link in a mail opens the page; unsafe methods need the token and the origin as well.
"""

from litestar.datastructures import Cookie

from portal.web.portals import Portal

VISITOR = "__Host-portal_visitor"
LANGUAGE = "__Host-portal_language"
YEAR_SECONDS = 365 * 24 * 3600


def session_cookie_of(portal: Portal) -> str:
    return f"__Host-portal_{portal.name}"


def cookie(name: str, value: str, *, max_age: int | None = None) -> Cookie:
    """A cookie of ours; without `max_age` it ends with the browser."""
    return Cookie(
        key=name,
        value=value,
        path="/",
        secure=True,
        httponly=True,
        samesite="lax",
        max_age=max_age,
    )


def expired(name: str) -> Cookie:
    return cookie(name, "", max_age=0)
