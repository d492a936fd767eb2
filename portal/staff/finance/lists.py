"""Orders as finance works through them: waiting for money, to be invoiced, to be paid."""

from litestar import Response, get
from litestar.params import FromQuery

from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.orders.listing import OrderFilter, StatusGroup, orders
from portal.rendering.links import with_query
from portal.staff.finance.tabs import PATH, tabs_of
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AViewer
from portal.web.guards import requires
from portal.web.viewer import Viewer

_RECORDS = [requires(Permission.RECORD_PAYMENTS)]


@get(PATH, guards=_RECORDS)
async def waiting(
    viewer: AViewer,
    answer: AnAnswer,
    q: FromQuery[str] = "",
    after: FromQuery[str] = "",
    before: FromQuery[str] = "",
) -> Response[str]:
    """Orders that may not go on before money comes in (rules O8, O9), due first."""
    wanted = OrderFilter(
        status=StatusGroup.TO_SHIP, unpaid=True, text=q[:200], after=after, before=before
    )
    return await _page("waiting", PATH, wanted, viewer, answer)


@get(f"{PATH}/to-invoice", guards=_RECORDS)
async def to_invoice(
    viewer: AViewer,
    answer: AnAnswer,
    q: FromQuery[str] = "",
    after: FromQuery[str] = "",
    before: FromQuery[str] = "",
) -> Response[str]:
    """Delivered orders without an invoice (rule O22)."""
    wanted = OrderFilter(status=StatusGroup.TO_INVOICE, text=q[:200], after=after, before=before)
    return await _page("to_invoice", f"{PATH}/to-invoice", wanted, viewer, answer)


@get(f"{PATH}/to-settle", guards=_RECORDS)
async def to_settle(
    viewer: AViewer,
    answer: AnAnswer,
    q: FromQuery[str] = "",
    after: FromQuery[str] = "",
    before: FromQuery[str] = "",
) -> Response[str]:
    """Invoiced orders that are not paid in full (rule O22)."""
    wanted = OrderFilter(status=StatusGroup.TO_SETTLE, text=q[:200], after=after, before=before)
    return await _page("to_settle", f"{PATH}/to-settle", wanted, viewer, answer)


async def _page(
    tab: str, path: str, wanted: OrderFilter, viewer: Viewer, answer: Answer
) -> Response[str]:
    listing = await orders(wanted, by=viewer.actor)
    q = wanted.text
    return answer.page(
        "staff/finance/list.html",
        title=N_("Finance"),
        tab=tab,
        here=path,
        text=q,
        listing=listing,
        next_url=with_query(path, q=q, after=listing.after) if listing.after else None,
        previous_url=with_query(path, q=q, before=listing.before) if listing.before else None,
        **await tabs_of(tab, viewer, answer),
    )


ROUTES = [waiting, to_invoice, to_settle]
