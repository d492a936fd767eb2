"""Exceptions to answers, in one place."""

import logging
from collections.abc import Mapping
from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.types import ExceptionHandlersMap

from portal.database import is_database_away
from portal.domain.common.errors import DomainError
from portal.domain.common.words import N_
from portal.rendering.i18n import translations
from portal.rendering.links import with_query
from portal.web.error_responses import error_response, incident_number
from portal.web.exceptions import AccountSwitched, NotSignedIn, TooManyAttempts, WebError
from portal.web.visit import Visit, visit_of

logger = logging.getLogger("portal.web")

ACCOUNT_SWITCHED = N_(
    "You have switched to another account since this form was opened. Nothing was saved. "
    "Switch back and send it again."
)


def say(locale: str, message: str, words: Mapping[str, Any]) -> str:
    """A message id with its parameters in the reader's language; labels among them as well."""
    catalogue = translations(locale)
    said = {
        name: catalogue.gettext(word) if isinstance(word, str) and word else word
        for name, word in words.items()
    }
    return catalogue.gettext(message) % said


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
    what = None
    if isinstance(error, AccountSwitched):
        what = say(visit.reader.locale, ACCOUNT_SWITCHED, {})
    return error_response(visit, error.status, what=what)


def _sign_in_first(request: Request[Any, Any, Any], visit: Visit) -> Response[str]:
    sign_in = visit.portal.path("/sign-in")
    if visit.is_htmx:
        # A redirect would land in the fragment.
        return Response("", status_code=401, headers={"HX-Redirect": sign_in})
    if request.method in {"GET", "HEAD"}:
        query = request.scope["query_string"].decode("latin-1")
        wanted = f"{visit.path}?{query}" if query else visit.path
        target = with_query(sign_in, next=None if wanted == visit.portal.home else wanted)
        return Response("", status_code=303, headers={"Location": target})
    # What was typed must not be lost by a redirect: the page says so and keeps the draft.
    return error_response(visit, 401, onward_url=sign_in)


def _http_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[str]:
    visit = visit_of(request.scope)
    # A path parameter that cannot be read is an unknown address like any other.
    status = (
        404 if error.status_code in {400, 404} and request.method == "GET" else error.status_code
    )
    return error_response(visit, status)


def _any_error(request: Request[Any, Any, Any], error: Exception) -> Response[str]:
    visit = visit_of(request.scope)
    if is_database_away(error):
        logger.warning("database away: %s", error)
        return error_response(visit, 503)
    incident = incident_number()
    logger.error("incident %s on %s", incident, request.method, exc_info=error)
    return error_response(visit, 500, incident=incident)


EXCEPTION_HANDLERS: ExceptionHandlersMap = {
    DomainError: _domain_error,
    WebError: _web_error,
    HTTPException: _http_error,
    Exception: _any_error,
}
