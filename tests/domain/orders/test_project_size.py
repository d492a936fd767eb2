"""Large orders are suggested as project orders; a person marks them (rule O8)."""

from decimal import Decimal

import pytest

from portal.database import database_now
from portal.domain import policy
from portal.domain.common.money import Money
from portal.domain.orders.project_size import looks_like_project
from tests.domain.orders.release_orders import taken_order
from tests.factories import Factory, acting


@pytest.mark.parametrize(
    ("changes", "suggested"),
    [
        ({"gross": "500000"}, Money(Decimal(500_000), "CNY")),
        ({"gross": "499999.99"}, None),
        ({"gross": "500000", "currency": "USD"}, None),
        ({"gross": "500000", "project": True}, None),
        ({"gross": "500000", "status": "shipped"}, None),
        ({"gross": "500000", "status": "partly_shipped"}, None),
    ],
)
async def test_from_a_size_on(
    make: Factory, changes: dict[str, str], suggested: Money | None
) -> None:
    order = await (await taken_order(make)).record()
    order.gross_total = Decimal(changes.pop("gross"))
    for name, value in changes.items():
        setattr(order, name, value)
    async with acting(await make.staff()):
        book, now = await policy.rulebook(), await database_now()
    assert looks_like_project(order, book, now) == suggested
