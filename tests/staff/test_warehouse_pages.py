"""The warehouse's pages: today's list, packing, hand-over, the way, the signed note, shortages."""

import base64
import re
from datetime import timedelta
from typing import Any

from portal.database import database_now
from portal.domain.common.permissions import StaffRole
from portal.domain.orders import changes, combining
from tests.domain.orders.fulfilling import Case, item_in_stock, ordered, scheduled
from tests.domain.orders.stock_orders import line_ids
from tests.factories import Factory, acting
from tests.order_scenarios import confirmed_order, loaded, phone_order
from tests.scenarios import cast_of
from tests.visitor import Visitor, signed_in

HOME = "/staff/warehouse"
# One grey point.
PHOTO = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
)


def order_path(case: Case, rest: str = "") -> str:
    return f"{HOME}/orders/{case.reference}{rest}"


def shipment_path(reference: str, rest: str = "") -> str:
    return f"{HOME}/shipments/{reference}{rest}"


async def packer_of(case: Case, site: Any, make: Factory) -> Visitor:
    return await signed_in(site, make, case.warehouse)


async def shipment_version(make: Factory, reference: str) -> str:
    sql = "SELECT version FROM shipment WHERE reference = $1"
    return str(await make.owner.fetchval(sql, reference))


async def day(case: Case, ahead: int) -> str:
    async with acting(case.warehouse):
        return str((await database_now()).date() + timedelta(days=ahead))


async def in_stock(make: Factory, *quantities: str) -> Case:
    item = await item_in_stock(make, ("A-1", "6"), ("B-2", "20"))
    return await scheduled(make, (item, quantities[0] if quantities else "10"))


async def test_todays_list_is_led_by_what_is_due_and_shows_no_prices(
    site: Any, make: Factory
) -> None:
    case = await in_stock(make)
    packer = await packer_of(case, site, make)
    page = (await packer.get(HOME)).text
    assert case.reference in page
    assert case.cast.account.name in page
    for address in (HOME, order_path(case)):
        shown = (await packer.get(address)).text
        assert "CN¥" not in shown
        assert "Cut-off" in shown or address != HOME
    record = (await packer.get(f"/staff/orders/{case.reference}")).text
    assert "Unit price" not in record  # nor on the order's own page


async def test_packing_takes_the_oldest_batch_first_and_others_when_chosen(
    site: Any, make: Factory
) -> None:
    case = await in_stock(make)
    packer = await packer_of(case, site, make)
    assert "Start packing" in (await packer.get(order_path(case))).text
    started = await packer.post(order_path(case, "/preparation"))
    assert started.status_code == 303
    reference = started.headers["location"].rsplit("/", 1)[1]
    assert await case.picked(reference) == [(1, "A-1", 6), (1, "B-2", 4)]
    page = (await packer.get(shipment_path(reference, "?do=batches"))).text
    fields = dict(re.findall(r'name="(lines-\d+-(?:line|batch))" value="([^"]*)"', page))
    version = {"version": await shipment_version(make, reference)}
    rows = {
        fields[f"lines-{row}-batch"]: f"lines-{row}-quantity" for row in range(len(fields) // 2)
    }
    too_much = {**fields, **version, rows["A-1"]: "", rows["B-2"]: "99"}
    refused = await packer.post(shipment_path(reference, "/batches"), too_much)
    assert refused.status_code == 422
    assert 'value="99"' in refused.text
    chosen = {**fields, **version, rows["A-1"]: "", rows["B-2"]: "10"}
    assert (await packer.post(shipment_path(reference, "/batches"), chosen)).status_code == 303
    assert await case.picked(reference) == [(1, "B-2", 10)]


async def test_of_two_who_start_packing_the_second_is_told(site: Any, make: Factory) -> None:
    case = await in_stock(make)
    packer = await packer_of(case, site, make)
    assert (await packer.post(order_path(case, "/preparation"))).status_code == 303
    late = await packer.post(order_path(case, "/preparation"))
    assert late.status_code == 409
    assert "is being prepared for this order already" in late.text


async def test_handed_over_delayed_and_signed_for_with_a_photograph(  # rules O14, O16
    site: Any, make: Factory
) -> None:
    case = await in_stock(make)
    reference = await case.prepare()
    packer = await packer_of(case, site, make)
    form = {"version": await shipment_version(make, reference), "carrier": "", "parcels": "2"}
    refused = await packer.post(shipment_path(reference, "/hand-over"), form)
    assert refused.status_code == 422
    assert 'href="#field-carrier"' in refused.text
    sent = await packer.post(
        shipment_path(reference, "/hand-over"),
        {**form, "carrier": "SF Express", "tracking_number": "SF 1"},
    )
    assert sent.status_code == 303
    assert reference in (await packer.get(f"{HOME}/on-the-way")).text
    delayed = {
        "version": await shipment_version(make, reference),
        "what": "Bridge closed",
        "expected_on": await day(case, 4),
    }
    told = await packer.post(shipment_path(reference, "/exceptions"), delayed)
    assert told.status_code == 303
    assert "Bridge closed" in (await packer.get(f"{HOME}/on-the-way")).text
    page = (await packer.get(shipment_path(reference))).text
    assert 'capture="environment"' in page
    moment = re.search(r'name="delivered_at" value="([^"]+)"', page)
    assert moment
    signed = {
        "version": await shipment_version(make, reference),
        "signed_by": "Chen Hong",
        "delivered_at": moment[1],
        "_form_key": f"signed-note-of-{reference}",
    }
    without = await packer.post(shipment_path(reference, "/delivery"), signed)
    assert without.status_code == 422
    assert "Photograph the signed delivery note" in without.text
    photo = {"files": ("note.png", PHOTO, "image/png")}
    done = await packer.post(shipment_path(reference, "/delivery"), signed, files=photo)
    assert done.status_code == 303, done.text
    assert await case.status() == "delivered"
    page = (await packer.get(shipment_path(reference))).text
    assert "note.png" in page
    found = re.search(r'href="(/staff/orders/files/[^"]+)"', page)
    assert found
    assert (await packer.get(found[1])).status_code == 200


async def test_what_is_not_released_does_not_leave_and_says_why(  # rule O10
    site: Any, make: Factory
) -> None:
    case = await in_stock(make)
    reference = await case.prepare()
    await make.owner.execute("DELETE FROM credit_limit WHERE account_id = $1", case.cast.account.id)
    packer = await packer_of(case, site, make)
    form = {
        "version": await shipment_version(make, reference),
        "carrier": "SF Express",
        "parcels": "1",
    }
    refused = await packer.post(shipment_path(reference, "/hand-over"), form)
    assert refused.status_code == 409
    assert "Still open: Credit limit." in refused.text
    assert "CN¥" not in refused.text  # the warehouse sees no money
    assert 'value="SF Express"' in refused.text


async def test_goods_are_put_back_with_a_reason(site: Any, make: Factory) -> None:
    case = await in_stock(make)
    reference = await case.prepare()
    packer = await packer_of(case, site, make)
    form = {"version": await shipment_version(make, reference), "reason": ""}
    assert (await packer.post(shipment_path(reference, "/withdrawal"), form)).status_code == 422
    form["reason"] = "Wrong pallet"
    assert (await packer.post(shipment_path(reference, "/withdrawal"), form)).status_code == 303
    assert await case.status() == "scheduled"


async def test_a_changed_place_is_confirmed_on_the_list(  # rule O13
    site: Any, make: Factory
) -> None:
    case = await in_stock(make)
    site_b = await make.insert(
        "ship_to", account_id=case.cast.account.id, label="Site B", address="No. 9 Dock Road"
    )
    sales = await signed_in(site, make, case.sales)
    version = "SELECT version FROM sales_order WHERE reference = $1"
    change = {
        "version": str(await make.owner.fetchval(version, case.reference)),
        "ship_to": str(site_b),
        "reason": "The machine stands there.",
    }
    moved = await sales.post(f"/staff/orders/{case.reference}/ship-to", change)
    assert moved.status_code == 303
    packer = await packer_of(case, site, make)
    page = (await packer.get(HOME)).text
    assert "Delivery place changed" in page
    assert "Site B" in page
    assert "Start packing" not in (await packer.get(order_path(case))).text
    seen = {"version": str(await make.owner.fetchval(version, case.reference))}
    assert (await packer.post(order_path(case, "/ship-to/seen"), seen)).status_code == 303
    assert "Start packing" in (await packer.get(order_path(case))).text


async def test_a_changed_place_is_confirmed_while_packing(  # rule O13
    site: Any, make: Factory
) -> None:
    case = await in_stock(make)
    reference = await case.prepare()
    place = await make.insert(
        "ship_to", account_id=case.cast.account.id, label="Site B", address="No. 9 Dock Road"
    )
    async with acting(case.sales):
        order = await loaded(case.reference, case.sales)
        await changes.change_ship_to(order, place, "The machine stands there.", by=case.sales)
    packer = await packer_of(case, site, make)
    before = await packer.get(shipment_path(reference))
    assert f'action="{shipment_path(reference, "/ship-to/seen")}"' in before.text
    stale = await packer.post(shipment_path(reference, "/ship-to/seen"), {"version": "1"})
    assert stale.status_code == 409
    seen = {"version": await shipment_version(make, reference)}
    noted = await packer.post(shipment_path(reference, "/ship-to/seen"), seen)
    assert (noted.status_code, noted.headers["location"]) == (303, shipment_path(reference))
    assert "I have seen it" not in (await packer.get(shipment_path(reference))).text


async def test_orders_that_travel_together_are_pointed_out_on_both(  # rule O12
    site: Any, make: Factory
) -> None:
    first = await in_stock(make)
    others = [
        await scheduled(make, (await item_in_stock(make, ("D1", "40")), "1"), cast=first.cast)
        for _ in range(2)
    ]
    for other in others:
        async with acting(first.sales):
            order = await loaded(other.reference, first.sales)
            await combining.combine_with(order, first.reference, by=first.sales)
    note = await first.prepare()
    packer = await packer_of(first, site, make)
    for other, sibling in ((others[0], others[1]), (others[1], others[0])):
        page = (await packer.get(order_path(other))).text
        assert f'href="{shipment_path(note)}">{first.reference} · {note}' in page
        assert f'href="{order_path(sibling)}">{sibling.reference}</a>' in page
    bench = (await packer.get(shipment_path(note))).text
    assert all(f'href="{order_path(other)}">{other.reference}</a>' in bench for other in others)
    # Sales reads at the other orders that the goods they wait for are being packed.
    sales = await signed_in(site, make, first.sales)
    told = f"{first.reference}, which travels with it, is being prepared: {note}"
    assert told in (await sales.get(f"/staff/orders/{others[0].reference}")).text


async def test_holds_are_listed_with_their_place(site: Any, make: Factory) -> None:  # rule O12
    case = await in_stock(make)
    await make.owner.execute(
        """UPDATE sales_order SET held_at = now(), hold_reason = 'Painting', hold_place = 'B-12'
           WHERE reference = $1""",
        case.reference,
    )
    page = (await (await packer_of(case, site, make)).get(f"{HOME}/held")).text
    assert case.reference in page
    assert "B-12" in page


async def test_the_short_lines_of_an_order_are_confirmed_at_once(  # rule O15
    site: Any, make: Factory
) -> None:
    case = await ordered(make, *[(await make.item(), "5") for _ in range(3)])
    await case.confirm()
    lines = await line_ids(make, case.reference)
    address = f"{HOME}/orders/{case.reference}/availability"
    packer = await packer_of(case, site, make)
    assert address in (await packer.get(f"{HOME}/short")).text
    shown = {f"lines-{row}-line": str(line) for row, line in enumerate(lines)}
    soon, past = await day(case, 3), await day(case, -3)
    refused = await packer.post(address, {**shown, "lines-1-available_on": past})
    assert refused.status_code == 422
    assert f'name="lines-1-available_on" value="{past}"' in refused.text
    assert "The expected day cannot be in the past." in refused.text
    assert (await packer.post(address, shown)).status_code == 422  # no day at all
    days = {f"lines-{row}-available_on": soon for row in range(2)}
    assert (await packer.post(address, {**shown, **days})).status_code == 303
    (event,) = await make.events("order.short", case.cast.account.id)
    assert event["line_ids"] == lines[:2]
    page = (await packer.get(f"{HOME}/short")).text
    card = page[page.index(f'id="order-{case.reference}"') :].split("data-row")[0]
    assert card.count("Confirmed today") == 2
    stranger = await signed_in(site, make, await make.staff())
    assert (await stranger.post(address, {**shown, **days})).status_code == 404  # rule A6


async def test_the_pages_are_the_warehouses_alone(site: Any, make: Factory) -> None:
    case = await in_stock(make)
    reference = await case.prepare()
    sales = await signed_in(site, make, case.sales)
    for address in (HOME, f"{HOME}/packing", order_path(case), shipment_path(reference)):
        assert (await sales.get(address)).status_code == 403
    packer = await packer_of(case, site, make)
    for address in ("packing", "on-the-way", "short", "held"):
        assert (await packer.get(f"{HOME}/{address}")).status_code == 200
    assert (await packer.get(shipment_path("DN-2020-99999"))).status_code == 404
    assert (await packer.get(f"{HOME}/orders/SO-2020-99999")).status_code == 404


async def test_the_warehouse_starts_at_its_list(site: Any, make: Factory) -> None:
    cast = await cast_of(make)
    await confirmed_order(make, await phone_order(make, cast))
    packer = await make.staff(StaffRole.WAREHOUSE, branch_id=cast.account.branch_id)
    page = (await (await signed_in(site, make, packer)).get("/staff")).text
    first = page.index('href="/staff/warehouse"')
    assert (
        first < page.index('href="/staff" aria-current') if 'href="/staff" aria' in page else True
    )
    assert 'href="/staff/quotes"' not in page
