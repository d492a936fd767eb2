"""An order at the packing bench: what to take, where it goes, and the start of its preparation."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from portal.domain.common.errors import Conflict
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_, Phrase
from portal.domain.orders import changes
from portal.domain.orders.combining import travelling_with
from portal.domain.orders.finding import order_by_reference
from portal.domain.orders.fulfilment_refusals import NotReleased
from portal.domain.orders.page_view import OrderPage
from portal.domain.orders.preparation import start_preparation
from portal.domain.orders.record_page import order_page
from portal.domain.orders.release_facts import verdict_of
from portal.domain.orders.release_words import Step
from portal.domain.orders.states import OrderStatus
from portal.domain.orders.warehouse_list import packing_facts
from portal.rendering.phrases import phrase_words
from portal.staff.warehouse.tabs import PATH
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import Form, FormModel, Whole
from portal.web.guards import requires
from portal.web.notices import page_opened
from portal.web.viewer import Viewer

ORDER = f"{PATH}/orders/{{order_reference:str}}"
_PACKS = [requires(Permission.WORK_IN_WAREHOUSE)]
_TO_PREPARE = frozenset({OrderStatus.SCHEDULED, OrderStatus.PARTLY_SHIPPED})


class Version(FormModel):
    version: Whole


@get(ORDER, guards=_PACKS)
async def show(order_reference: FromPath[str], viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """What is to be packed of an order, and what stands in the way."""
    shown = await _page(order_reference, viewer, answer)
    await page_opened(viewer, f"{PATH}/orders/{order_reference}")
    return shown


@post(f"{ORDER}/preparation", guards=_PACKS)
async def start(order_reference: FromPath[str], viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """Make the pick list; of two who press at once the second is told."""
    order = await order_by_reference(order_reference, by=viewer.actor)
    try:
        shipment = await start_preparation(order, by=viewer.actor)
    except Conflict as error:
        return await _page(order_reference, viewer, answer, conflict=error)
    return answer.see_other(
        f"{PATH}/shipments/{shipment.reference}",
        toast=N_("Pick list %(reference)s is made."),
        reference=shipment.reference,
    )


@post(f"{ORDER}/ship-to/seen", guards=_PACKS)
async def ship_to_seen(
    order_reference: FromPath[str],
    request: Request[Any, Any, Any],
    viewer: AViewer,
    answer: AnAnswer,
) -> Response[str]:
    """The warehouse has seen the changed delivery place (rule O13)."""
    form = await Form.sent(request)
    order = await order_by_reference(order_reference, by=viewer.actor)
    given = form.read(Version)
    if given is None:
        return await _page(order_reference, viewer, answer)
    try:
        await changes.ship_to_seen(order, by=viewer.actor, expected_version=given.version)
    except Conflict as error:
        return await _page(order_reference, viewer, answer, conflict=error)
    return answer.see_other(
        f"{PATH}/orders/{order_reference}",
        toast=N_("Noted: the warehouse has seen the new delivery place."),
    )


def conflict_words(conflict: Conflict | None, viewer: Viewer) -> dict[str, Any]:
    """What a page says of a verb that was refused, and the open checks where there are any."""
    if conflict is None:
        return {"conflict": "", "reasons": ()}
    checks = conflict.checks if isinstance(conflict, NotReleased) else ()
    return {
        "conflict": phrase_words(Phrase(conflict.message, conflict.words), viewer.reader),
        "reasons": [check.without_amounts for check in checks],
    }


def _is_there(order: OrderPage) -> bool:
    """Whether goods can be taken: all of them, or some if that was agreed (rule O15)."""
    is_agreed = order.record.partial_agreed_at is not None
    return any(line.reserved for line in order.lines) and (is_agreed or not order.is_short)


async def _page(
    reference: str, viewer: Viewer, answer: Answer, *, conflict: Conflict | None = None
) -> Response[str]:
    order = await order_page(reference, by=viewer.actor)
    verdict = await verdict_of(order.record, by=viewer.actor)
    facts = (await packing_facts([order.id]))[order.id]
    may_start = order.status in _TO_PREPARE and not facts.open_shipment
    return answer.page(
        "staff/warehouse/order.html",
        title=N_("Prepare %(reference)s"),
        words={"reference": reference},
        section="warehouse",
        status=409 if conflict else 200,
        order=order,
        facts=facts,
        companions=await travelling_with(order.id),
        blocking=verdict.blocking(Step.SCHEDULE if order.status.is_open else Step.SHIP),
        before_shipping=verdict.blocking(Step.SHIP),
        may_start=may_start
        and verdict.may_schedule
        and not facts.unseen_ship_to
        and _is_there(order),
        **conflict_words(conflict, viewer),
    )


ROUTES = [show, start, ship_to_seen]
