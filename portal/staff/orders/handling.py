"""What is done with an order on its way: confirmed, scheduled, held, marked, ended."""

from typing import Annotated, Any

from litestar import Response, post
from litestar.params import FromPath
from pydantic import StringConstraints

from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.orders import changes
from portal.domain.orders.confirmation import confirm
from portal.domain.orders.promises import state_ship_date
from portal.domain.orders.scheduling import schedule, unschedule
from portal.domain.orders.tables import SalesOrder
from portal.staff.orders.desk import MANAGES, AnyRequest, Desk, Versioned
from portal.staff.orders.page import PATH
from portal.staff.orders.panels import Panel
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import Day
from portal.web.guards import requires

ORDER = f"{PATH}/{{order_reference:str}}"
_READS = [requires(Permission.READ_ORDERS)]
_WORKS = [requires(Permission.WORK_ON_ORDERS)]
Text = Annotated[str, StringConstraints(max_length=10_000)]


class Reason(Versioned):
    reason: Text = ""


class Hold(Versioned):
    reason: Text = ""
    place: Text = ""
    as_asked: Text = ""


class Marks(Versioned):
    urgent: Text = ""
    project: Text = ""


class ShipDate(Versioned):
    ship_on: Day
    note: Text = ""


@post(f"{ORDER}/confirmation", guards=[requires(Permission.CONFIRM_ORDERS)])
async def confirm_order(
    order_reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """The sales representative confirms it: stock is reserved, the shipment promised (rule O1)."""

    async def verb(order: SalesOrder, given: Versioned) -> Any:
        return await confirm(order, by=viewer.actor, expected_version=given.version)

    said = N_("Confirmed. The customer reads when it ships.")
    return await Desk(order_reference, viewer, answer).do(request, Versioned, verb, said)


@post(f"{ORDER}/schedule", guards=_READS)
async def schedule_order(
    order_reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Hand it to the warehouse, where the release decision allows it."""

    async def verb(order: SalesOrder, given: Versioned) -> Any:
        return await schedule(order, by=viewer.actor, expected_version=given.version)

    said = N_("Scheduled. It is on the warehouse's list.")
    desk = Desk(order_reference, viewer, answer)
    return await desk.do(request, Versioned, verb, said, may=MANAGES)


@post(f"{ORDER}/schedule/removal", guards=_READS)
async def take_off_schedule(
    order_reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Take it back from the warehouse before it is prepared."""

    async def verb(order: SalesOrder, given: Reason) -> Any:
        return await unschedule(
            order, given.reason, by=viewer.actor, expected_version=given.version
        )

    said = N_("Taken off the schedule.")
    desk = Desk(order_reference, viewer, answer)
    return await desk.do(request, Reason, verb, said, panel=Panel.UNSCHEDULE, may=MANAGES)


@post(f"{ORDER}/ship-date", guards=_WORKS)
async def state_date(
    order_reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Tell the customer another ship date, with the reason (rules O4, O6)."""

    async def verb(order: SalesOrder, given: ShipDate) -> Any:
        await order.lock(expected_version=given.version)
        return await state_ship_date(order, given.ship_on, given.note, by=viewer.actor)

    said = N_("The customer reads the new date and why.")
    desk = Desk(order_reference, viewer, answer)
    return await desk.do(request, ShipDate, verb, said, panel=Panel.SHIP_DATE)


@post(f"{ORDER}/hold", guards=_READS)
async def hold(
    order_reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Let the goods wait in a place of their own (rule O12)."""

    async def verb(order: SalesOrder, given: Hold) -> Any:
        return await changes.hold(
            order,
            given.reason,
            given.place,
            by=viewer.actor,
            as_asked=bool(given.as_asked),
            expected_version=given.version,
        )

    said = N_("On hold. Nothing of it ships until it is let go.")
    desk = Desk(order_reference, viewer, answer)
    return await desk.do(request, Hold, verb, said, panel=Panel.HOLD, may=MANAGES)


@post(f"{ORDER}/release", guards=_READS)
async def let_go(
    order_reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """End the hold (rule O12)."""

    async def verb(order: SalesOrder, given: Versioned) -> Any:
        return await changes.let_go(order, by=viewer.actor, expected_version=given.version)

    said = N_("The hold has ended.")
    desk = Desk(order_reference, viewer, answer)
    return await desk.do(request, Versioned, verb, said, may=MANAGES)


@post(f"{ORDER}/cancellation", guards=_READS)
async def cancel(
    order_reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Cancel it, with the reason recorded and sales told (rule O11)."""

    async def verb(order: SalesOrder, given: Reason) -> Any:
        return await changes.cancel(
            order, given.reason, by=viewer.actor, expected_version=given.version
        )

    said = N_("Cancelled. What was reserved is free again.")
    desk = Desk(order_reference, viewer, answer)
    return await desk.do(request, Reason, verb, said, panel=Panel.CANCEL, may=MANAGES)


@post(f"{ORDER}/marks", guards=_READS)
async def mark(
    order_reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Mark it as urgent (rule O6) or as a large project order (rule O8), or take that back."""

    async def verb(order: SalesOrder, given: Marks) -> Any:
        return await changes.mark(
            order,
            urgent=bool(given.urgent),
            project=bool(given.project),
            by=viewer.actor,
            expected_version=given.version,
        )

    said = N_("Saved.")
    desk = Desk(order_reference, viewer, answer)
    return await desk.do(request, Marks, verb, said, panel=Panel.MARK, may=MANAGES)


ROUTES = [
    confirm_order,
    schedule_order,
    take_off_schedule,
    state_date,
    hold,
    let_go,
    cancel,
    mark,
]
