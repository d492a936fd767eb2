"""Errors become pages of the portal they happened in; under htmx they become a fragment."""

from dataclasses import replace
from typing import Any

from litestar import Response

from portal.rendering.error_pages import ErrorWords, error_words, render_error
from portal.web.cookies import VISITOR, cookie
from portal.web.visit import Visit

RETRY_AFTER_SECONDS = 5
PRIVATE = {"Cache-Control": "private, no-store", "Vary": "HX-Request, HX-Request-Type"}


def error_response(
    visit: Visit,
    status: int,
    *,
    what: str | None = None,
    words: ErrorWords | None = None,
    retry_after: int = RETRY_AFTER_SECONDS,
    **context: Any,
) -> Response[str]:
    """The answer for `status`, in the viewer's language and portal.

    `words` replace those of the status; `what` the sentence that says what happened, already
    translated.
    """
    words = words or error_words(status)
    body = render_error(
        status,
        visit.reader,
        portal=visit.portal.name,
        fragment=visit.is_htmx,
        viewer=visit.viewer,
        csrf_token=visit.csrf_token,
        path=visit.path,
        supplier_name=visit.supplier_name,
        words=replace(words, what=what) if what else words,
        **context,
    )
    return page_response(visit, status, body, retry_after=retry_after)


def page_response(
    visit: Visit, status: int, body: str, *, retry_after: int = RETRY_AFTER_SECONDS
) -> Response[str]:
    """The answer with a page, or fragment, that was made for `visit`."""
    headers = dict(PRIVATE)
    if status in {429, 503}:
        headers["Retry-After"] = str(retry_after)
    # The page has forms (the language), which a new visitor can only send with this cookie.
    cookies = [cookie(VISITOR, visit.secret)] if visit.is_new_visitor else []
    return Response(
        body, status_code=status, media_type="text/html", headers=headers, cookies=cookies
    )
