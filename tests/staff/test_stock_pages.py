"""The stock of an item as the warehouse and its manager see and book it (rules O5, O15, O19)."""

import re
from dataclasses import dataclass
from typing import Any

import pytest

from portal.domain.common.permissions import StaffRole
from tests.domain.orders.stock_orders import order_of, reserve, reserved_of
from tests.factories import Factory
from tests.visitor import Visitor, signed_in

REASON = "Supplier's note 4711"


@dataclass
class Shelf:
    """An item with twenty good pieces of a batch, and where its stock is shown."""

    item_id: int
    path: str

    async def lot(self, make: Factory, condition: str = "good") -> str:
        found = await make.owner.fetchval(
            "SELECT id FROM stock_lot WHERE item_id = $1 AND condition = $2",
            self.item_id,
            condition,
        )
        return f"{self.path}/lots/{found}"


@pytest.fixture
async def keeper(site: Any, make: Factory) -> Visitor:
    return await signed_in(site, make, await make.staff(StaffRole.WAREHOUSE))


@pytest.fixture
async def manager(site: Any, make: Factory) -> Visitor:
    return await signed_in(site, make, await make.staff(StaffRole.DUTY_MANAGER))


@pytest.fixture
async def shelf(make: Factory) -> Shelf:
    item_id = await make.item()
    await make.stock(item_id, 20, batch="B2609-03")
    sku = await make.owner.fetchval("SELECT sku FROM item WHERE id = $1", item_id)
    return Shelf(item_id, f"/staff/catalogue/{sku}/stock")


def figures(page: str, row: str) -> list[str]:
    """The numbers in the row of a table that begins with `row`."""
    found = re.search(rf"<th [^>]*>{row}</th>(.*?)</tr>", page, re.DOTALL)
    assert found, row
    cells = re.findall(r"<td [^>]*>(.*?)</td>", found[1], re.DOTALL)
    return [re.sub(r"<[^>]+>|\s", "", cell) for cell in cells]


async def test_a_receipt_is_booked_and_goes_to_who_waits(  # rules O15, O19
    keeper: Visitor, make: Factory, shelf: Shelf
) -> None:
    sales = await make.staff()
    waits = await order_of(
        make, await make.account(), sales, (shelf.item_id, 25), status="confirmed"
    )
    await reserve(waits, sales)
    fields = {"quantity": "10", "condition": "good", "batch": "b2610-01", "reason": REASON}
    assert (await keeper.get(f"{shelf.path}/receipt")).status_code == 200
    booked = await keeper.post(f"{shelf.path}/receipt", fields)
    assert booked.status_code == 303
    page = (await keeper.get(booked.headers["location"])).text
    assert f"reserved for who waited: {waits}" in page
    assert figures(page, "Good") == ["30", "25", "0", "5"]
    for text in ("B2610-01", "+10", "Supplier&#39;s note 4711"):
        assert text in page
    assert await reserved_of(make, waits) == [25]


async def test_a_receipt_sent_twice_is_booked_once(
    keeper: Visitor, make: Factory, shelf: Shelf
) -> None:
    found = re.search(
        r'name="_form_key" value="([^"]+)"', (await keeper.get(f"{shelf.path}/receipt")).text
    )
    assert found
    fields = {"quantity": "10", "condition": "good", "reason": REASON, "_form_key": found[1]}
    for _ in range(2):
        assert (await keeper.post(f"{shelf.path}/receipt", fields)).status_code == 303
    assert figures((await keeper.get(shelf.path)).text, "Good")[0] == "30"


async def test_what_is_wrong_with_a_receipt_is_named(keeper: Visitor, shelf: Shelf) -> None:
    page = await keeper.post(
        f"{shelf.path}/receipt", {"quantity": "-3", "condition": "lost", "batch": "B9"}
    )
    assert page.status_code == 422
    for field in ("quantity", "condition", "reason"):
        assert f'href="#field-{field}"' in page.text
    assert 'value="B9"' in page.text


async def test_damaged_goods_are_set_apart_and_orders_are_short_again(  # rules O15, O19
    keeper: Visitor, make: Factory, shelf: Shelf
) -> None:
    sales = await make.staff()
    order = await order_of(
        make, await make.account(), sales, (shelf.item_id, 18), status="confirmed"
    )
    await reserve(order, sales)
    form = f"{await shelf.lot(make)}/regrade"
    assert (await keeper.get(form)).status_code == 200
    moved = await keeper.post(form, {"quantity": "6", "to": "damaged", "reason": "Water"})
    assert moved.status_code == 303
    page = (await keeper.get(shelf.path)).text
    assert f"Short again: {order}" in page
    assert figures(page, "Good") == ["14", "14", "0", "0"]
    assert figures(page, "Damaged") == ["6", "0", "0", "–"]
    too_many = await keeper.post(form, {"quantity": "15", "to": "gift", "reason": "Campaign"})
    assert too_many.status_code == 409
    assert "Only 14 are on hand." in too_many.text
    assert 'value="15"' in too_many.text


async def test_the_manager_adjusts_to_what_was_counted(  # rule O19
    manager: Visitor, keeper: Visitor, make: Factory, shelf: Shelf
) -> None:
    form = f"{await shelf.lot(make)}/adjustment"
    assert "20 are booked" in (await manager.get(form)).text
    assert (await keeper.get(form)).status_code == 403
    fields = {"counted": "17", "booked": "20", "reason": ""}
    assert (await manager.post(form, fields)).status_code == 422
    adjusted = await manager.post(form, {**fields, "reason": "Weekly count"})
    assert adjusted.status_code == 303
    page = (await manager.get(shelf.path)).text
    assert figures(page, "Good")[0] == "17"
    assert "−3" in page
    late = await manager.post(form, {**fields, "reason": "Weekly count", "counted": "19"})
    assert late.status_code == 409
    assert "17 are booked now" in late.text
    assert 'name="booked" value="17"' in late.text


async def test_goods_found_in_no_lot_are_booked_by_the_manager(
    manager: Visitor, shelf: Shelf
) -> None:
    form = f"{shelf.path}/adjustment"
    fields = {"counted": "3", "booked": "0", "condition": "gift", "reason": "Found on shelf C"}
    assert (await manager.get(form)).status_code == 200
    assert (await manager.post(form, fields)).status_code == 303
    assert figures((await manager.get(shelf.path)).text, "Gift") == ["3", "0", "0", "3"]
    # A batch that stands in a lot is counted there.
    known = {**fields, "condition": "good", "batch": "B2609-03"}
    assert (await manager.post(form, known)).status_code == 409


async def test_sales_sees_stock_and_cannot_book_it(site: Any, make: Factory, shelf: Shelf) -> None:
    sales = await signed_in(site, make, await make.staff())
    page = await sales.get(shelf.path)
    assert page.status_code == 200
    for path in ("/receipt", "/adjustment", f"{await shelf.lot(make)}/regrade"):
        assert path not in page.text
    assert (await sales.get(f"{shelf.path}/receipt")).status_code == 403


async def test_stock_of_other_teams_orders_is_a_sum_without_names(  # rule A6
    site: Any, make: Factory, shelf: Shelf
) -> None:
    sales = await make.staff()
    account = await make.account()
    order = await order_of(make, account, sales, (shelf.item_id, 8), status="confirmed")
    await reserve(order, sales)
    await make.insert("safety_stock", account_id=account.id, item_id=shelf.item_id, quantity=10)
    stranger = await signed_in(site, make, await make.staff())
    page = (await stranger.get(shelf.path)).text
    assert "8 pcs more are reserved for orders of other teams" in page
    assert figures(page, "Customer of another team")[:2] == ["10", "10"]
    assert order not in page
    assert account.name not in page
    assert figures(page, "Good") == ["20", "8", "2", "10"]


async def test_movements_are_narrowed_to_a_condition_and_paged(
    keeper: Visitor, make: Factory, shelf: Shelf
) -> None:
    for number in range(52):
        await make.stock(shelf.item_id, 1, "gift", batch=f"G{number}")
    page = (await keeper.get(f"{shelf.path}?condition=good")).text
    moved = page[page.index('id="moved"') :]
    assert "B2609-03" in moved
    assert ">G1<" not in moved
    page = (await keeper.get(shelf.path)).text
    older = re.search(rf'rel="next" href="{shelf.path}\?after=(\d+)"', page)
    assert older
    moved = (await keeper.get(f"{shelf.path}?after={older[1]}")).text
    assert "B2609-03" in moved[moved.index('id="moved"') :]
    for odd in ("after=x", "before=99999999999999999999", "condition=lost"):
        assert (await keeper.get(f"{shelf.path}?{odd}")).status_code == 200


async def test_a_lot_of_another_item_is_unknown_here(
    keeper: Visitor, make: Factory, shelf: Shelf
) -> None:
    other = Shelf(await make.item(), "")
    await make.stock(other.item_id, 2)
    number = (await other.lot(make)).rsplit("/", 1)[1]
    assert (await keeper.get(f"{shelf.path}/lots/{number}/regrade")).status_code == 404
