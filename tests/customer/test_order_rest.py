"""What customers read of goods that do not come, and of money that goes back (O11, O14, O22)."""

from typing import Any

from portal.domain.common.permissions import StaffRole
from tests.customer.order_pages import visit
from tests.domain.orders.parted import (
    cancel_rest,
    give_back,
    lose,
    part_shipped,
    pay,
    wholly_shipped,
)
from tests.factories import Factory
from tests.visitor import signed_in


async def test_the_rest_that_was_cancelled_is_said_at_the_line_and_in_the_money(
    site: Any, make: Factory
) -> None:
    case, _ = await part_shipped(make, payment_terms="in_advance", paid="124.30")
    await cancel_rest(case, "No longer made")
    page = await visit(site, make, case.cast.buyer, case.reference)
    buyer = await signed_in(site, make, case.cast.buyer)
    paper = await buyer.get(f"/orders/{case.reference}/papers/confirmation")
    assert paper.content.startswith(b"%PDF")
    for said in (
        "No longer made",
        "6 of 10 cancelled",
        "CN¥49.72",  # what has shipped
        "To be given back",
        "CN¥74.58",
        "We give it back or set it off, and tell you when we have.",
    ):
        assert said in page, said
    await give_back(case, "74.58", await make.staff(StaffRole.FINANCE))
    page = await visit(site, make, case.cast.buyer, case.reference)
    assert "-CN¥74.58" in page
    assert "Paid in full" in page


async def test_a_lost_shipment_says_what_happens_next(site: Any, make: Factory) -> None:
    case, shipment = await wholly_shipped(make)
    await lose(case, shipment)
    page = await visit(site, make, case.cast.buyer, case.reference)
    assert "Lost on the way: we send the goods again" in page
    assert "The truck burnt out" in page
    assert "The ship date follows" in page  # nobody knows the day yet, and none is shown
    assert case.sales.name not in page.split('id="shipments"')[1].split("</section>")[0]


async def test_an_order_that_was_lost_and_is_not_sent_again_owes_nothing(
    site: Any, make: Factory
) -> None:
    case, shipment = await wholly_shipped(make)
    await pay(case, "20")
    await lose(case, shipment, send_again=False)
    buyer = await signed_in(site, make, case.cast.buyer)
    page = (await buyer.get(f"/orders/{case.reference}")).text
    assert "Lost on the way: the goods are not sent again" in page
    assert "Cancelled on" in page
    assert "CN¥20.00" in page
    note = f"/orders/{case.reference}/papers/delivery-notes/{shipment}"
    assert (await buyer.get(note)).status_code == 200
    again = (await buyer.get(f"/orders/{case.reference}/reorder")).text
    assert 'value="10"' in again
