"""Errors become pages of the portal they happened in; under htmx they become a fragment."""

import html
from datetime import UTC, datetime
from functools import cache
from typing import Any

from litestar import Response

from portal.domain.common.words import N_
from portal.rendering.error_pages import error_words, render_error
from portal.rendering.i18n import translations
from portal.rendering.reader import DEFAULT_TIMEZONE, Reader
from portal.web.cookies import VISITOR, cookie
from portal.web.visit import Visit

RETRY_AFTER_SECONDS = 5
OVERLOADED = N_("There is more to do than the portal can take on at once. Nothing was saved.")
# Stand in the page that is made once, where each request has its own.
_PATH, _TOKEN = "/path-asked-for", "token-of-this-visit"
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
    return _page(visit, status, body, retry_after)


def overload_response(visit: Visit) -> Response[str]:
    """The 503 of a portal with too much to do: made once, so that refusing costs little."""
    body = _overload_page(
        visit.portal.name, visit.portal.path(_PATH), visit.reader.locale, visit.is_htmx
    )
    filled = body.replace(visit.portal.path(_PATH), html.escape(visit.path)).replace(
        _TOKEN, visit.csrf_token
    )
    return _page(visit, 503, filled, RETRY_AFTER_SECONDS)


@cache
def _overload_page(portal: str, path: str, locale: str, fragment: bool) -> str:
    words = error_words(503)
    what = translations(locale).gettext(OVERLOADED)
    return render_error(
        503,
        Reader(locale, DEFAULT_TIMEZONE, datetime.now(UTC)),
        portal=portal,
        fragment=fragment,
        words=type(words)(words.title, what, words.todo, words.onward),
        path=path,
        csrf_token=_TOKEN,
    )


def _page(visit: Visit, status: int, body: str, retry_after: int) -> Response[str]:
    headers = dict(PRIVATE)
    if status in {429, 503}:
        headers["Retry-After"] = str(retry_after)
    # The page has forms (the language), which a new visitor can only send with this cookie.
    cookies = [cookie(VISITOR, visit.secret)] if visit.is_new_visitor else []
    return Response(
        body, status_code=status, media_type="text/html", headers=headers, cookies=cookies
    )
