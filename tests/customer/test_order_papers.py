"""Papers of an order: each side gets its own, in its language, and nothing of others (A6, O16)."""

from io import BytesIO
from typing import Any

from pypdf import PdfReader

from portal.domain.common.permissions import StaffRole
from portal.settings import Settings
from tests.customer.order_pages import as_buyer, in_stock, shipped_order
from tests.domain.orders.fulfilling import scheduled
from tests.factories import Factory
from tests.order_scenarios import phone_order
from tests.visitor import Visitor, signed_in


async def paper(visitor: Visitor, path: str) -> tuple[str, set[str]]:
    """The text without spaces, and the addresses behind its codes."""
    answer = await visitor.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "no-store" in answer.headers["cache-control"]
    pages = PdfReader(BytesIO(answer.content)).pages
    links = {note.get_object()["/A"]["/URI"] for note in pages[0]["/Annots"]}  # type: ignore[index]
    return "".join("".join(page.extract_text() for page in pages).split()), links


async def speaks(make: Factory, person_id: int | None, locale: str) -> None:
    await make.owner.execute("UPDATE person SET locale = $2 WHERE id = $1", person_id, locale)


async def test_the_customer_gets_the_confirmation_in_their_language(
    site: Any, make: Factory, settings: Settings
) -> None:  # rule O1
    case, shipment = await shipped_order(make)
    buyer = await as_buyer(site, make, case)
    path = f"/orders/{case.reference}/papers"
    for locale, title, note in (
        ("en", "Orderconfirmation", "Deliverynote"),
        ("zh_Hans", "订单确认", "销货单"),
        ("zh_Hant", "訂單確認單", "銷貨單"),
    ):
        await speaks(make, case.cast.buyer.person_id, locale)
        text, links = await paper(buyer, f"{path}/confirmation")
        assert title in text
        assert case.reference in text
        # Never from the request's host: what is printed leads to the configured origin.
        assert links == {f"{settings.base_url}/orders/{case.reference}"}
        text, links = await paper(buyer, f"{path}/delivery-notes/{shipment}")
        # Whoever unpacks the goods has the paper at hand: its code leads to a complaint about them.
        assert links == {f"{settings.base_url}/complaints/new?shipment={shipment}"}
        for word in (note, "TQ/QEO-ZY-11-01", "B-77", "SFExpress"):
            assert word in text


async def test_there_is_no_paper_before_there_is_something_to_say(site: Any, make: Factory) -> None:
    placed = await phone_order(make)
    buyer = await signed_in(site, make, placed.cast.buyer)
    path = f"/orders/{placed.reference}/papers/confirmation"
    assert (await buyer.get(path)).status_code == 404
    case = await scheduled(make, (await in_stock(make), "10"))
    shipment = await case.prepare()
    buyer = await as_buyer(site, make, case)
    note = f"/orders/{case.reference}/papers/delivery-notes/{shipment}"
    assert (await buyer.get(note)).status_code == 404  # it has not left the house
    warehouse = await signed_in(site, make, case.warehouse)
    text, _ = await paper(warehouse, f"/staff{note}")
    assert shipment in text


async def test_the_warehouse_picks_by_a_list_without_prices(
    site: Any, make: Factory, settings: Settings
) -> None:
    case = await scheduled(make, (await in_stock(make, batch="B-77"), "10"))
    shipment = await case.prepare()
    warehouse = await signed_in(site, make, case.warehouse)
    await speaks(make, case.warehouse.person_id, "en")
    path = f"/staff/orders/{case.reference}/papers"
    text, links = await paper(warehouse, f"{path}/pick-lists/{shipment}")
    assert "B-77" in text
    assert "11.00" not in text
    assert links == {f"{settings.base_url}/staff/warehouse/shipments/{shipment}"}
    assert (await warehouse.get(f"{path}/confirmation")).status_code == 403  # it has prices


async def test_papers_of_other_accounts_and_orders_are_not_there(
    site: Any, make: Factory
) -> None:  # rule A6
    case, shipment = await shipped_order(make)
    other, theirs = await shipped_order(make)
    buyer = await as_buyer(site, make, case)
    for path in (
        f"/orders/{other.reference}/papers/confirmation",
        f"/orders/{other.reference}/papers/delivery-notes/{theirs}",
        f"/orders/{case.reference}/papers/delivery-notes/{theirs}",
        f"/orders/{case.reference}/papers/delivery-notes/DN-2020-99999",
    ):
        assert (await buyer.get(path)).status_code == 404, path
    stranger = await signed_in(site, make, await make.staff(StaffRole.SALES_ASSISTANT))
    for rest in ("confirmation", f"delivery-notes/{shipment}", f"pick-lists/{shipment}"):
        path = f"/staff/orders/{case.reference}/papers/{rest}"
        assert (await stranger.get(path)).status_code == 404, path
