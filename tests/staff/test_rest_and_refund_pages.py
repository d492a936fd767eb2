"""Staff end what does not come, and finance gives money back (rules O11, O14, O22)."""

from typing import Any

from portal.domain.common.permissions import StaffRole
from tests.domain.orders.fulfilling import Case
from tests.domain.orders.parted import part_shipped, pay, wholly_shipped
from tests.factories import Factory
from tests.visitor import signed_in

REFUNDS = "/staff/finance/to-give-back"


def path(case: Case, rest: str = "") -> str:
    return f"/staff/orders/{case.reference}{rest}"


async def version(case: Case, table: str = "sales_order", reference: str = "") -> str:
    sql = f"SELECT version FROM {table} WHERE reference = $1"
    return str(await case.make.owner.fetchval(sql, reference or case.reference))


async def test_sales_cancel_the_rest_and_finance_gives_back_what_is_too_much(
    site: Any, make: Factory
) -> None:
    case, _ = await part_shipped(make, payment_terms="in_advance", paid="124.30")
    sales = await signed_in(site, make, case.sales)
    page = (await sales.get(path(case, "?do=cancel-rest"))).text
    assert "6 pcs" in page
    refused = await sales.post(path(case, "/rest-cancellation"), {"version": await version(case)})
    assert refused.status_code == 422
    form = {"version": await version(case), "reason": "Sold out for good"}
    assert (await sales.post(path(case, "/rest-cancellation"), form)).status_code == 303
    page = (await sales.get(path(case))).text
    assert "Sold out for good" in page
    assert "10 ordered, 6 cancelled" in page
    assert "CN¥74.58" in page  # to be given back
    assert (await sales.post(path(case, "/rest-cancellation"), form)).status_code == 409
    assert (await sales.get(REFUNDS)).status_code == 403
    finance = await signed_in(site, make, await make.staff(StaffRole.FINANCE))
    listed = (await finance.get(REFUNDS)).text
    assert path(case, "?do=refund#panel") in listed
    assert "rest cancelled" in listed
    assert 'value="74.58"' in (await finance.get(path(case, "?do=refund"))).text
    today = str(await make.owner.fetchval("SELECT business_now()::date::text"))
    refund = {
        "version": await version(case),
        "amount": "75",
        "given_on": today,
        "bank_reference": "BOC 9",
    }
    too_much = await finance.post(path(case, "/refunds"), refund)
    assert too_much.status_code == 422
    assert "At most 74.58" in too_much.text
    assert (await sales.post(path(case, "/refunds"), refund)).status_code == 403
    refund["amount"] = "74.58"
    assert (await finance.post(path(case, "/refunds"), refund)).status_code == 303
    assert case.reference not in (await finance.get(REFUNDS)).text
    page = (await finance.get(path(case))).text
    assert "BOC 9" in page
    assert "Given back" in page
    refund_id = await make.owner.fetchval(
        "SELECT id FROM payment WHERE refund AND order_id = $1", await case.order_id()
    )
    reversal = f"/staff/finance/payments/{refund_id}/reversal"
    assert "The refund stays in the record" in (await finance.get(reversal)).text
    assert (await finance.post(reversal, {"reason": "Bounced"})).status_code == 303
    assert case.reference in (await finance.get(REFUNDS)).text


async def test_the_warehouse_notes_a_shipment_as_lost_and_it_is_sent_again(
    site: Any, make: Factory
) -> None:
    case, shipment = await wholly_shipped(make)
    await make.stock(case.items[0], 12)
    packer = await signed_in(site, make, case.warehouse)
    address = f"/staff/warehouse/shipments/{shipment}"
    assert "sales cancel them" in (await packer.get(f"{address}?do=lost")).text
    form = {"version": await version(case, "shipment", shipment), "what": ""}
    assert (await packer.post(f"{address}/loss", form)).status_code == 422
    form["what"] = "The truck burnt out"
    assert (await packer.post(f"{address}/loss", form)).status_code == 303
    page = (await packer.get(address)).text
    assert "The truck burnt out" in page
    assert f"{address}?do=delivery" not in page  # nobody signs for it any more
    assert (await packer.post(f"{address}/loss", form)).status_code == 409
    assert await case.status() == "confirmed"
    sales = await signed_in(site, make, case.sales)
    assert "its goods are to be sent again" in (await sales.get(path(case))).text
    assert (await packer.post(path(case, "/losses"), {"version": "1"})).status_code == 403


async def test_sales_tell_a_delay_on_the_page_of_the_order(site: Any, make: Factory) -> None:
    """Rule O14: whoever hears of it first says so, also who never opens the warehouse's pages."""
    case, shipment = await wholly_shipped(make)
    _, foreign = await wholly_shipped(make)
    sales = await signed_in(site, make, case.sales)
    page = (await sales.get(path(case, "?do=delay"))).text
    assert shipment in page
    later = await make.owner.fetchval("SELECT (business_now() + interval '5 days')::date::text")
    form = {
        "version": await version(case),
        "shipment": foreign,
        "what": "The lorry is stuck in the snow.",
        "expected_on": later,
    }
    for wrong in ({}, {"shipment": shipment, "what": " "}, {"expected_on": "2020-01-01"}):
        refused = await sales.post(path(case, "/exceptions"), {**form, **wrong})
        assert refused.status_code == 422, wrong
    done = await sales.post(path(case, "/exceptions"), {**form, "shipment": shipment})
    assert done.status_code == 303
    assert "The lorry is stuck in the snow." in (await sales.get(path(case))).text
    assert len(await make.events("order.exception", case.cast.account.id)) == 1
    packer = await signed_in(site, make, await make.staff(StaffRole.FINANCE))
    assert "?do=delay" not in (await packer.get(path(case))).text
    assert (await packer.post(path(case, "/exceptions"), form)).status_code == 403


async def test_sales_say_what_happens_with_lost_goods(site: Any, make: Factory) -> None:
    case, shipment = await wholly_shipped(make)
    other, foreign = await wholly_shipped(make)
    await pay(case, "20")
    sales = await signed_in(site, make, case.sales)
    page = (await sales.get(path(case, "?do=lost"))).text
    assert shipment in page
    form = {
        "version": await version(case),
        "shipment": foreign,
        "what": "Sunk",
        "next": "cancelled",
    }
    for wrong in ({}, {"shipment": shipment, "next": ""}, {"shipment": shipment, "what": " "}):
        refused = await sales.post(path(case, "/losses"), {**form, **wrong})
        assert refused.status_code == 422, wrong
    assert await other.status() == "shipped"
    done = await sales.post(path(case, "/losses"), {**form, "shipment": shipment})
    assert done.status_code == 303
    assert await case.status() == "cancelled"
    page = (await sales.get(path(case))).text
    assert "Lost, the goods are not sent again:" in page
    finance = await signed_in(site, make, await make.staff(StaffRole.FINANCE))
    assert case.reference in (await finance.get(REFUNDS)).text
    assert "Record money given back" in (await finance.get(path(case))).text
