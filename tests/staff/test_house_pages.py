"""Colleagues, the policy and orders on the staff's pages."""

from typing import Any

from portal.domain.common.permissions import StaffRole
from portal.settings import Settings
from tests.factories import Factory, unique
from tests.scenarios import accepted_quote
from tests.visitor import signed_in


async def test_an_administrator_invites_a_colleague_once(site: Any, make: Factory) -> None:
    admin = await signed_in(site, make, await make.staff(StaffRole.ADMINISTRATOR))
    await admin.get("/staff/people/new")
    email = f"{unique('new')}@hengda.example"
    form = {
        "name": "Hu Jie 胡杰",
        "email": email,
        "role": "sales_assistant",
        "_form_key": unique("invite-a-colleague-key-"),
    }
    first, second = await admin.post("/staff/people", form), await admin.post("/staff/people", form)
    assert first.status_code == 303, first.text
    assert first.headers["location"] == second.headers["location"]
    page = (await admin.get(first.headers["location"])).text
    assert "Hu Jie 胡杰" in page
    assert "Invited" in page
    found = (await admin.get("/staff/people?q=胡杰")).text
    assert email in (await admin.get(first.headers["location"])).text
    assert "Hu Jie 胡杰" in found


async def test_an_address_that_is_taken_is_refused_at_its_field(site: Any, make: Factory) -> None:
    known = await make.staff()
    admin = await signed_in(site, make, await make.staff(StaffRole.ADMINISTRATOR))
    await admin.get("/staff/people/new")
    form = {"name": "Twice", "email": await make.email(known), "role": "warehouse"}
    refused = await admin.post("/staff/people", form)
    assert refused.status_code == 422
    assert 'href="#field-email"' in refused.text
    assert 'value="Twice"' in refused.text


async def test_only_administrators_see_and_use_what_changes_colleagues(
    site: Any, make: Factory
) -> None:
    colleague = await make.staff()
    clerk = await signed_in(site, make, await make.staff(StaffRole.SALES_SUPERVISOR))
    address = f"/staff/people/{colleague.staff_member_id}"
    page = (await clerk.get(address)).text
    assert colleague.name in page
    assert f'action="{address}"' not in page
    for path in (address, f"{address}/disable", f"{address}/enable", "/staff/people"):
        assert (await clerk.post(path, {"role": "administrator"})).status_code == 403
    assert (await clerk.get("/staff/people/new")).status_code == 403


async def test_two_administrators_see_both_versions_of_a_post(site: Any, make: Factory) -> None:
    colleague = await make.staff(StaffRole.WAREHOUSE)
    one = await signed_in(site, make, await make.staff(StaffRole.ADMINISTRATOR))
    other = await signed_in(site, make, await make.staff(StaffRole.ADMINISTRATOR))
    address = f"/staff/people/{colleague.staff_member_id}"
    await one.get(address)
    theirs = {"role": "finance", "job_title": "Cashier", "version": "1"}
    assert (await other.post(address, theirs)).status_code == 303
    mine = {"role": "warehouse", "job_title": "Head of stock", "version": "1"}
    late = await one.post(address, mine)
    assert late.status_code == 409
    for words in ("Two versions", "Cashier", "Head of stock"):
        assert words in late.text


async def test_a_disabled_colleague_is_signed_out_and_can_be_let_in_again(
    site: Any, make: Factory
) -> None:
    colleague = await make.staff()
    them = await signed_in(site, make, colleague)
    admin = await signed_in(site, make, await make.staff(StaffRole.ADMINISTRATOR))
    address = f"/staff/people/{colleague.staff_member_id}"
    assert "ends at once" in (await admin.get(f"{address}/disable")).text
    assert (await admin.post(f"{address}/disable")).status_code == 303
    assert (await them.get("/staff")).status_code == 303  # to the sign-in page
    assert "Cannot sign in." in (await admin.get(address)).text
    assert (await admin.post(f"{address}/enable")).status_code == 303


async def test_nobody_disables_themselves(site: Any, make: Factory) -> None:
    admin = await make.staff(StaffRole.ADMINISTRATOR)
    visitor = await signed_in(site, make, admin)
    address = f"/staff/people/{admin.staff_member_id}"
    assert f"{address}/disable" not in (await visitor.get(address)).text
    assert (await visitor.post(f"{address}/disable")).status_code in {409, 422}


async def test_the_policy_shows_figures_rules_and_what_holds_for_some_only(
    site: Any, make: Factory
) -> None:
    admin = await signed_in(site, make, await make.staff(StaffRole.ADMINISTRATOR))
    page = (await admin.get("/staff/policy")).text
    for words in ("Quote for an urgent request", "Q2", "due after 8 h, warned after 4 h"):
        assert words in page
    assert "<form" not in page[page.index('<main id="content"') : page.index("</main>")]
    clerk = await signed_in(site, make, await make.staff())
    assert (await clerk.get("/staff/policy")).status_code == 403


async def test_an_order_shows_what_was_agreed_and_who_confirmed(
    site: Any, make: Factory, settings: Settings
) -> None:
    filed = await accepted_quote(make, settings)
    assert filed.order
    clerk = await signed_in(site, make, filed.cast.representative)
    assert filed.order.order_reference in (await clerk.get("/staff/orders")).text
    page = (await clerk.get(f"/staff/orders/{filed.order.order_reference}")).text
    assert f"Ordered by {filed.cast.buyer.name}." in page
    assert "565.00" in page
    stranger = await signed_in(site, make, await make.staff())
    hidden = await stranger.get(f"/staff/orders/{filed.order.order_reference}")  # rule A6
    assert hidden.status_code == 404
    assert filed.order.order_reference not in (await stranger.get("/staff/orders")).text
