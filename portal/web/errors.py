"""Exceptions to answers, in one place."""

import contextlib
import logging
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from babel.lists import format_list
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.utils.path import normalize_path

from portal.database import Overloaded, is_database_away
from portal.domain.common.errors import DomainError
from portal.domain.common.words import N_
from portal.logs import request_id, route_of
from portal.rendering.error_pages import FORGED
from portal.rendering.i18n import babel_locale, translations
from portal.rendering.links import with_query
from portal.rendering.numbers import format_decimal
from portal.web.error_responses import PRIVATE, error_response, page_response
from portal.web.exceptions import (
    AccountSwitched,
    ForgedRequest,
    NotSignedIn,
    TooManyAttempts,
    WebError,
)
from portal.web.shedding import note_shed, overload_page
from portal.web.visit import Visit, visit_of

logger = logging.getLogger("portal.web")

ACCOUNT_SWITCHED = N_(
    "You have switched to another account since this form was opened. Nothing was saved. "
    "Switch back and send it again."
)


def say(locale: str, message: str, words: Mapping[str, Any]) -> str:
    """A message id with its parameters in the reader's language; labels among them as well.

    A tuple of labels is read out as a list, a number as a quantity.
    """
    said = {name: _said(locale, word) for name, word in words.items()}
    return translations(locale).gettext(message) % said


def _said(locale: str, word: Any) -> Any:
    if isinstance(word, tuple):
        return format_list([_said(locale, part) for part in word], locale=babel_locale(locale))
    if isinstance(word, Decimal):
        return format_decimal(word)
    return translations(locale).gettext(word) if isinstance(word, str) and word else word


def _domain_error(request: Request[Any, Any, Any], error: DomainError) -> Response[str]:
    visit = visit_of(request.scope)
    what = None
    if error.status != 404:  # unknown and foreign must not be told apart
        what = say(visit.reader.locale, error.message, error.words)
    return error_response(visit, error.status, what=what)


def _web_error(request: Request[Any, Any, Any], error: WebError) -> Response[str]:
    visit = visit_of(request.scope)
    if isinstance(error, NotSignedIn):
        return _sign_in_first(request, visit)
    if isinstance(error, TooManyAttempts):
        return error_response(visit, 429, retry_after=error.retry_after)
    if isinstance(error, ForgedRequest):
        return error_response(visit, error.status, words=FORGED)
    what = None
    if isinstance(error, AccountSwitched):
        what = say(visit.reader.locale, ACCOUNT_SWITCHED, {})
    return error_response(visit, error.status, what=what)


def _sign_in_first(request: Request[Any, Any, Any], visit: Visit) -> Response[str]:
    sign_in = visit.portal.path("/sign-in")
    if visit.is_htmx:
        # A redirect would land in the fragment.
        return Response("", status_code=401, headers={"HX-Redirect": sign_in, **PRIVATE})
    if request.method in {"GET", "HEAD"}:
        query = request.scope["query_string"].decode("latin-1")
        path = quote(visit.path)
        wanted = f"{path}?{query}" if query else path
        target = with_query(sign_in, next=None if wanted == visit.portal.home else wanted)
        return Response("", status_code=303, headers={"Location": target, **PRIVATE})
    # What was typed must not be lost by a redirect: the page says so and keeps the draft.
    return error_response(visit, 401, onward_url=sign_in)


def _http_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[str]:
    if error.status_code >= 500:
        return _any_error(request, error)
    # A parameter of the address that cannot be read makes an unknown address like any other.
    status = 404 if isinstance(error, ValidationException) else error.status_code
    response = error_response(visit_of(request.scope), status)
    if status == 405:
        response.headers["Allow"] = ", ".join(sorted(_methods_of(request)))
    return response


def _methods_of(request: Request[Any, Any, Any]) -> set[str]:
    path = request.scope["path"]
    found: set[str] = set()
    for method in ("GET", "POST"):
        with contextlib.suppress(HTTPException):
            request.app.asgi_router.handle_routing(path=normalize_path(path), method=method)
            found.add(method)
    return found


def answer_error(request: Request[Any, Any, Any], error: Exception) -> Response[str]:
    """The answer to whatever was raised."""
    known = (kind for kind in type(error).__mro__ if kind in EXCEPTION_HANDLERS)
    handler = EXCEPTION_HANDLERS[next(known)]
    response: Response[str] = handler(request, error)
    return response


def _any_error(request: Request[Any, Any, Any], error: Exception) -> Response[str]:
    visit = visit_of(request.scope)
    if isinstance(error, Overloaded):
        note_shed(str(error))
        return page_response(visit, 503, overload_page(visit))
    if is_database_away(error):
        logger.warning("database away: %s", type(error).__name__)
        return error_response(visit, 503)
    logger.error("%s %s failed", request.method, route_of(request.scope), exc_info=error)
    return error_response(visit, 500, incident=request_id())


EXCEPTION_HANDLERS: dict[int | type[Exception], Any] = {
    DomainError: _domain_error,
    WebError: _web_error,
    HTTPException: _http_error,
    Exception: _any_error,
}
