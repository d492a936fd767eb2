"""What the papers of an order say besides the order itself: both parties and how to reach them.

Load the facts in a short unit of work and render outside of any. The same for both sides: nothing
on paper is for our eyes alone, but for the pick list, which only staff may ask for.
"""

from dataclasses import dataclass

from portal.database import fetch_row
from portal.domain import policy
from portal.domain.common.actor import Actor
from portal.domain.common.errors import NotFound
from portal.domain.common.permissions import Permission
from portal.domain.orders.page_view import OrderPage
from portal.domain.orders.record_page import order_page
from portal.domain.orders.shipments_view import (
    PickList,
    ShipmentView,
    pick_list,
    shipment_by_reference,
    shipment_view,
)
from portal.domain.orders.states import OrderStatus, ShipmentStatus
from portal.domain.orders.tables import Shipment
from portal.domain.policy.order_figures import DELIVERY_NOTE_FORM
from portal.domain.quotes.document import PartyFacts
from portal.domain.quotes.progress import require

_TRAVELS = frozenset({ShipmentStatus.SHIPPED, ShipmentStatus.DELIVERED, ShipmentStatus.LOST})


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """An order and both parties; `supplier.name` is the branch's, as the company's is settings."""

    page: OrderPage
    supplier: PartyFacts
    customer: PartyFacts


@dataclass(frozen=True, slots=True)
class DeliveryNoteFacts:
    """A shipment of the order, and the number of the form (policy)."""

    paper: PaperFacts
    shipment: ShipmentView
    form_number: str


@dataclass(frozen=True, slots=True)
class PickListFacts:
    """What the warehouse takes from the shelf for a shipment of the order."""

    paper: PaperFacts
    picks: PickList


async def confirmation_facts(reference: str, *, by: Actor) -> PaperFacts:
    """The facts of an order confirmation (rule O1).

    Raises `NotFound` where nothing is confirmed: before the sales representative has done it, and
    for what was cancelled.
    """
    page = await order_page(reference, by=by)
    if page.record.confirmed_at is None or page.status is OrderStatus.CANCELLED:
        raise NotFound
    return await _paper(page)


async def delivery_note_facts(
    reference: str, shipment_reference: str, *, by: Actor
) -> DeliveryNoteFacts:
    """The facts of a delivery note (rule O16).

    Raises `NotFound` for a shipment of another order, and one that was withdrawn. Customers get
    the note of what has left the house; the warehouse prints it before.
    """
    page = await order_page(reference, by=by)
    shipment = await _shipment_of(page, shipment_reference, by=by)
    gone = shipment.state in _TRAVELS
    if shipment.state is ShipmentStatus.CANCELLED or not (gone or by.is_staff):
        raise NotFound
    return DeliveryNoteFacts(
        paper=await _paper(page),
        shipment=await shipment_view(shipment),
        form_number=(await policy.figure(DELIVERY_NOTE_FORM)).value,
    )


async def pick_list_facts(reference: str, shipment_reference: str, *, by: Actor) -> PickListFacts:
    """The facts of a pick list, of one that is being prepared or was.

    Raises `NotFound` as above, `NotAllowed` for customers.
    """
    require(by, Permission.READ_ORDERS)
    page = await order_page(reference, by=by)
    shipment = await _shipment_of(page, shipment_reference, by=by)
    if shipment.state is ShipmentStatus.CANCELLED:
        raise NotFound
    return PickListFacts(await _paper(page), await pick_list(shipment))


async def _shipment_of(page: OrderPage, reference: str, *, by: Actor) -> Shipment:
    shipment = await shipment_by_reference(reference, by=by)
    if shipment.order_id != page.id:
        raise NotFound
    return shipment


async def _paper(page: OrderPage) -> PaperFacts:
    row = await fetch_row(
        """SELECT b.name AS branch_name, b.address AS branch_address, b.phone AS branch_phone,
               a.name, a.address, a.phone, a.tax_number, a.invoice_title, a.invoice_address,
               ours.name AS our_name, ours.phone AS our_phone, c.name AS their_name,
               c.phone AS their_phone, c.email AS their_email
           FROM account a JOIN branch b ON b.id = a.branch_id
           LEFT JOIN person ours ON ours.id = $2
           LEFT JOIN LATERAL (
               SELECT name, phone, email FROM contact
               WHERE account_id = a.id AND (name = $3 OR person_id = $4)
               ORDER BY (name = $3) DESC, id LIMIT 1) AS c ON true
           WHERE a.id = $1""",
        page.record.account_id,
        page.record.confirmed_by,
        page.ordered_by,
        page.record.placed_by,
    )
    if row is None:
        raise NotFound
    return PaperFacts(
        page=page,
        supplier=PartyFacts(
            row["branch_name"],
            row["branch_address"],
            row["our_name"] or "",
            row["our_phone"] or row["branch_phone"],
            "",
        ),
        customer=PartyFacts(
            row["invoice_title"] or row["name"],
            row["invoice_address"] or row["address"],
            row["their_name"] or page.ordered_by,
            row["their_phone"] or row["phone"],
            row["their_email"] or "",
            row["tax_number"],
        ),
    )
