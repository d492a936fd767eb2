"""The safety stock of an account as that account reads it, and nobody else (rule O5)."""

from typing import Any

from tests.factories import Factory, unique
from tests.visitor import signed_in


async def test_an_account_reads_what_is_held_for_it_and_not_what_is_there(  # rule O5
    site: Any, make: Factory
) -> None:
    ours, others = await make.account(), await make.account()
    token = unique("Critical seal ")
    item_id = await make.item(name=token)
    await make.stock(item_id, 4321)
    await make.insert("safety_stock", account_id=ours.id, item_id=item_id, quantity=7)
    page = (await (await signed_in(site, make, await make.buyer(ours))).get("/catalogue")).text
    held = page[page.index('id="held"') : page.index('id="all"')]
    assert token in held
    assert "7 pcs" in held
    assert "4,321" not in page
    stranger = await signed_in(site, make, await make.buyer(others))
    page = (await stranger.get("/catalogue")).text
    assert 'id="held"' not in page
