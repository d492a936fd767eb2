"""What somebody could try on the pages of orders, stock and money, and what holds against it."""

import secrets
from typing import Any

from portal.domain.common.permissions import StaffRole
from portal.domain.orders.changes import cancel
from tests.domain.orders.fulfilling import ordered
from tests.domain.orders.stock_orders import line_ids
from tests.factories import Factory, acting
from tests.order_scenarios import Ordered, confirmed_order, loaded, phone_order, terms, warehouse_of
from tests.scenarios import cast_of
from tests.staff.test_order_pages import in_days, path, version_of
from tests.visitor import signed_in


async def test_a_payment_form_sent_twice_is_one_payment(site: Any, make: Factory) -> None:
    taken = await confirmed_order(make)
    finance = await signed_in(site, make, await make.staff(StaffRole.FINANCE))
    form = {
        "version": await version_of(make, taken),
        "amount": "10",
        "received_on": await in_days(make, taken, 0),
        "bank_reference": "BOC 1",
        "_form_key": secrets.token_urlsafe(18),
    }
    answers = [await finance.post(path(taken, "/payments"), form) for _ in range(2)]
    assert [each.status_code for each in answers] == [303, 303]
    order = await taken.record()
    count = "SELECT count(*) FROM payment WHERE order_id = $1"
    assert await make.owner.fetchval(count, order.id) == 1
    # The next payment is another form.
    another = {**form, "version": await version_of(make, taken), "_form_key": "b" * 24}
    assert (await finance.post(path(taken, "/payments"), another)).status_code == 303
    assert await make.owner.fetchval(count, order.id) == 2


async def test_a_date_for_a_line_that_ended_meanwhile_is_explained(
    site: Any, make: Factory
) -> None:
    case = await ordered(make, (await make.item(), "5"))
    await case.confirm()
    (line_id,) = await line_ids(make, case.reference)
    packer = await signed_in(site, make, case.warehouse)
    async with acting(case.sales):
        await cancel(await loaded(case.reference, case.sales), "Not needed", by=case.sales)
    form = {
        "lines-0-line": str(line_id),
        "lines-0-available_on": await in_days(make, Ordered(case.cast, case.reference), 3),
    }
    answer = await packer.post(f"/staff/warehouse/orders/{case.reference}/availability", form)
    assert answer.status_code == 303
    page = await packer.get(answer.headers["location"])
    assert page.status_code == 200
    assert "the state has changed to “Cancelled”" in page.text


async def test_the_warehouse_reads_no_amounts_at_an_order(site: Any, make: Factory) -> None:
    cast = await cast_of(make)
    await terms(make, cast, "in_advance")
    taken = await confirmed_order(make, await phone_order(make, cast, price="7391.2300"))
    finance = await signed_in(site, make, await make.staff(StaffRole.FINANCE))
    form = {
        "version": await version_of(make, taken),
        "amount": "391.23",
        "received_on": await in_days(make, taken, 0),
        "bank_reference": "BOC 1",
    }
    assert (await finance.post(path(taken, "/payments"), form)).status_code == 303
    assert "391.23" in (await finance.get(path(taken))).text
    packer = await signed_in(site, make, await warehouse_of(make, cast))
    packer.htmx = True
    for rest in ("", "/fragments/head", "/fragments/release", "/fragments/story"):
        page = await packer.get(path(taken, rest))
        assert page.status_code == 200
        assert "CN¥" not in page.text
        assert "391.23" not in page.text
    answer = await packer.get(path(taken, "/papers/confirmation"))
    assert answer.status_code == 403
    assert 'id="check-payment"' in (await packer.get(path(taken))).text  # what it waits for


async def test_ids_of_other_orders_in_a_form_lead_nowhere(site: Any, make: Factory) -> None:
    mine = await confirmed_order(make, stock="0")
    other = await ordered(make, (await make.item(kind="made_to_order"), "5"))
    await other.confirm()
    (foreign_line,) = await line_ids(make, other.reference)
    day = await in_days(make, mine, 2)
    supervisor = await signed_in(site, make, mine.cast.supervisor)
    common = {"line": str(foreign_line), "reason": "x", "on": day, "to": day, "quantity": "1"}
    for rest in ("/availability", "/safety-stock", "/production", "/production/move"):
        form = {**common, "version": await version_of(make, mine)}
        assert (await supervisor.post(path(mine, rest), form)).status_code == 404, rest
    form = {"ship_to": str(other.cast.account.ship_to_id), "reason": "x"}
    form["version"] = await version_of(make, mine)
    assert (await supervisor.post(path(mine, "/ship-to"), form)).status_code == 422
    form = {"other": other.reference, "version": await version_of(make, mine)}
    assert (await supervisor.post(path(mine, "/combination"), form)).status_code == 422
    lines = "SELECT production_on, available_on, reserved FROM sales_order_line WHERE id = $1"
    assert tuple(await make.owner.fetchrow(lines, foreign_line)) == (None, None, 0)
