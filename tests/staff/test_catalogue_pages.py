"""Items, account prices and safety stock as staff see and change them in the browser."""

import re
from typing import Any

import pytest

from portal.domain.common.permissions import StaffRole
from tests.factories import Account, Factory, unique
from tests.visitor import Visitor, signed_in

BEARING = {
    "kind": "standard",
    "name_en": "Ball bearing",
    "name_zh_hans": "深沟球轴承",
    "name_zh_hant": "深溝滾珠軸承",
    "unit": "pcs",
    "tax_rate": "13",
    "list_price": "12.5",
    "currency": "cny",
    "lead_time_days": "7",
}


@pytest.fixture
async def desk(site: Any, make: Factory) -> Visitor:
    """The sales supervisor's browser."""
    return await signed_in(site, make, await make.staff(StaffRole.SALES_SUPERVISOR))


@pytest.fixture
async def account(make: Factory) -> Account:
    return await make.account()


async def created(desk: Visitor, **fields: str) -> str:
    """The number of a new item."""
    sku = unique("HD-").upper()
    made = await desk.post("/staff/catalogue", {**BEARING, "sku": sku, **fields})
    assert made.status_code == 303, made.text
    return sku


async def version_on(desk: Visitor, path: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', (await desk.get(path)).text)
    assert found
    return found[1]


async def test_an_item_is_created_found_and_opened(desk: Visitor) -> None:
    token = unique("spec")
    sku = await created(desk, specification=token)
    for text in ("轴承", "滾珠", "bearing", sku):
        page = await desk.get(f"/staff/catalogue?q={text} {token}")
        assert f'href="/staff/catalogue/{sku}"' in page.text
    page = (await desk.get(f"/staff/catalogue/{sku}")).text
    for text in ("Ball bearing", "深沟球轴承", "12.50 CNY", "13%", "7 days"):
        assert text in page


async def test_an_item_sent_twice_is_made_once(desk: Visitor) -> None:
    form = (await desk.get("/staff/catalogue/new")).text
    key = re.search(r'name="_form_key" value="([^"]+)"', form)
    assert key
    fields = {**BEARING, "sku": unique("HD-").upper(), "_form_key": key[1]}
    first = await desk.post("/staff/catalogue", fields)
    again = await desk.post("/staff/catalogue", fields)
    assert (first.status_code, again.status_code) == (303, 303)
    assert first.headers["location"] == again.headers["location"]


async def test_wrong_fields_of_an_item_are_named(desk: Visitor) -> None:
    wrong = {**BEARING, "sku": "轴承", "tax_rate": "113", "list_price": "cheap", "name_zh_hant": ""}
    page = await desk.post("/staff/catalogue", wrong)
    assert page.status_code == 422
    for field in ("tax_rate", "list_price", "name_zh_hant"):
        assert f'href="#field-{field}"' in page.text
    assert 'value="cheap"' in page.text
    page = await desk.post("/staff/catalogue", {**BEARING, "sku": "轴承"})
    assert 'href="#field-sku"' in page.text


async def test_an_item_is_changed_with_history_and_conflict(desk: Visitor) -> None:
    sku = await created(desk)
    path = f"/staff/catalogue/{sku}/edit"
    assert await version_on(desk, path) == "1"
    saved = await desk.post(path, {**BEARING, "list_price": "13.75", "version": "1"})
    assert saved.status_code == 303
    page = (await desk.get(f"/staff/catalogue/{sku}")).text
    assert "Item changed" in page
    assert "13.75" in page
    late = await desk.post(path, {**BEARING, "list_price": "14", "version": "1"})
    assert late.status_code == 409
    assert "13.75" in late.text
    assert 'value="14"' in late.text


async def test_an_item_leaves_and_returns(desk: Visitor) -> None:
    sku = await created(desk)
    path = f"/staff/catalogue/{sku}"
    assert "out of sale" in (await desk.get(f"{path}/archive")).text
    assert (await desk.post(f"{path}/archive", {"version": "1"})).status_code == 303
    assert f'href="{path}"' not in (await desk.get(f"/staff/catalogue?q={sku}")).text
    assert f'href="{path}"' in (await desk.get(f"/staff/catalogue?q={sku}&archived=yes")).text
    assert "Archived" in (await desk.get(path)).text
    assert (await desk.post(f"{path}/restore")).status_code == 303
    assert f'href="{path}"' in (await desk.get(f"/staff/catalogue?q={sku}")).text


async def test_an_unknown_item_is_a_404(desk: Visitor) -> None:
    for page in ("", "/edit", "/archive"):
        assert (await desk.get(f"/staff/catalogue/NONE{page}")).status_code == 404
    for page in ("/edit", "/archive", "/restore"):
        assert (await desk.post(f"/staff/catalogue/NONE{page}")).status_code == 404


async def test_the_warehouse_reads_and_does_not_write(site: Any, make: Factory) -> None:
    visitor = await signed_in(site, make, await make.staff(StaffRole.WAREHOUSE))
    page = await visitor.get("/staff/catalogue")
    assert page.status_code == 200
    assert "/staff/catalogue/new" not in page.text
    assert (await visitor.get("/staff/catalogue/new")).status_code == 403
    assert (await visitor.post("/staff/catalogue", BEARING)).status_code == 403


async def test_a_price_is_agreed_changed_and_removed(desk: Visitor, account: Account) -> None:
    sku = await created(desk)
    base = f"/staff/accounts/{account.code}/prices"
    fields = {"item": sku.lower(), "unit_price": "9.85", "valid_from": "2026-01-01"}
    assert (await desk.post(base, fields)).status_code == 303
    page = (await desk.get(base)).text
    assert "9.85" in page
    assert "12.50 CNY" in page
    twice = await desk.post(base, {**fields, "valid_from": "2026-06-01"})
    assert twice.status_code == 422
    assert "2026-01-01" in twice.text
    found = re.search(rf'href="({base}/\d+)"', page)
    assert found
    path = found[1]
    ended = {"unit_price": "9.85", "valid_from": "2026-01-01", "valid_until": "2026-06-30"}
    assert (await desk.post(path, {**ended, "version": "1"})).status_code == 303
    late = await desk.post(path, {**ended, "unit_price": "9", "version": "1"})
    assert late.status_code == 409
    assert "Two versions" in late.text
    wrong = await desk.post(path, {**ended, "valid_until": "2025-06-30", "version": "2"})
    assert wrong.status_code == 422
    assert 'href="#field-valid_until"' in wrong.text
    assert "list price" in (await desk.get(f"{path}/remove")).text
    assert (await desk.post(f"{path}/remove", {"version": "2"})).status_code == 303
    assert "No price is agreed" in (await desk.get(base)).text
    assert "Price removed" in (await desk.get(f"/staff/accounts/{account.code}/history")).text


async def test_a_price_names_an_item_that_is_sold(desk: Visitor, account: Account) -> None:
    fields = {"item": "NONE", "unit_price": "9", "valid_from": "2026-01-01"}
    page = await desk.post(f"/staff/accounts/{account.code}/prices", fields)
    assert page.status_code == 422
    assert 'href="#field-item"' in page.text


async def test_safety_stock_is_held_changed_and_released(  # rule O5
    desk: Visitor, account: Account, make: Factory
) -> None:
    sku = await created(desk)
    item_id = await make.owner.fetchval("SELECT id FROM item WHERE sku = $1", sku)
    await make.stock(item_id, 40)
    base = f"/staff/accounts/{account.code}"
    wrong = await desk.post(f"{base}/safety-stock", {"item": sku, "quantity": "0"})
    assert wrong.status_code == 422
    held = await desk.post(f"{base}/safety-stock", {"item": sku, "quantity": "50"})
    assert held.status_code == 303
    page = (await desk.get(f"{base}/prices")).text
    assert "short" in page  # 40 in stock, 50 held
    found = re.search(rf'href="({base}/safety-stock/\d+)"', page)
    assert found
    path = found[1]
    assert (await desk.get(path)).status_code == 200
    assert (await desk.post(path, {"quantity": "30", "version": "1"})).status_code == 303
    late = await desk.post(path, {"quantity": "20", "version": "1"})
    assert late.status_code == 409
    assert "30" in late.text
    assert "covered" in (await desk.get(f"{base}/prices")).text
    assert (await desk.post(f"{path}/release", {"version": "2"})).status_code == 303
    assert "Nothing is held" in (await desk.get(f"{base}/prices")).text


async def test_an_account_manager_sees_prices_and_cannot_set_them(site: Any, make: Factory) -> None:
    manager = await make.staff(StaffRole.ACCOUNT_MANAGER)
    account = await make.account(manager=manager)
    visitor = await signed_in(site, make, manager)
    page = await visitor.get(f"/staff/accounts/{account.code}/prices")
    assert page.status_code == 200
    assert "/prices/new" not in page.text
    assert (await visitor.get(f"/staff/accounts/{account.code}/prices/new")).status_code == 403


async def test_items_are_suggested_while_one_types(site: Any, make: Factory) -> None:
    supervisor = await make.staff(StaffRole.SALES_SUPERVISOR)
    token = unique("hint")
    await make.item(name=f"Seal {token}")
    path = f"/staff/catalogue/suggestions?item={token}"
    quick = await (await signed_in(site, make, supervisor, htmx=True)).get(path)
    assert f"Seal {token}</option>" in quick.text
    plain = await (await signed_in(site, make, supervisor)).get(path)
    assert plain.headers["location"] == f"/staff/catalogue?q={token}"
