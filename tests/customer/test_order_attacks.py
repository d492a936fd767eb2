"""What a customer could try on the pages of orders, and what holds against it."""

import secrets
from typing import Any

import pytest

from portal.domain.common.actor import Audience
from portal.domain.common.permissions import CustomerRole, StaffRole
from portal.domain.orders import changes, conversation, scheduling
from tests.customer.order_pages import as_buyer, in_stock, shipped_order
from tests.domain.orders.fulfilling import Case, ordered
from tests.factories import Factory, acting
from tests.order_scenarios import loaded
from tests.scenarios import cast_of
from tests.visitor import signed_in

# What only colleagues read carries this word.
OURS = "Zzyzxq"


def reorder_form(ship_to_id: int, **fields: str) -> dict[str, str]:
    return {
        "transport": "road",
        "ship_to": str(ship_to_id),
        "wanted_on": "2027-03-01",
        "lines-0-position": "1",
        "lines-0-quantity": "2",
        "_form_key": secrets.token_urlsafe(18),
        **fields,
    }


async def orders_of(case: Case) -> int:
    sql = "SELECT count(*) FROM sales_order WHERE account_id = $1"
    return int(await case.make.owner.fetchval(sql, case.cast.account.id))


async def test_a_reorder_takes_prices_terms_and_account_from_nobodys_form(  # rule O1
    site: Any, make: Factory
) -> None:
    case, _ = await shipped_order(make)
    other = await cast_of(make)
    buyer = await as_buyer(site, make, case)
    form = reorder_form(
        case.cast.account.ship_to_id,
        **{
            "lines-0-unit_price": "0.01",
            "lines-0-tax_rate": "0",
            "lines-0-sku": other.sku,
            "account_id": str(other.account.id),
            "payment_terms": "days_60",
            "status": "confirmed",
            "origin": "quote",
            "discount_percent": "100",
            "off_contract": "",
            "source": "SO-2026-00001",
        },
    )
    answer = await buyer.post(f"/orders/{case.reference}/reorder", form)
    assert answer.status_code == 303
    reference = answer.headers["location"].split("/")[2]
    row = await make.owner.fetchrow(
        """SELECT o.account_id, o.status, o.origin, o.payment_terms, o.off_contract,
               l.item_id, l.unit_price, l.tax_rate
           FROM sales_order o JOIN sales_order_line l ON l.order_id = o.id
           WHERE o.reference = $1""",
        reference,
    )
    account = case.cast.account.id
    agreed = (account, "placed", "reorder", "days_30", False, case.items[0])
    assert tuple(row)[:6] == agreed
    assert (str(row["unit_price"]), str(row["tax_rate"])) == ("11.0000", "0.1300")


async def test_addresses_and_lines_of_others_are_refused(site: Any, make: Factory) -> None:
    case, _ = await shipped_order(make)
    other, _ = await shipped_order(make)
    buyer = await as_buyer(site, make, case)
    path = f"/orders/{case.reference}/reorder"
    for fields in (
        {"ship_to": str(other.cast.account.ship_to_id)},
        {"lines-0-position": "9"},
        {"lines-0-position": "-1"},
        {"lines-0-quantity": "NaN"},
        {"lines-0-quantity": "-2"},
        {"lines-0-quantity": "0.0001"},
        {"lines-0-quantity": "1e400"},
        {"wanted_on": "9999-12-31"},
        {"wanted_on": "0001-01-01"},
        {"transport": "catapult"},
    ):
        form = reorder_form(case.cast.account.ship_to_id, **fields)
        for step in (path, f"{path}/check"):
            assert (await buyer.post(step, form)).status_code == 422, fields
    form = reorder_form(case.cast.account.ship_to_id)
    for step in ("", "/check"):
        theirs = await buyer.post(f"/orders/{other.reference}/reorder{step}", form)
        assert theirs.status_code == 404
    assert await orders_of(case) == 1


async def test_a_reorder_sent_twice_is_one_order(site: Any, make: Factory) -> None:
    case, _ = await shipped_order(make)
    buyer = await as_buyer(site, make, case)
    form = reorder_form(case.cast.account.ship_to_id)
    answers = [await buyer.post(f"/orders/{case.reference}/reorder", form) for _ in range(2)]
    assert {each.status_code for each in answers} == {303}
    assert len({each.headers["location"] for each in answers}) == 1
    assert await orders_of(case) == 2


@pytest.mark.parametrize("rest", ["cancel", "parts", "messages", "reorder", "reorder/check"])
async def test_a_reader_does_nothing(site: Any, make: Factory, rest: str) -> None:
    case = await ordered(make, (await in_stock(make), "10"))
    reader = await make.buyer(case.cast.account, CustomerRole.READER)
    visitor = await signed_in(site, make, reader)
    form = reorder_form(case.cast.account.ship_to_id, version="1", reason="x", name="x", body="x")
    answer = await visitor.post(f"/orders/{case.reference}/{rest}", form)
    assert answer.status_code == 403
    assert (await case.status(), await orders_of(case)) == ("placed", 1)


async def test_the_papers_are_those_of_the_order_and_have_left_the_house(
    site: Any, make: Factory
) -> None:
    case, note = await shipped_order(make)
    other, foreign_note = await shipped_order(make)
    buyer = await as_buyer(site, make, case)
    for order, shipment in (
        (case.reference, foreign_note),
        (other.reference, foreign_note),
        (other.reference, note),
    ):
        path = f"/orders/{order}/papers/delivery-notes/{shipment}"
        assert (await buyer.get(path)).status_code == 404


async def test_what_colleagues_write_stays_with_colleagues(  # rules O9, O12, O13
    site: Any, make: Factory
) -> None:
    case = await ordered(make, (await in_stock(make), "10"))
    await case.confirm()
    by = case.sales
    another = await make.insert(
        "ship_to", account_id=case.cast.account.id, label="Plant 2", address="x", is_default=False
    )
    async with acting(by):
        order = await loaded(case.reference, by)
        await scheduling.schedule(order, by=by)
        await scheduling.unschedule(order, f"{OURS} unscheduled", by=by)
        await changes.change_ship_to(order, another, f"{OURS} moved", by=by)
        await changes.hold(order, f"{OURS} held", f"{OURS} bay", by=by)
        await conversation.write(order, f"{OURS} note", by=by, audience=Audience.INTERNAL)
    finance = await signed_in(site, make, await make.staff(StaffRole.FINANCE))
    assert OURS in (await finance.get(f"/staff/orders/{case.reference}")).text
    buyer = await as_buyer(site, make, case)
    for path in ("/", "/orders", f"/orders/{case.reference}", "/notices"):
        assert OURS not in (await buyer.get(path)).text
