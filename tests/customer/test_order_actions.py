"""What a customer does with an order, also when it is too late (rules O11, O13, O15)."""

import re
from typing import Any

from portal.domain.common.permissions import CustomerRole
from portal.domain.orders.events import OrderEvent
from tests.customer.order_pages import as_buyer, in_stock, shipped_order, short_order
from tests.domain.orders.fulfilling import scheduled
from tests.factories import Factory
from tests.order_scenarios import phone_order
from tests.visitor import Visitor, signed_in


async def shown(visitor: Visitor, path: str) -> str:
    answer = await visitor.get(path)
    assert answer.status_code == 200, path
    return str(answer.text)


def version_in(page: str) -> str:
    return re.findall(r'name="version" value="(\d+)"', page)[0]


async def test_an_order_is_cancelled_in_time_with_a_reason(
    site: Any, make: Factory
) -> None:  # rule O11
    placed = await phone_order(make)
    buyer = await signed_in(site, make, placed.cast.buyer)
    path = f"/orders/{placed.reference}"
    assert f'href="{path}/cancel"' in await shown(buyer, path)
    version = version_in(await shown(buyer, f"{path}/cancel"))
    empty = await buyer.post(f"{path}/cancel", {"version": version, "reason": " "})
    assert empty.status_code == 422
    done = await buyer.post(f"{path}/cancel", {"version": version, "reason": "Ordered twice"})
    assert (done.status_code, done.headers["location"]) == (303, path)
    page = await shown(buyer, path)
    assert "Cancelled on" in page
    assert "Ordered twice" in page
    assert f'href="{path}/cancel"' not in page
    assert f'href="{path}/papers/confirmation"' not in page
    assert [
        each["was"] for each in await make.events(OrderEvent.CANCELLED, placed.cast.account.id)
    ] == ["placed"]


async def test_once_goods_are_prepared_it_takes_a_call(site: Any, make: Factory) -> None:  # O11
    case = await scheduled(make, (await in_stock(make), "10"))
    buyer = await as_buyer(site, make, case)
    path = f"/orders/{case.reference}"
    version = version_in(await shown(buyer, f"{path}/cancel"))
    await case.prepare()
    late = await buyer.get(f"{path}/cancel")
    assert (late.status_code, late.headers["location"]) == (303, path)
    refused = await buyer.post(f"{path}/cancel", {"version": version, "reason": "Too late"})
    assert refused.status_code == 409
    assert "That came too late" in refused.text
    assert await case.status() == "in_preparation"


async def test_the_customer_agrees_to_shipping_in_parts(site: Any, make: Factory) -> None:  # O15
    case = await short_order(make)
    buyer = await as_buyer(site, make, case)
    path = f"/orders/{case.reference}"
    assert f'href="{path}/parts"' in await shown(buyer, path)
    page = await shown(buyer, f"{path}/parts")
    assert case.cast.buyer.name in page  # who agrees is filled in
    nobody = await buyer.post(f"{path}/parts", {"version": version_in(page), "name": ""})
    assert nobody.status_code == 422
    done = await buyer.post(f"{path}/parts", {"version": version_in(page), "name": "Chen Hong"})
    assert done.status_code == 303
    page = await shown(buyer, path)
    assert "Chen Hong agreed on" in page
    assert f'href="{path}/parts"' not in page
    again = await buyer.get(f"{path}/parts")
    assert again.status_code == 303


async def test_something_wrong_leads_to_a_complaint_about_the_order(
    site: Any, make: Factory
) -> None:
    case, shipment = await shipped_order(make)
    buyer = await as_buyer(site, make, case)
    page = await shown(buyer, f"/orders/{case.reference}")
    assert f'href="/complaints/new?order={case.reference}"' in page
    assert f'href="/complaints/new?shipment={shipment}"' in page


async def test_another_delivery_place_is_asked_for_in_the_thread(
    site: Any, make: Factory
) -> None:  # rule O13
    placed = await phone_order(make)
    buyer = await signed_in(site, make, placed.cast.buyer)
    path = f"/orders/{placed.reference}"
    page = await shown(buyer, f"{path}?about=ship-to")
    assert "Where should it go instead?" in page
    sent = await buyer.post(f"{path}/messages?about=ship-to", {"body": "To dock 3, please."})
    assert sent.status_code == 303
    page = await shown(buyer, path)
    assert "To dock 3, please." in page
    case, _ = await shipped_order(make)
    assert "?about=ship-to" not in await shown(
        await as_buyer(site, make, case), f"/orders/{case.reference}"
    )


async def test_a_message_goes_with_its_files_and_an_empty_one_is_refused(
    site: Any, make: Factory
) -> None:
    placed = await phone_order(make)
    buyer = await signed_in(site, make, placed.cast.buyer)
    path = f"/orders/{placed.reference}"
    await buyer.get(path)
    photo = {"files": ("damage.txt", b"as seen\n", "text/plain")}
    refused = await buyer.post(f"{path}/messages", {"_form_key": "k" * 20, "body": ""}, files=photo)
    assert refused.status_code == 422
    assert "damage.txt" in refused.text  # kept while the form is refused
    token = re.findall(r'name="files_kept" value="([\w-]+)"', refused.text)[0]
    sent = await buyer.post(
        f"{path}/messages",
        {"_form_key": "k" * 20, "body": "See the photo.", "files_kept": token},
    )
    assert sent.status_code == 303
    page = await shown(buyer, path)
    url = re.findall(r'href="(/orders/files/[\w-]+)"', page)[0]
    assert (await buyer.get(url)).content == b"as seen\n"


async def test_a_reader_changes_nothing(site: Any, make: Factory) -> None:
    case = await short_order(make)
    reader = await signed_in(site, make, await make.buyer(case.cast.account, CustomerRole.READER))
    path = f"/orders/{case.reference}"
    await reader.get(path)
    for rest, form in (
        ("/cancel", {"version": "1", "reason": "no"}),
        ("/parts", {"version": "1", "name": "no"}),
        ("/messages", {"body": "no"}),
        ("/reorder", {}),
    ):
        assert (await reader.post(path + rest, form)).status_code == 403, rest
    assert await case.status() == "confirmed"
