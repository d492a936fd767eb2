"""Errors become pages of the portal they happened in; under htmx they become a fragment."""

from typing import Any

from litestar import Response

from portal.rendering.error_pages import error_words, render_error
from portal.web.cookies import VISITOR, cookie
from portal.web.visit import Visit

RETRY_AFTER_SECONDS = 5
PRIVATE = {"Cache-Control": "private, no-store", "Vary": "HX-Request, HX-Request-Type"}


def error_response(
    visit: Visit,
    status: int,
    *,
    what: str | None = None,
    retry_after: int = RETRY_AFTER_SECONDS,
    **context: Any,
) -> Response[str]:
    """The answer for `status`, in the viewer's language and portal. `what` replaces the sentence
    that says what happened; it is already translated.
    """
    if what:
        words = error_words(status)
        context["words"] = type(words)(words.title, what, words.todo, words.onward)
    body = render_error(
        status,
        visit.reader,
        portal=visit.portal.name,
        fragment=visit.is_htmx,
        viewer=visit.viewer,
        csrf_token=visit.csrf_token,
        path=visit.path,
        **context,
    )
    headers = dict(PRIVATE)
    if status in {429, 503}:
        headers["Retry-After"] = str(retry_after)
    # The page has forms (the language), which a new visitor can only send with this cookie.
    cookies = [cookie(VISITOR, visit.secret)] if visit.is_new_visitor else []
    return Response(
        body, status_code=status, media_type="text/html", headers=headers, cookies=cookies
    )
