"""One click and one check: what an order had is ordered again at today's prices (rule O1)."""

import re
from datetime import timedelta
from typing import Any

from tests.customer.order_pages import as_buyer, in_stock
from tests.domain.orders.fulfilling import Case, ordered
from tests.factories import Factory
from tests.order_scenarios import agree_price, phone_order
from tests.visitor import Visitor, signed_in


async def filled(visitor: Visitor, path: str, make: Factory, **changes: str) -> dict[str, str]:
    """The form as it is shown, with a day on which it is needed."""
    page = (await visitor.get(path)).text
    assert 'name="wanted_on"' in page
    form = dict(re.findall(r'name="(lines-\d-\w+)"[^>]*? value="([^"]*)"', page))
    day = (await make.owner.fetchval("SELECT business_now()")).date() + timedelta(days=9)
    transport = re.findall(r'<option value="(\w+)" selected', page)[0]
    key = re.findall(r'name="_form_key" value="([^"]+)"', page)[0]
    ship_to = re.findall(r'name="ship_to".*?<option value="(\d+)"', page, flags=re.DOTALL)[0]
    return {
        **form,
        "_form_key": key,
        "wanted_on": day.isoformat(),
        "transport": transport,
        "ship_to": ship_to,
        "ordered_by_name": "Wang Jianguo",
        **changes,
    }


async def earlier(make: Factory) -> tuple[Case, str]:
    case = await ordered(make, (await in_stock(make), "10"), (await in_stock(make), "4"))
    return case, f"/orders/{case.reference}/reorder"


async def test_the_form_has_what_the_order_had_at_todays_prices(site: Any, make: Factory) -> None:
    case, path = await earlier(make)
    await make.owner.execute(
        "UPDATE account_price SET unit_price = 12.5 WHERE item_id = $1", case.items[0]
    )
    await make.owner.execute("DELETE FROM account_price WHERE item_id = $1", case.items[1])
    buyer = await as_buyer(site, make, case)
    assert f'href="{path}"' in (await buyer.get(f"/orders/{case.reference}")).text
    page = (await buyer.get(path)).text
    assert 'name="lines-0-quantity" value="10"' in page
    assert 'name="lines-1-quantity" value="4"' in page
    assert "CN¥12.50 excl. tax per pcs" in page
    assert "No agreed price: your sales representative names it." in page


async def test_it_is_checked_before_it_is_placed_and_placed_once(site: Any, make: Factory) -> None:
    case, path = await earlier(make)
    buyer = await as_buyer(site, make, case)
    form = await filled(
        buyer, path, make, **{"lines-0-quantity": "25", "purchase_order_number": "PO-9"}
    )
    check = await buyer.post(f"{path}/check", form)
    assert check.status_code == 200
    assert "Nothing has been ordered yet." in check.text
    assert "CN¥275.00" in check.text  # 25 at 11
    assert await count(make, case) == 1
    hidden = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', check.text))
    hidden.pop("_csrf_token", None)
    first = await buyer.post(path, hidden)
    second = await buyer.post(path, hidden)
    assert first.status_code == second.status_code == 303
    assert first.headers["location"] == second.headers["location"]
    assert await count(make, case) == 2
    placed = (await buyer.get(first.headers["location"])).text
    assert "Your order is placed" in placed
    assert case.cast.representative.name in placed  # who confirms it
    assert "named when it is confirmed" in placed
    assert "PO-9" in placed
    page = (await buyer.get(first.headers["location"].removesuffix("/placed"))).text
    assert f'href="/orders/{case.reference}"' in page  # where it came from


async def test_a_line_without_a_quantity_is_left_out(site: Any, make: Factory) -> None:
    case, path = await earlier(make)
    buyer = await as_buyer(site, make, case)
    form = await filled(buyer, path, make, **{"lines-1-quantity": ""})
    check = await buyer.post(f"{path}/check", form)
    assert "1 line" in check.text
    nothing = await buyer.post(f"{path}/check", {**form, "lines-0-quantity": ""})
    assert nothing.status_code == 422
    assert "An order has at least one line." in nothing.text


async def test_what_is_wrong_stands_at_its_field_and_everything_is_kept(
    site: Any, make: Factory
) -> None:
    case, path = await earlier(make)
    buyer = await as_buyer(site, make, case)
    form = await filled(
        buyer,
        path,
        make,
        **{"wanted_on": "2020-01-01", "lines-0-quantity": "-3", "purchase_order_number": "PO-9"},
    )
    for address in (f"{path}/check", path):
        refused = await buyer.post(address, form)
        assert refused.status_code == 422
        for text in ('value="-3"', 'value="PO-9"', "Choose a day from today on."):
            assert text in refused.text
    assert await count(make, case) == 1


async def test_change_leads_back_to_the_form_as_it_was_typed(site: Any, make: Factory) -> None:
    case, path = await earlier(make)
    buyer = await as_buyer(site, make, case)
    form = await filled(buyer, path, make, **{"lines-0-quantity": "7"})
    back = await buyer.post(f"{path}/check", {**form, "_change": "yes"})
    assert back.status_code == 200
    assert 'name="lines-0-quantity" value="7"' in back.text
    assert 'value="Wang Jianguo"' in back.text


async def test_an_order_without_an_agreed_price_waits_for_one(
    site: Any, make: Factory
) -> None:  # rule O1
    case, path = await earlier(make)
    await make.owner.execute("DELETE FROM account_price WHERE account_id = $1", account_of(case))
    buyer = await as_buyer(site, make, case)
    form = await filled(buyer, path, make)
    assert "Lines without an agreed price" in (await buyer.post(f"{path}/check", form)).text
    answer = await buyer.post(path, form)
    page = (await buyer.get(answer.headers["location"].removesuffix("/placed"))).text
    assert "price named by sales" in page
    assert "Your order is not complete yet." in page


async def test_only_what_that_order_had_can_be_ordered_again(site: Any, make: Factory) -> None:
    case, path = await earlier(make)
    buyer = await as_buyer(site, make, case)
    form = await filled(buyer, path, make, **{"lines-0-position": "9"})
    assert (await buyer.post(path, form)).status_code == 422
    other = await phone_order(make)
    await agree_price(make, other.cast, item_id=case.items[0])
    stranger = await signed_in(site, make, other.cast.buyer)
    await stranger.get("/orders")
    assert (await stranger.post(path, form)).status_code == 404


def account_of(case: Case) -> int:
    return int(case.cast.account.id)


async def count(make: Factory, case: Case) -> int:
    return int(
        await make.owner.fetchval(
            "SELECT count(*) FROM sales_order WHERE account_id = $1", account_of(case)
        )
    )
