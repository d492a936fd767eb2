"""What somebody could try on the pages of orders, stock and money, and what holds against it."""

import secrets
from typing import Any

from portal.domain.common.permissions import StaffRole
from portal.domain.orders.changes import cancel
from tests.domain.orders.fulfilling import ordered
from tests.domain.orders.stock_orders import line_ids
from tests.factories import Factory, acting
from tests.order_scenarios import Ordered, confirmed_order, loaded
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
    day = {"available_on": await in_days(make, Ordered(case.cast, case.reference), 3)}
    answer = await packer.post(f"/staff/warehouse/lines/{line_id}/availability", day)
    assert answer.status_code == 303
    page = await packer.get(answer.headers["location"])
    assert page.status_code == 200
    assert "the state has changed to “Cancelled”" in page.text
