"""One's notices, in both portals: listed, opened, marked as read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery
from pydantic import Field

from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.notices import inbox
from portal.domain.notices.expansion import NOTICES
from portal.rendering.links import with_query
from portal.rendering.notices import NoticeWords, notice_words
from portal.web.arguments import AnAnswer, AViewer, AVisit
from portal.web.forms import Form, FormModel, Whole
from portal.web.guards import requires
from portal.web.live import live_url
from portal.web.viewer import Viewer
from portal.web.visit import Visit

_OWN = [requires(Permission.USE_OWN_SETTINGS)]
UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class Row:
    """A notice as its page shows it."""

    url: str
    words: NoticeWords
    reference: str
    at: datetime
    is_unread: bool


class Seen(FormModel):
    """The newest notice that the page showed: what came later stays unread."""

    newest: Annotated[Whole, Field(ge=0)]


def _both(path: str) -> list[str]:
    return [path, f"/staff{path}"]


@get(_both("/notices"), guards=_OWN)
async def show(
    viewer: AViewer,
    visit: AVisit,
    answer: AnAnswer,
    show: FromQuery[str] = "",
    before: FromQuery[int | None] = None,
) -> Response[str]:
    """One's notices, newest first; `show=unread` leaves out what was read."""
    context = await _context(viewer, visit, unread_only=show == UNREAD, before=before)
    return answer.page("notices/show.html", title=N_("Notices"), section="notices", **context)


@get(_both("/notices/fragments/list"), guards=_OWN)
async def show_list(
    viewer: AViewer,
    visit: AVisit,
    answer: AnAnswer,
    show: FromQuery[str] = "",
    before: FromQuery[int | None] = None,
) -> Response[str]:
    """The list alone, when something new has come."""
    context = await _context(viewer, visit, unread_only=show == UNREAD, before=before)
    if visit.is_htmx:
        return answer.fragment("notices/_list.html", **context)
    return answer.page("notices/show.html", title=N_("Notices"), section="notices", **context)


@get(_both("/notices/{notice_id:int}"), guards=_OWN)
async def open_notice(notice_id: FromPath[int], viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """Lead to what the notice is about; it is read then."""
    return answer.see_other(await inbox.open_notice(notice_id, by=viewer.actor))


@post(_both("/notices/read"), guards=_OWN)
async def mark_all_read(
    request: Request[Any, Any, Any], viewer: AViewer, visit: AVisit, answer: AnAnswer
) -> Response[str]:
    """Mark everything that the page showed, and all before it, as read."""
    form = await Form.sent(request)
    seen = form.read(Seen)
    if seen is not None:
        await inbox.mark_all_read(seen.newest, by=viewer.actor)
    return answer.see_other(visit.portal.path("/notices"))


async def page_opened(viewer: Viewer, path: str) -> None:
    """Called by the page of a record: the notices that lead there have been followed."""
    if viewer.unread_count:
        await inbox.mark_read_at(path, by=viewer.actor)


async def _context(
    viewer: Viewer, visit: Visit, *, unread_only: bool, before: int | None
) -> dict[str, Any]:
    found = await inbox.notices_of(viewer.actor, before=before, unread_only=unread_only)
    base = visit.portal.path("/notices")
    kept = UNREAD if unread_only else None
    return {
        "layout": f"layouts/{visit.portal.name}.html",
        "base": base,
        "rows": [_row(line, base, viewer) for line in found.lines],
        "newest": found.lines[0].id if found.lines else 0,
        "unread_only": unread_only,
        "is_first_page": before is None,
        "unread_url": with_query(base, show=UNREAD),
        "list_url": with_query(f"{base}/fragments/list", show=kept, before=before),
        "older_url": with_query(base, show=kept, before=found.older) if found.older else None,
        "live": live_url(viewer, visit.path, NOTICES, viewer.actor.person_id or 0),
    }


def _row(line: inbox.Line, base: str, viewer: Viewer) -> Row:
    return Row(
        url=f"{base}/{line.id}",
        words=notice_words(line.kind, line.words, viewer.reader),
        reference=line.reference,
        at=line.created_at,
        is_unread=line.is_unread,
    )


ROUTES = [show, show_list, open_notice, mark_all_read]
