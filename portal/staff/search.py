"""One field for everything: requests, orders, complaints, customers, items, in any script."""

from litestar import Response, get
from litestar.params import FromQuery

from portal.domain.accounts.queries import FileFilter, files_visible_to
from portal.domain.catalogue.queries import ItemFilter, items_for_staff
from portal.domain.common.errors import NotFound
from portal.domain.common.permissions import Permission
from portal.domain.common.search import query_terms
from portal.domain.common.words import N_
from portal.domain.complaints.finding import complaint_by_reference
from portal.domain.complaints.listing import ComplaintFilter, complaints
from portal.domain.corrective_actions.access import action_by_reference
from portal.domain.orders.finding import order_by_reference
from portal.domain.orders.listing import OrderFilter, orders
from portal.domain.quotes.access import find
from portal.domain.quotes.listing import QueueFilter, queue
from portal.web.arguments import AnAnswer, AViewer
from portal.web.guards import requires
from portal.web.viewer import Viewer

MOST = 8


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
    try:
        if reference.startswith("RFQ-") and viewer.actor.may(Permission.READ_QUOTES):
            await find(reference, by=viewer.actor)
            return f"/staff/quotes/{reference}"
        if reference.startswith("SO-") and viewer.actor.may(Permission.READ_ORDERS):
            await order_by_reference(reference, by=viewer.actor)
            return f"/staff/orders/{reference}"
        if reference.startswith("CP-") and viewer.actor.may(Permission.READ_COMPLAINTS):
            await complaint_by_reference(reference, by=viewer.actor)
            return f"/staff/complaints/{reference}"
        if reference.startswith("CA-") and viewer.actor.may(Permission.READ_CORRECTIVE_ACTIONS):
            await action_by_reference(reference, by=viewer.actor)
            return f"/staff/corrective-actions/{reference}"
    except NotFound:
        return None
    return None


ROUTES = [search]
