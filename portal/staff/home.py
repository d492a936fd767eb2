"""My work: what I owe by when, what lies with my team, what waits for my review."""

from typing import Any

from litestar import Response, get

from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.complaints.tables import SUBJECT_KIND as COMPLAINT
from portal.domain.orders.listing import OrderFilter, OwnerFilter, StatusGroup, orders
from portal.domain.orders.order_counts import own_order_counts
from portal.domain.orders.tables import SUBJECT_KIND as ORDER
from portal.domain.quotes.home import staff_home
from portal.domain.quotes.tables import SUBJECT_KIND as REQUEST
from portal.domain.visits.tables import SUBJECT_KIND as VISIT
from portal.staff.complaints.worklist import complaint_work
from portal.staff.corrective_actions.worklist import action_work
from portal.staff.orders import lists as order_lists
from portal.staff.owed_work import owed_work
from portal.staff.quotes import rail_of
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AViewer, AVisit
from portal.web.guards import requires
from portal.web.live import live_lists_url
from portal.web.viewer import Viewer

_WORKLIST = [requires(Permission.READ_WORKLIST)]
_MOST_ORDERS = 8
# In whatever state their orders are: a question may come long after the goods.
_MY_ANSWERS = OrderFilter(status=StatusGroup.ANSWERS_OWED, owner=OwnerFilter.ME, size=_MOST_ORDERS)
# Whose work which orders are: the first permission that somebody has decides.
_ORDER_WORK = (
    (
        Permission.WORK_IN_WAREHOUSE,
        N_("To prepare, due first"),
        OrderFilter(status=StatusGroup.TO_PREPARE, size=_MOST_ORDERS),
        "/staff/warehouse",
    ),
    (
        Permission.RECORD_PAYMENTS,
        N_("Orders that wait for money"),
        OrderFilter(status=StatusGroup.TO_SHIP, unpaid=True, size=_MOST_ORDERS),
        "/staff/finance",
    ),
    (
        Permission.WORK_ON_ORDERS,
        N_("Your orders, due first"),
        OrderFilter(status=StatusGroup.TO_SHIP, owner=OwnerFilter.ME, size=_MOST_ORDERS),
        f"{order_lists.PATH}?owner=me",
    ),
    (
        Permission.SUPERVISE_ORDERS,
        N_("Late orders"),
        OrderFilter(status=StatusGroup.TO_SHIP, late=True, size=_MOST_ORDERS),
        f"{order_lists.PATH}?late=yes",
    ),
)


@get("/staff", guards=_WORKLIST)
async def show(viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """The first page of the day."""
    return await _page(viewer, answer)


@get("/staff/fragments/worklist", guards=_WORKLIST)
async def worklist(viewer: AViewer, visit: AVisit, answer: AnAnswer) -> Response[str]:
    """The lists alone, asked for again while the page stays open."""
    if not visit.is_htmx:
        return await _page(viewer, answer)
    home = await staff_home(by=viewer.actor) if _reads_quotes(viewer) else None
    return answer.fragment(
        "staff/home/_worklist.html",
        home=home,
        **await _order_work(viewer, answer),
        **await owed_work(viewer),
        **await action_work(viewer),
        **await complaint_work(viewer),
    )


async def _page(viewer: Viewer, answer: Answer) -> Response[str]:
    home = await staff_home(by=viewer.actor) if _reads_quotes(viewer) else None
    queues = rail_of(home.counts) if home else []
    if viewer.actor.may(Permission.WORK_ON_ORDERS):
        queues += order_lists.own_queues(await own_order_counts(by=viewer.actor))
    for each in queues:
        each["label"] = answer.translated(each["label"])
    return answer.page(
        "staff/home/show.html",
        title=N_("My work"),
        section="home",
        home=home,
        queues=queues,
        live=live_lists_url(viewer, "/staff", REQUEST, ORDER, COMPLAINT, VISIT),
        **await _order_work(viewer, answer),
        **await owed_work(viewer),
        **await action_work(viewer),
        **await complaint_work(viewer),
    )


async def _order_work(viewer: Viewer, answer: Answer) -> dict[str, Any]:
    """The orders that are this viewer's to move, with where the whole list stands; and to answer.

    What is to be answered is theirs who work on orders.
    """
    answers = None
    if viewer.actor.may(Permission.WORK_ON_ORDERS):
        answers = await orders(_MY_ANSWERS, by=viewer.actor)
    return {"answers_owed": answers, **await _orders_to_move(viewer, answer)}


async def _orders_to_move(viewer: Viewer, answer: Answer) -> dict[str, Any]:
    for permission, title, wanted, url in _ORDER_WORK:
        if viewer.actor.may(permission):
            rows = (await orders(wanted, by=viewer.actor)).rows
            return {
                "order_rows": rows,
                "order_title": answer.translated(title),
                "order_url": url,
                "has_more_orders": len(rows) == _MOST_ORDERS,
            }
    return {"order_rows": None}


def _reads_quotes(viewer: Viewer) -> bool:
    """Whether requests are part of their day: those who look into complaints have others."""
    may = viewer.actor.may
    cares = may(Permission.INVESTIGATE_COMPLAINTS) and not may(Permission.WORK_ON_QUOTES)
    return may(Permission.READ_QUOTES) and not cares


ROUTES = [show, worklist]
