"""Large orders are suggested as project orders; a person marks them (rule O8)."""

from decimal import Decimal

import pytest

from portal.domain.orders.project_size import looks_like_project
from tests.domain.orders.release_orders import taken_order
from tests.factories import Factory, acting


@pytest.mark.parametrize(
    ("changes", "suggested"),
    [
        ({"gross": "500000"}, True),
        ({"gross": "499999.99"}, False),
        ({"gross": "500000", "currency": "USD"}, False),
        ({"gross": "500000", "project": True}, False),
        ({"gross": "500000", "status": "shipped"}, False),
    ],
)
async def test_from_a_size_on(make: Factory, changes: dict[str, str], suggested: bool) -> None:
    order = await (await taken_order(make)).record()
    order.gross_total = Decimal(changes.pop("gross"))
    for name, value in changes.items():
        setattr(order, name, value)
    async with acting(await make.staff()):
        assert await looks_like_project(order) is suggested
