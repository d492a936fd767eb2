"""What a request brings before any rule is asked: language, zone, tokens, flash, viewer."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from litestar.datastructures import Headers
from litestar.types import Scope

from portal.database import database_now
from portal.domain.identity import sessions
from portal.rendering.i18n import negotiate
from portal.rendering.reader import DEFAULT_TIMEZONE, Reader
from portal.web import flash
from portal.web.cookies import LANGUAGE, VISITOR, session_cookie_of
from portal.web.csrf import new_visitor, token_for
from portal.web.portals import Portal, portal_of
from portal.web.proxies import client_address
from portal.web.viewer import Viewer

SUPPLIER_NAME = "supplier_name"  # of the application's state


class Visit:
    """One request as handlers and error pages see it. `viewer` is None for visitors."""

    # No dataclass: Litestar would take a handler's argument of that kind apart to validate it.
    def __init__(
        self,
        *,
        portal: Portal,
        path: str,
        reader: Reader,
        secret: str,
        client_address: str,
        cookies: Mapping[str, str],
        supplier_name: str = "",
    ) -> None:
        self.portal = portal
        self.supplier_name = supplier_name
        self.path = path
        self.reader = reader
        self.secret = self.visitor_secret = secret
        self.client_address = client_address
        self.cookies = cookies
        self.viewer: Viewer | None = None
        self.is_new_visitor = False
        self.is_htmx = False
        self.toasts: list[flash.Toast] = []

    @property
    def csrf_token(self) -> str:
        actor = self.viewer.actor if self.viewer else None
        return token_for(self.secret, actor.account_id if actor else None)


def plain_visit(scope: Scope) -> Visit:
    """A visit told from the request alone: no database, no viewer. Error pages need no more."""
    headers, cookies = Headers.from_scope(scope), _cookies(scope)
    secret = cookies.get(VISITOR, "")
    locale = negotiate(cookies.get(LANGUAGE), headers.get("accept-language"))
    visit = Visit(
        portal=portal_of(scope["path"]),
        path=scope["path"],
        reader=Reader(locale, DEFAULT_TIMEZONE, datetime.now(UTC)),
        secret=secret or new_visitor(),
        client_address=client_address(scope),
        cookies=cookies,
        supplier_name=_supplier_name(scope),
    )
    visit.is_new_visitor = not secret
    visit.is_htmx = headers.get("hx-request") == "true"
    return visit


async def sign_in_visit(visit: Visit) -> None:
    """Add the viewer behind the session cookie, if there is one, and business time.

    Runs in the unit of work of the portal's login and binds it to the person and account.
    """
    token = visit.cookies.get(session_cookie_of(visit.portal), "")
    signed_in = await sessions.resume(token, visit.client_address) if token else None
    if signed_in is None:
        visit.reader = Reader(visit.reader.locale, visit.reader.timezone, await database_now())
        visit.toasts = flash.read(visit.cookies, visit.secret)
        return
    locale = negotiate(signed_in.locale or visit.reader.locale, None)
    visit.reader = Reader(locale, signed_in.timezone, signed_in.now)
    memberships = await sessions.own_memberships() if signed_in.membership_count > 1 else ()
    visit.secret, visit.is_new_visitor = token, False
    visit.viewer = Viewer(signed_in, token, visit.reader, memberships)
    visit.toasts = flash.read(visit.cookies, token)


def visit_of(scope: Scope) -> Visit:
    """The visit of this request; told anew where no middleware ran (unknown addresses)."""
    state: dict[str, Any] = scope.setdefault("state", {})
    if "visit" not in state:
        state["visit"] = plain_visit(scope)
    visit: Visit = state["visit"]
    return visit


def _supplier_name(scope: Scope) -> str:
    app = scope.get("litestar_app")
    return str(app.state.get(SUPPLIER_NAME, "")) if app else ""


def _cookies(scope: Scope) -> dict[str, str]:
    header = Headers.from_scope(scope).get("cookie", "")
    pairs = (part.strip().partition("=") for part in header.split(";"))
    # The first of two cookies of a name counts; `__Host-` cookies cannot be set by other hosts.
    return {name: value for name, _, value in reversed(list(pairs)) if name}
