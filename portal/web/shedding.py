"""Turns people away while a portal has more to do than it can: before anything is done for them.

What a refusal costs is taken from those who are served. So it is decided by the address alone,
ahead of routing, and its page is made once: only the visitor's token and address are put in, and
it is not compressed.
"""

import html
import logging
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

from litestar.types import Scope, Send

from portal.domain.common.words import N_
from portal.logs import Seldom
from portal.rendering.error_pages import error_words, render_error
from portal.rendering.i18n import translations
from portal.rendering.reader import DEFAULT_TIMEZONE, Reader
from portal.web.cookies import VISITOR, cookie
from portal.web.error_responses import PRIVATE, RETRY_AFTER_SECONDS
from portal.web.places import PAGES
from portal.web.portals import portal_of
from portal.web.visit import Visit, plain_visit

OVERLOADED = N_("There is more to do than the portal can take on at once. Nothing was saved.")
# What the routes that need no database (`system_routes`) answer at any time.
_AT_ANY_TIME = ("/static/", "/favicon.ico", "/healthz", "/readyz")
# Stand in the page that is made once, where each request has its own.
_PATH, _TOKEN = "/path-asked-for", "token-of-this-visit"
_HEADERS = [
    (b"content-type", b"text/html; charset=utf-8"),
    (b"retry-after", b"%d" % RETRY_AFTER_SECONDS),
    *((name.lower().encode(), value.encode()) for name, value in PRIVATE.items()),
]
_shedding = Seldom(logging.getLogger("portal.web"), seconds=5)


def is_too_much(scope: Scope) -> bool:
    """Whether this request would find no place, nor room to wait for one."""
    path = scope["path"]
    return PAGES[portal_of(path).login].is_full and not path.startswith(_AT_ANY_TIME)


async def turn_away(scope: Scope, send: Send, supplier_name: str) -> None:
    """Answer 503 and when to come back, in the visitor's language and the dress of the portal."""
    note_shed("no place")
    visit = plain_visit(scope)
    visit.supplier_name = supplier_name
    body = overload_page(visit).encode()
    headers = [*_HEADERS, (b"content-length", b"%d" % len(body))]
    # The page has a form (the language), which a new visitor can only send with this cookie.
    if visit.is_new_visitor:
        headers.append(cookie(VISITOR, visit.secret).to_encoded_header())
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


def note_shed(reason: str) -> None:
    """Log it, though not every one."""
    _shedding.warn(f"shed: {reason}")


def overload_page(visit: Visit) -> str:
    """The page (or, for htmx, the fragment) for whom there is no place."""
    asked_for = visit.portal.path(_PATH)
    body = _made_once(
        visit.portal.name, asked_for, visit.reader.locale, visit.supplier_name, visit.is_htmx
    )
    return body.replace(asked_for, html.escape(visit.path)).replace(_TOKEN, visit.csrf_token)


@cache
def _made_once(portal: str, path: str, locale: str, supplier_name: str, fragment: bool) -> str:
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
