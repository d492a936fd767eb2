"""One field for everything: requests, orders, complaints, visits, customers, items."""

from typing import NamedTuple, Protocol

from litestar import Response, get
from litestar.params import FromQuery

from portal.domain.accounts.queries import FileFilter, files_visible_to
from portal.domain.catalogue.queries import ItemFilter, items_for_staff
from portal.domain.common.actor import Actor
from portal.domain.common.errors import NotFound
from portal.domain.common.permissions import Permission
from portal.domain.common.search import query_terms
from portal.domain.common.words import N_
from portal.domain.complaints.finding import complaint_by_reference
from portal.domain.complaints.listing import ComplaintFilter, complaints
from portal.domain.corrective_actions.access import action_by_reference
from portal.domain.meetings.access import meeting_by_reference, report_by_reference
from portal.domain.opinions.access import opinion_by_reference
from portal.domain.orders.finding import order_by_reference
from portal.domain.orders.listing import OrderFilter, orders
from portal.domain.quotes.access import find
from portal.domain.quotes.listing import QueueFilter, queue
from portal.domain.visits.access import visit_by_reference
from portal.domain.visits.listing import VisitFilter, visits
from portal.web.arguments import AnAnswer, AViewer
from portal.web.guards import requires
from portal.web.viewer import Viewer

MOST = 8


class _Load(Protocol):
    async def __call__(self, reference: str, /, *, by: Actor) -> object: ...


class _Record(NamedTuple):
    """What a reference leads to: who may look, how it is found, where it stands."""

    asks: Permission
    load: _Load
    place: str


_P = Permission
_RECORDS = {
    "RFQ": _Record(_P.READ_QUOTES, find, "quotes"),
    "SO": _Record(_P.READ_ORDERS, order_by_reference, "orders"),
    "CP": _Record(_P.READ_COMPLAINTS, complaint_by_reference, "complaints"),
    "CA": _Record(_P.READ_CORRECTIVE_ACTIONS, action_by_reference, "corrective-actions"),
    "VS": _Record(_P.READ_VISITS, visit_by_reference, "visits"),
    "OP": _Record(_P.ANSWER_OPINIONS, opinion_by_reference, "opinions"),
    "MT": _Record(_P.READ_VISITS, meeting_by_reference, "meetings"),
    "CR": _Record(_P.READ_VISITS, report_by_reference, "contact-reports"),
}


@get("/staff/search", guards=[requires(Permission.READ_WORKLIST)])
async def search(viewer: AViewer, answer: AnAnswer, q: FromQuery[str] = "") -> Response[str]:
    """What fits the words; a whole reference leads straight to its record."""
    text = " ".join(q.split())[:200]
    exact = await _exact(text.upper(), viewer)
    if exact:
        return answer.see_other(exact)
    found = bool(query_terms(text))
    may, by = viewer.actor.may, viewer.actor
    return answer.page(
        "staff/search/show.html",
        title=N_("Search"),
        section="search",
        text=text,
        searched=found,
        requests=(await queue(QueueFilter(status="", text=text, size=MOST), by=by)).rows
        if found and may(Permission.READ_QUOTES)
        else (),
        orders=(await orders(OrderFilter(text=text, size=MOST), by=by)).rows
        if found and may(Permission.READ_ORDERS)
        else (),
        complaints=(await complaints(ComplaintFilter(text=text, size=MOST), by=by)).rows
        if found and may(Permission.READ_COMPLAINTS)
        else (),
        visits=(await visits(VisitFilter(status="", text=text, size=MOST), by=by)).rows
        if found and may(Permission.READ_VISITS)
        else (),
        accounts=(await files_visible_to(by, FileFilter(text=text), limit=MOST)).rows
        if found and may(Permission.READ_ACCOUNTS)
        else (),
        items=(
            await items_for_staff(ItemFilter(text=text), locale=viewer.reader.locale, limit=MOST)
        ).rows
        if found and may(Permission.READ_CATALOGUE)
        else (),
    )


async def _exact(reference: str, viewer: Viewer) -> str | None:
    """The page of a record that is called exactly so and may be seen (rule A6)."""
    known = _RECORDS.get(reference.partition("-")[0])
    if known is None or not viewer.actor.may(known.asks):
        return None
    try:
        await known.load(reference, by=viewer.actor)
    except NotFound:
        return None
    return f"/staff/{known.place}/{reference}"


ROUTES = [search]
