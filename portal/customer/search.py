"""The search of the top bar: own requests, orders and complaints, in Chinese too."""

from litestar import Response, get
from litestar.params import FromQuery

from portal.domain.common.errors import NotFound
from portal.domain.common.permissions import Permission
from portal.domain.common.search import query_terms
from portal.domain.common.words import N_
from portal.domain.complaints.complaint_rows import ComplaintListing
from portal.domain.complaints.listing import ComplaintFilter, complaints
from portal.domain.meetings.access import meeting_by_reference, report_by_reference
from portal.domain.orders.listing import OrderFilter, orders
from portal.domain.orders.order_rows import OrderListing
from portal.domain.quotes.listing import CustomerFilter, own_requests
from portal.domain.quotes.views import Listing
from portal.domain.visits.access import visit_by_reference
from portal.web.arguments import AnAnswer, AViewer
from portal.web.guards import requires
from portal.web.viewer import Viewer

_SHOWN = 10


@get("/search", guards=[requires(Permission.READ_OWN_QUOTES)])
async def show(viewer: AViewer, answer: AnAnswer, q: FromQuery[str] = "") -> Response[str]:
    """What fits `q`, the latest of each kind; the lists show the rest."""
    q = q.strip()[:200]
    exact = await _exact(q.upper(), viewer)
    if exact:
        return answer.see_other(exact)
    requests, placed, complained = Listing(()), OrderListing(()), ComplaintListing(())
    if query_terms(q):
        requests = await own_requests(CustomerFilter(text=q, size=_SHOWN), by=viewer.actor)
        if viewer.can(Permission.READ_OWN_ORDERS):
            placed = await orders(OrderFilter(text=q, size=_SHOWN), by=viewer.actor)
        if viewer.can(Permission.READ_OWN_COMPLAINTS):
            complained = await complaints(ComplaintFilter(text=q, size=_SHOWN), by=viewer.actor)
    return answer.page(
        "customer/search.html",
        title=N_("Search"),
        q=q,
        requests=requests,
        orders=placed,
        complaints=complained,
    )


async def _exact(reference: str, viewer: Viewer) -> str | None:
    """The page of an appointment, a meeting or a report that is called exactly so and is theirs."""
    if not viewer.can(Permission.READ_OWN_VISITS):
        return None
    try:
        if reference.startswith("VS-"):
            await visit_by_reference(reference, by=viewer.actor)
            return f"/visits/{reference}"
        if reference.startswith("MT-"):
            await meeting_by_reference(reference, by=viewer.actor)
            return f"/meetings/{reference}"
        if reference.startswith("CR-"):
            await report_by_reference(reference, by=viewer.actor)
            return f"/contact-reports/{reference}"
    except NotFound:
        return None
    return None


ROUTES = [show]
