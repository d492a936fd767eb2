"""Finance and management: payments and invoices, credit limits, registered projects."""

from typing import Any

from portal.domain.common.permissions import StaffRole
from tests.domain.orders.fulfilling import item_in_stock, scheduled
from tests.factories import Factory
from tests.order_scenarios import Ordered, confirmed_order, phone_order, terms
from tests.scenarios import Cast, cast_of
from tests.visitor import signed_in

HOME = "/staff/finance"


async def unpaid_order(make: Factory, cast: Cast | None = None) -> Ordered:
    cast = cast or await cast_of(make)
    await terms(make, cast, "in_advance")
    return await confirmed_order(make, await phone_order(make, cast))


async def version_of(make: Factory, ordered: Ordered) -> str:
    sql = "SELECT version FROM sales_order WHERE reference = $1"
    return str(await make.owner.fetchval(sql, ordered.reference))


async def today(make: Factory) -> str:
    return str(await make.owner.fetchval("SELECT business_now()::date::text"))


async def test_orders_wait_for_money_until_finance_records_it(  # rule O9
    site: Any, make: Factory
) -> None:
    ordered = await unpaid_order(make)
    finance = await signed_in(site, make, await make.staff(StaffRole.FINANCE))
    assert ordered.reference in (await finance.get(f"{HOME}?q={ordered.reference}")).text
    page = f"/staff/orders/{ordered.reference}"
    assert 'value="124.3"' in (await finance.get(f"{page}?do=payment")).text
    form = {
        "version": await version_of(make, ordered),
        "amount": "124.30",
        "received_on": await today(make),
        "bank_reference": "",
    }
    refused = await finance.post(f"{page}/payments", form)
    assert refused.status_code == 422
    assert 'href="#field-bank_reference"' in refused.text
    assert 'value="124.30"' in refused.text
    form["bank_reference"] = "ICBC 1"
    assert (await finance.post(f"{page}/payments", form)).status_code == 303
    assert ordered.reference not in (
        await finance.get(f"{HOME}?q={ordered.reference}")
    ).text.replace(f'value="{ordered.reference}"', "")


async def test_a_payment_is_reversed_with_a_reason_and_stays_in_the_record(
    site: Any, make: Factory
) -> None:
    ordered = await unpaid_order(make)
    finance = await signed_in(site, make, await make.staff(StaffRole.FINANCE))
    page = f"/staff/orders/{ordered.reference}"
    form = {
        "version": await version_of(make, ordered),
        "amount": "100",
        "received_on": await today(make),
        "bank_reference": "ICBC 2",
    }
    await finance.post(f"{page}/payments", form)
    payment = await make.owner.fetchval(
        """SELECT p.id FROM payment p JOIN sales_order o ON o.id = p.order_id
           WHERE o.reference = $1""",
        ordered.reference,
    )
    address = f"{HOME}/payments/{payment}/reversal"
    assert address in (await finance.get(page)).text
    assert "ICBC 2" in (await finance.get(address)).text
    assert (await finance.post(address, {"reason": ""})).status_code == 422
    assert (await finance.post(address, {"reason": "Wrong order"})).status_code == 303
    shown = (await finance.get(page)).text
    assert "ICBC 2" in shown
    assert "Wrong order" in shown
    assert (await finance.post(address, {"reason": "Again"})).status_code == 409
    sales = await signed_in(site, make, ordered.cast.representative)
    assert (await sales.get(address)).status_code == 403


async def test_a_delivered_order_is_invoiced(site: Any, make: Factory) -> None:  # rule O22
    item = await item_in_stock(make, ("A-1", "20"))
    case = await scheduled(make, (item, "10"))
    shipment = await case.prepare()
    await case.ship(shipment)
    await case.deliver(shipment)
    finance = await signed_in(site, make, await make.staff(StaffRole.FINANCE))
    assert case.reference in (await finance.get(f"{HOME}/to-invoice?q={case.reference}")).text
    ordered = Ordered(case.cast, case.reference)
    form = {"version": await version_of(make, ordered), "number": "INV-77"}
    done = await finance.post(f"/staff/orders/{case.reference}/invoice", form)
    assert done.status_code == 303, done.text
    assert case.reference in (await finance.get(f"{HOME}/to-settle?q={case.reference}")).text
    assert "INV-77" in (await finance.get(f"/staff/orders/{case.reference}")).text


async def test_a_limit_is_asked_for_and_decided_by_somebody_else(  # rule A16
    site: Any, make: Factory
) -> None:
    cast = await cast_of(make)
    address = f"/staff/accounts/{cast.account.code}/credit"
    sales = await signed_in(site, make, cast.representative)
    empty = await sales.post(address, {"amount": "", "reason": "Grows"})
    assert empty.status_code == 422
    assert "Grows" in empty.text
    asked = await sales.post(address, {"amount": "50,000", "reason": "Grows"})
    assert asked.status_code == 303
    assert "Waits for a decision" in (await sales.get(address)).text
    twice = await sales.post(address, {"amount": "60000", "reason": "Grows"})
    assert twice.status_code == 409
    limit = await make.owner.fetchval(
        "SELECT id FROM credit_limit WHERE account_id = $1", cast.account.id
    )
    assert (await sales.get(f"{HOME}/credit/{limit}")).status_code == 403
    manager = await signed_in(site, make, await make.staff(StaffRole.GENERAL_MANAGER))
    assert cast.account.name in (await manager.get(f"{HOME}/credit")).text
    undecided = await manager.post(f"{HOME}/credit/{limit}", {"note": "x"})
    assert undecided.status_code == 422
    decision = {"decision": "approve", "note": "Long known"}
    assert (await manager.post(f"{HOME}/credit/{limit}", decision)).status_code == 303
    assert (await manager.post(f"{HOME}/credit/{limit}", decision)).status_code == 409
    assert "CN¥50,000.00" in (await sales.get(address)).text
    stranger = await signed_in(site, make, await make.staff())
    assert (await stranger.get(address)).status_code == 404  # rule A6


async def test_a_project_is_registered_signed_and_its_alert_settled(  # rule O17
    site: Any, make: Factory
) -> None:
    cast = await cast_of(make)
    sales = await signed_in(site, make, cast.representative)
    form = {
        "account": cast.account.code,
        "project_name": "Terminal 2",
        "site": "Berth 6",
        "sku": "NO-SUCH",
        "quantity": "40",
        "starts_on": "2026-01-01",
        "ends_on": "2030-12-31",
    }
    refused = await sales.post("/staff/registrations/new", form)
    assert refused.status_code == 422
    assert "Berth 6" in refused.text
    hidden = await sales.post("/staff/registrations/new", {**form, "account": "XX-1"})
    assert 'href="#field-account"' in hidden.text
    made = await sales.post("/staff/registrations/new", {**form, "sku": cast.sku})
    assert made.status_code == 303, made.text
    address = made.headers["location"]
    assert "Waits for the duty manager" in (await sales.get(address)).text
    assert (await sales.post(f"{address}/decision", {"decision": "sign"})).status_code == 403
    manager = await signed_in(site, make, await make.staff(StaffRole.DUTY_MANAGER))
    unsaid = await manager.post(f"{address}/decision", {"decision": "refuse", "version": "1"})
    assert unsaid.status_code == 422
    signed = await manager.post(f"{address}/decision", {"decision": "sign", "version": "1"})
    assert signed.status_code == 303
    other = await phone_order(make, await cast_of(make))
    alert = await make.insert(
        "registration_alert",
        registration_id=await make.owner.fetchval(
            "SELECT id FROM project_registration WHERE reference = $1", address.rsplit("/", 1)[1]
        ),
        order_line_id=await make.owner.fetchval(
            """SELECT l.id FROM sales_order_line l JOIN sales_order o ON o.id = l.order_id
               WHERE o.reference = $1""",
            other.reference,
        ),
        raised_at=await make.owner.fetchval("SELECT now()"),
    )
    page = (await sales.get("/staff/registrations")).text
    assert "Terminal 2" in page
    assert other.cast.account.name not in page  # rule A6: whose order it is, is not theirs to know
    settle = f"/staff/registrations/alerts/{alert}/settlement"
    assert settle in page
    assert (await sales.post(settle, {"note": ""})).status_code == 422
    assert (await sales.post(settle, {"note": "Another terminal"})).status_code == 303
    assert "Another terminal" in (await sales.get(address)).text
    stranger = await signed_in(site, make, await make.staff())
    assert (await stranger.get(address)).status_code == 404
    assert (await stranger.post(settle, {"note": "x"})).status_code == 404
