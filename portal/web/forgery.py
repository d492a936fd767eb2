"""Refuses what did not come from a form of ours: an origin check and the session's token."""

from typing import Any

from litestar import Request
from litestar.exceptions import MethodNotAllowedException

from portal.domain.common.errors import NotFound
from portal.rendering.environment import CSRF_FIELD
from portal.web.bodies import form_type, sent_fields
from portal.web.csrf import is_of_session, is_same
from portal.web.exceptions import AccountSwitched, ForgedRequest
from portal.web.visit import visit_of

HEADER = "X-CSRF-Token"
SAFE_METHODS = frozenset({"GET", "HEAD", "TRACE"})


async def check_request(request: Request[Any, Any, Any]) -> None:
    """Raise `ForgedRequest` for an unsafe request that did not come from a form of ours.

    `AccountSwitched` when the form was opened for another account, `NotFound` for an address that
    no record of ours can have, `MethodNotAllowedException` for OPTIONS.
    """
    if "\x00" in request.scope["path"] or b"%00" in request.scope["query_string"]:
        raise NotFound  # PostgreSQL keeps no NUL and would fail on it
    if request.method == "OPTIONS":
        raise MethodNotAllowedException  # nothing of ours is asked for from another origin
    if request.method in SAFE_METHODS:
        return
    _check_origin(request)
    presented = request.headers.get(HEADER) or await _form_token(request)
    visit = visit_of(request.scope)
    if is_same(presented, visit.csrf_token):
        return
    is_of_this_session = is_of_session(presented, visit.secret)
    if request.route_handler.opt.get("public"):
        # Such a form acts for no account, and may have been opened before one signed in.
        if not is_of_this_session and not is_of_session(presented, visit.visitor_secret):
            raise ForgedRequest
    elif is_of_this_session:
        raise AccountSwitched
    else:
        raise ForgedRequest


def _check_origin(request: Request[Any, Any, Any]) -> None:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in {"same-origin", "none"}:
        raise ForgedRequest
    origin, host = request.headers.get("Origin"), request.headers.get("Host")
    if origin is not None and origin not in {f"https://{host}", f"http://{host}"}:
        raise ForgedRequest


async def _form_token(request: Request[Any, Any, Any]) -> str:
    if not form_type(request):
        return ""
    token = next((value for name, value in await sent_fields(request) if name == CSRF_FIELD), "")
    return token if isinstance(token, str) else ""
