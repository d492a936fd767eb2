"""Errors become pages of the portal they happened in; under htmx they become a fragment."""

import html
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from litestar import Response

from portal.domain.common.words import N_
from portal.rendering.error_pages import ErrorWords, error_words, render_error
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
    return _page(visit, status, body, retry_after)


def overload_response(visit: Visit) -> Response[str]:
    """The 503 of a portal with too much to do: made once, so that refusing costs little."""
    body = _overload_page(
        visit.portal.name,
        visit.portal.path(_PATH),
        visit.reader.locale,
        visit.supplier_name,
        visit.is_htmx,
    )
    filled = body.replace(visit.portal.path(_PATH), html.escape(visit.path)).replace(
        _TOKEN, visit.csrf_token
    )
    return _page(visit, 503, filled, RETRY_AFTER_SECONDS)


@cache
def _overload_page(portal: str, path: str, locale: str, supplier_name: str, fragment: bool) -> str:
    words = error_words(503)
    what = translations(locale).gettext(OVERLOADED)
    return render_error(
        503,
        Reader(locale, DEFAULT_TIMEZONE, datetime.now(UTC)),
        portal=portal,
        fragment=fragment,
        words=replace(words, what=what),
        path=path,
        supplier_name=supplier_name,
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
