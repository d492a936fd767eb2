"""Refuses what did not come from a form of ours: an origin check and the session's token."""

import hmac
from typing import Any
from urllib.parse import urlsplit

from litestar import Request
from litestar.datastructures import FormMultiDict

from portal.rendering.environment import CSRF_FIELD
from portal.web.csrf import is_of_session
from portal.web.exceptions import AccountSwitched, ForgedRequest
from portal.web.visit import visit_of

HEADER = "X-CSRF-Token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


async def check_request(request: Request[Any, Any, Any]) -> None:
    """Raise `ForgedRequest` for an unsafe request that did not come from a form of ours."""
    if request.method in SAFE_METHODS:
        return
    _check_origin(request)
    presented = request.headers.get(HEADER) or await _form_token(request)
    visit = visit_of(request.scope)
    if not is_of_session(presented, visit.secret):
        raise ForgedRequest
    if not hmac.compare_digest(visit.csrf_token, presented):
        raise AccountSwitched


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
