"""The queue of orders and the entry of phone orders as clerks see them."""

import re
from typing import Any

from portal.domain.common.actor import Audience
from portal.domain.common.permissions import StaffRole
from portal.domain.orders import conversation
from tests.factories import Factory, acting
from tests.order_scenarios import agree_price, confirmed_order, loaded, phone_order, terms
from tests.scenarios import Cast, cast_of
from tests.visitor import signed_in

QUEUE = "/staff/orders"


def new(cast: Cast) -> str:
    return f"{QUEUE}/new?account={cast.account.code}"


async def test_the_filters_are_in_the_address_and_say_what_holds_an_order_up(
    site: Any, make: Factory
) -> None:
    cast = await cast_of(make)
    waiting = await phone_order(make, cast, title="Grease")
    await terms(make, cast, "in_advance")
    unpaid = await confirmed_order(make, await phone_order(make, cast, title="Gearbox"))
    clerk = await signed_in(site, make, cast.representative)
    page = (await clerk.get(QUEUE)).text
    assert waiting.reference in page
    assert unpaid.reference in page
    assert ">Unpaid<" in page
    only = (await clerk.get(f"{QUEUE}?unpaid=yes&owner=me")).text
    assert unpaid.reference in only
    assert waiting.reference not in only
    assert re.search(r'name="unpaid" value="yes" checked', only)
    to_confirm = (await clerk.get(f"{QUEUE}?status=to_confirm")).text
    assert waiting.reference in to_confirm
    assert unpaid.reference not in to_confirm
    assert waiting.reference in (await clerk.get("/staff")).text  # and on one's own page


async def test_a_question_about_goods_that_arrived_leads_from_the_worklist_to_the_order(
    site: Any, make: Factory
) -> None:
    cast = await cast_of(make)
    ordered = await phone_order(make, cast, title="Grease")
    buyer = cast.buyer
    async with acting(buyer):
        order = await loaded(ordered.reference, buyer)
        await conversation.write(order, "Is it good?", by=buyer, audience=Audience.CUSTOMER)
    await make.owner.execute(
        """UPDATE sales_order SET status = 'delivered', confirmed_at = placed_at
           WHERE reference = $1""",
        ordered.reference,
    )
    clerk = await signed_in(site, make, cast.representative)
    worklist = (await clerk.get("/staff")).text
    mine = worklist[worklist.index('id="answers"') : worklist.index('id="mine"')]
    address = f"{QUEUE}/{ordered.reference}"
    assert f'href="{address}"' in mine
    assert 'href="/staff/orders?status=answers_owed"' in worklist
    queue = (await clerk.get(f"{QUEUE}?status=answers_owed")).text
    assert f'href="{address}"' in queue
    assert '<option value="answers_owed" selected>Answers owed</option>' in queue
    assert ordered.reference not in (await clerk.get(QUEUE)).text.partition('id="list"')[2]
    async with acting(cast.representative):
        order = await loaded(ordered.reference, cast.representative)
        await conversation.write(
            order, "It is.", by=cast.representative, audience=Audience.CUSTOMER
        )
    assert 'id="answers"' not in (await clerk.get("/staff")).text


async def test_orders_of_other_teams_are_not_there(site: Any, make: Factory) -> None:  # rule A6
    ordered = await phone_order(make)
    stranger = await signed_in(site, make, await make.staff())
    page = (await stranger.get(f"{QUEUE}?status=any")).text
    assert ordered.reference not in page
    found = await stranger.get(f"/staff/search?q={ordered.reference}")
    assert f"{QUEUE}/{ordered.reference}" not in found.text
    packer = await signed_in(site, make, await make.staff(StaffRole.WAREHOUSE))
    assert ordered.reference in (await packer.get(f"{QUEUE}?status=any")).text


async def test_a_view_is_kept_and_deleted_by_its_owner_only(site: Any, make: Factory) -> None:
    cast = await cast_of(make)
    clerk = await signed_in(site, make, cast.representative)
    await clerk.get(f"{QUEUE}?held=yes")
    kept = await clerk.post(f"{QUEUE}/views", {"name": "Waits", "held": "yes"})
    assert kept.headers["location"] == f"{QUEUE}?held=yes"
    delete = re.search(r"/staff/orders/views/(\d+)/delete", (await clerk.get(QUEUE)).text)
    assert delete
    colleague = await signed_in(site, make, cast.colleague)
    assert (await colleague.post(delete[0])).status_code == 404
    assert (await clerk.post(delete[0])).status_code == 303
    nameless = await clerk.post(f"{QUEUE}/views", {"name": " ", "held": "yes"})
    assert nameless.status_code == 422


async def test_a_phone_order_may_be_incomplete_and_says_what_is_missing(  # rule O1
    site: Any, make: Factory
) -> None:
    cast = await cast_of(make)
    await agree_price(make, cast)
    clerk = await signed_in(site, make, cast.assistant)
    empty = (await clerk.get(new(cast))).text
    # Nothing is said for the caller beforehand: neither the way nor the only place.
    assert empty.count('<option value="">Not said</option>') == 2
    assert " selected" not in empty[empty.index('id="order-form"') :]
    form = {
        "title": "Call-off",
        "ordered_by_name": "Li Wei",
        "lines-0-sku": cast.sku,
        "lines-0-quantity": "4",
    }
    placed = await clerk.post(new(cast), form)
    assert placed.status_code == 303, placed.text
    address = placed.headers["location"]
    page = (await clerk.get(address)).text
    assert "Missing: delivery time, transport, and place of delivery." in page
    assert f"{address}/completion" in page
    asked = (await clerk.get(f"{address}/completion")).text
    version = re.search(r'name="version" value="(\d+)"', asked)
    assert version
    rest = {
        "version": version[1],
        "ordered_by_name": "Li Wei",
        "title": "Call-off",
        "transport": "road",
        "ship_to": str(cast.account.ship_to_id),
        "wanted_on": "2020-01-01",
        "lines-0-position": "1",
        "lines-0-unit_price": "11",
    }
    refused = await clerk.post(f"{address}/completion", rest)
    assert refused.status_code == 422
    assert 'href="#field-wanted_on"' in refused.text
    late = {**rest, "wanted_on": "2031-05-05", "version": "77"}
    conflict = await clerk.post(f"{address}/completion", late)
    assert conflict.status_code == 409
    assert "Two versions" in conflict.text
    assert "2031-05-05" in conflict.text
    day = await make.owner.fetchval("SELECT (business_now() + interval '9 days')::date::text")
    done = await clerk.post(f"{address}/completion", {**rest, "wanted_on": day})
    assert done.status_code == 303, done.text
    assert "Missing:" not in (await clerk.get(address)).text


async def test_what_cannot_be_ordered_comes_back_with_everything_typed(
    site: Any, make: Factory
) -> None:
    cast = await cast_of(make)
    clerk = await signed_in(site, make, cast.assistant)
    form = {
        "title": "Call-off",
        "ordered_by_name": "",
        "lines-0-sku": "NO-SUCH",
        "lines-0-quantity": "4",
        "lines-1-description": "Something",
        "lines-1-quantity": "0",
    }
    refused = await clerk.post(new(cast), form)
    assert refused.status_code == 422
    assert 'value="NO-SUCH"' in refused.text
    assert 'href="#field-lines-0-sku"' in refused.text
    assert 'href="#field-ordered_by_name"' in refused.text


async def test_the_catalogue_is_searched_in_the_form_with_and_without_script(
    site: Any, make: Factory
) -> None:
    cast = await cast_of(make)
    await make.stock(cast.item_id, "7")
    clerk = await signed_in(site, make, cast.assistant)
    without = await clerk.post(new(cast), {"find": cast.sku, "_find": "yes", "title": "Kept"})
    assert without.status_code == 200
    assert 'value="Kept"' in without.text
    assert "7 pcs free" in without.text
    picked = await clerk.post(new(cast), {"_pick": cast.sku, "title": "Kept"})
    assert f'value="{cast.sku}"' in picked.text
    more = await clerk.post(new(cast), {"_add_lines": "1", "lines-0-sku": "X"})
    assert 'name="lines-1-sku"' in more.text
    clerk.htmx = True
    address = f"{QUEUE}/new/catalogue?account={cast.account.code}&find={cast.sku}"
    found = (await clerk.get(address)).text
    assert found.lstrip().startswith("{#") or "<!doctype" not in found
    assert cast.sku in found


async def test_the_caller_is_a_contact_or_somebody_else(site: Any, make: Factory) -> None:
    cast = await cast_of(make)
    contact = await make.owner.fetchval(
        "SELECT id FROM contact WHERE person_id = $1", cast.buyer.person_id
    )
    clerk = await signed_in(site, make, cast.assistant)
    page = (await clerk.get(new(cast))).text
    assert f'<option value="{contact}">{cast.buyer.name}</option>' in page
    form = {"contact": str(contact), "lines-0-sku": cast.sku, "lines-0-quantity": "4"}
    both = await clerk.post(new(cast), {**form, "ordered_by_name": "Li Wei"})
    assert both.status_code == 422
    assert "Choose a contact or write another name, not both." in both.text
    assert f'<option value="{contact}" selected>' in both.text
    placed = await clerk.post(new(cast), form)
    assert placed.status_code == 303, placed.text
    assert cast.buyer.name in (await clerk.get(placed.headers["location"])).text


async def test_a_phone_order_sent_twice_is_one(site: Any, make: Factory) -> None:
    cast = await cast_of(make)
    clerk = await signed_in(site, make, cast.assistant)
    form = {
        "ordered_by_name": "Li Wei",
        "lines-0-sku": cast.sku,
        "lines-0-quantity": "4",
        "_form_key": "phone-order-sent-twice",
    }
    first, second = await clerk.post(new(cast), form), await clerk.post(new(cast), form)
    assert first.headers["location"] == second.headers["location"]


async def test_only_who_works_on_orders_enters_them(site: Any, make: Factory) -> None:
    cast = await cast_of(make)
    packer = await signed_in(site, make, await make.staff(StaffRole.WAREHOUSE))
    assert (await packer.get(new(cast))).status_code == 403
    stranger = await signed_in(site, make, await make.staff())
    assert (await stranger.get(new(cast))).status_code == 404  # rule A6
    assert "Who orders" in (await stranger.get(f"{QUEUE}/new")).text
