"""The queue of complaints, taking one on the phone, and where else staff find them."""

import re
from typing import Any

from portal.domain.common.permissions import StaffRole
from tests.complaint_cures import chosen_complaint, compensating
from tests.complaint_scenarios import care_of, filed_complaint, taken_complaint
from tests.factories import Factory
from tests.staff.conftest import CountStatements
from tests.visitor import signed_in

QUEUE = "/staff/complaints"


async def test_the_filters_are_in_the_address_and_views_are_ones_own(
    site: Any, make: Factory
) -> None:
    care = await care_of(make)
    quality = await filed_complaint(make, care)
    late = await filed_complaint(make, care, category="delivery", title="It came late")
    clerk = await signed_in(site, make, care.after_sales)
    account = f"account={care.cast.account.id}"
    page = (await clerk.get(f"{QUEUE}?{account}")).text
    assert quality.reference in page
    assert late.reference in page
    only = (await clerk.get(f"{QUEUE}?{account}&category=delivery&owner=me")).text
    assert late.reference in only  # whom the route names owns it, rule C4
    assert quality.reference not in only
    assert '<option value="delivery" selected>' in only
    assert late.reference not in (await clerk.get(f"{QUEUE}?{account}&major=yes")).text
    kept = await clerk.post(f"{QUEUE}/views", {"name": "Late ones", "category": "delivery"})
    assert kept.headers["location"] == f"{QUEUE}?category=delivery"
    delete = re.search(rf"{QUEUE}/views/(\d+)/delete", (await clerk.get(QUEUE)).text)
    assert delete
    colleague = await signed_in(site, make, care.quality)
    assert (await colleague.post(delete[0])).status_code == 404
    assert (await clerk.post(delete[0])).status_code == 303
    assert (await clerk.post(f"{QUEUE}/views", {"name": " "})).status_code == 422


async def test_somebody_outside_sees_only_what_they_took(site: Any, make: Factory) -> None:
    care = await care_of(make)
    filed = await filed_complaint(make, care)
    packer = await make.staff(StaffRole.WAREHOUSE)
    taken = await taken_complaint(make, care, by=packer)
    visitor = await signed_in(site, make, packer)
    page = (await visitor.get(f"{QUEUE}?status=any")).text
    assert taken.reference in page  # rules A6, C14
    assert filed.reference not in page
    assert (await visitor.get(f"{QUEUE}/{filed.reference}")).status_code == 404
    found = await visitor.get(f"/staff/search?q={filed.reference}")
    assert f"{QUEUE}/{filed.reference}" not in found.text
    exact = await visitor.get(f"/staff/search?q={taken.reference.lower()}")
    assert exact.headers["location"] == f"{QUEUE}/{taken.reference}"


async def test_anybody_takes_a_complaint_of_any_customer_on_one_form(  # rules C1, C14
    site: Any, make: Factory
) -> None:
    care = await care_of(make)
    account = care.cast.account
    name = await make.owner.fetchval("SELECT name FROM account WHERE id = $1", account.id)
    packer = await make.staff(StaffRole.WAREHOUSE)
    visitor = await signed_in(site, make, packer)
    choice = await visitor.get(f"{QUEUE}/new?q={account.code}")
    assert name in choice.text
    assert (await visitor.get(f"{QUEUE}/new?account=NO-SUCH")).status_code == 404
    path = f"{QUEUE}/new?account={account.code}"
    form = (await visitor.get(path)).text
    assert care.buyer.name not in form  # its people are for who sees its file (rule A6)
    said = {
        "channel": "phone",
        "kind": "complaint",
        "reported_name": "Li Wei",
        "lines-0-sku": care.cast.sku,
        "lines-0-quantity": "x",
        "lines-0-batch": "B7",
        "_form_key": "complaint-taken-twice",
    }
    refused = await visitor.post(path, said)
    assert refused.status_code == 422
    for field in ("category", "description", "lines-0-quantity"):
        assert f'href="#field-{field}"' in refused.text
    assert 'value="Li Wei"' in refused.text
    more = await visitor.post(path, {**said, "_add_lines": "1"})
    assert 'name="lines-1-sku"' in more.text
    whole = {**said, "category": "quality", "description": "Hot", "lines-0-quantity": "2"}
    first, second = await visitor.post(path, whole), await visitor.post(path, whole)
    assert first.status_code == 303, first.text
    assert first.headers["location"] == second.headers["location"]
    page = (await visitor.get(first.headers["location"])).text
    assert f"Hotline · {packer.name}" in page
    assert "B7" in page


async def test_what_waits_stands_on_the_first_page_and_on_the_customers(
    site: Any, make: Factory
) -> None:
    chosen = await chosen_complaint(make, **compensating("2"))
    care = chosen.care
    # After-sales proposed it: a colleague of the same role decides (rule C7).
    colleague = await make.staff(StaffRole.AFTER_SALES, branch_id=care.cast.account.branch_id)
    approver = await signed_in(site, make, colleague)
    home = (await approver.get("/staff")).text
    assert "Waits for your approval" in home
    assert chosen.reference in home
    supervisor = await signed_in(site, make, care.service)
    assert chosen.reference in (await supervisor.get("/staff")).text
    file = (await supervisor.get(f"/staff/accounts/{care.cast.account.code}")).text
    assert chosen.reference in file
    found = (await supervisor.get("/staff/search?q=bearings run hot")).text
    assert chosen.reference in found


async def test_queue_and_page_ask_few_statements(
    site: Any, make: Factory, count_statements: CountStatements
) -> None:
    chosen = await chosen_complaint(make, **compensating("2"))
    clerk = await signed_in(site, make, chosen.care.after_sales)
    path = f"{QUEUE}/{chosen.reference}"
    for address in (QUEUE, path):
        await clerk.get(address)
    with count_statements() as queue:
        await clerk.get(QUEUE)
    with count_statements() as page:
        await clerk.get(path)
    assert len(queue) <= 6, "\n".join(queue)
    assert len(page) <= 15, "\n".join(page)
