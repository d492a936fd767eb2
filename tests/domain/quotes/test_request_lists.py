"""Lists of requests: filtered, found by Chinese words, paged both ways, in few statements."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from portal.domain.common.actor import Actor
from portal.domain.orders.listing import OrderFilter, orders
from portal.domain.orders.record_page import order_page
from portal.domain.quotes import requests
from portal.domain.quotes.home import customer_home, staff_home
from portal.domain.quotes.listing import (
    CustomerFilter,
    QueueFilter,
    StatusGroup,
    own_requests,
    queue,
)
from portal.domain.quotes.record_page import request_page
from portal.domain.quotes.request_facts import LineFacts
from portal.domain.quotes.request_rows import key_of, place_of_key
from portal.domain.quotes.states import RequestStatus
from tests.domain.quotes.journey import (
    accepted,
    filed,
    open_house,
    quoted,
)
from tests.domain.quotes.looking import queued, seen_by
from tests.factories import Factory, acting

# The customer's list


async def test_a_customers_list_shows_what_changed_last_first(make: Factory) -> None:
    house = await open_house(make)
    first, second = await filed(house), await quoted(house)
    assert await seen_by(house.buyer) == [second, first]
    async with acting(house.buyer):
        await requests.save_draft({}, by=house.buyer, account_id=house.account.id)
        rows = (await own_requests(CustomerFilter(), by=house.buyer)).rows
    draft, answered, waiting = rows
    assert draft.status is RequestStatus.DRAFT
    assert draft.promise is None
    assert answered.total
    assert answered.total.currency == "CNY"
    assert (answered.revision, answered.promise) == (1, None)
    assert waiting.promise
    assert waiting.owner
    assert waiting.owner.name == house.sales.name


async def test_a_list_is_filtered_by_state(make: Factory) -> None:
    house = await open_house(make)
    open_one, answered = await filed(house), await quoted(house)
    ordered = await quoted(house)
    await accepted(house, ordered)
    assert await seen_by(house.buyer, status="open") == [open_one]
    assert await seen_by(house.buyer, status=StatusGroup.WAITING_FOR_CUSTOMER) == [answered]
    assert await seen_by(house.buyer, status=StatusGroup.WORKABLE) == [open_one]
    assert await seen_by(house.buyer, status=StatusGroup.CLOSED) == [ordered]
    assert len(await seen_by(house.buyer, status="no-such-state")) == 3


async def test_requests_are_found_by_chinese_words(make: Factory) -> None:
    house = await open_house(make)
    wanted = await filed(house, title="三号线的轴承")
    seal = LineFacts(0, "", "Seal", Decimal(1), "pcs")
    await filed(house, title="密封件", lines=(seal,))
    assert await seen_by(house.buyer, text="轴承") == [wanted]
    assert await seen_by(house.buyer, text=wanted) == [wanted]
    assert await queued(house.supervisor, text=f"轴承 {house.account.code}") == [wanted]
    assert await seen_by(house.buyer, text="齿轮") == []


@pytest.mark.parametrize("side", ["customer", "due", "newest"])
async def test_pages_hang_together_both_ways(make: Factory, side: str) -> None:
    house = await open_house(make)
    for _ in range(5):
        await filed(house)
    status = "" if side == "newest" else StatusGroup.WORKABLE

    async def part(**key: str) -> Any:
        if side == "customer":
            async with acting(house.buyer):
                return await own_requests(CustomerFilter(size=2, **key), by=house.buyer)
        wanted = QueueFilter(status=status, account_id=house.account.id, size=2, **key)
        async with acting(house.sales):
            return await queue(wanted, by=house.sales)

    first = await part()
    second = await part(after=first.after)
    third = await part(after=second.after)
    assert first.before is None
    assert third.after is None
    whole = [row.reference for each in (first, second, third) for row in each.rows]
    assert len(set(whole)) == 5
    assert whole == sorted(whole, reverse=side != "due")
    assert (await part(before=third.before)).rows == second.rows
    assert (await part(before=second.before)).rows == first.rows
    assert (await part(before=second.before)).before is None
    assert (await part(after="nonsense")).rows == first.rows


def test_keys_of_pages_are_exact() -> None:
    moment = datetime(2026, 8, 24, 16, 10, 5, 123457, tzinfo=UTC)
    assert place_of_key(key_of(moment, 42)) == (moment, 42)
    for other in ("", "-", "a-1", "1-b", "1", "9" * 30 + "-1", "-1-1", "１-1"):
        assert place_of_key(other) in (None, place_of_key("1-1"))


# Statements


@dataclass
class Counted:
    """The connection of a unit of work that counts what it is asked."""

    connection: Any
    statements: int = 0

    def __getattr__(self, name: str) -> Any:
        wrapped = getattr(self.connection, name)
        if name not in {"fetch", "fetchrow", "fetchval", "execute"}:
            return wrapped

        async def counted(sql: str, *values: Any) -> Any:
            self.statements += 1
            return await wrapped(sql, *values)

        return counted


@asynccontextmanager
async def counting(actor: Actor) -> AsyncIterator[Counted]:
    async with acting(actor) as unit:
        counted = Counted(unit.connection)
        unit.connection = counted
        yield counted
        unit.connection = counted.connection


async def test_lists_and_pages_take_few_statements_however_long(make: Factory) -> None:
    house = await open_house(make)
    ordered = await quoted(house)
    done = await accepted(house, ordered)
    for _ in range(4):
        await filed(house)
    buyer, sales = house.buyer, house.sales
    asked = {
        # One for the clock of the unit, which the web layer has already.
        "own_requests": (buyer, lambda: own_requests(CustomerFilter(), by=buyer), 2),
        "queue": (sales, lambda: queue(QueueFilter(), by=sales), 2),
        "customer page": (buyer, lambda: request_page(ordered, by=buyer), 3),
        "staff page": (sales, lambda: request_page(ordered, by=sales), 3),
        "customer home": (buyer, lambda: customer_home(by=buyer), 2),
        "staff home": (sales, lambda: staff_home(by=sales), 3),
        "orders": (buyer, lambda: orders(OrderFilter(), by=buyer), 2),
        "order": (buyer, lambda: order_page(done.order_reference, by=buyer), 3),
    }
    for name, (actor, load, most) in asked.items():
        async with counting(actor) as counted:
            await load()
        assert (name, counted.statements) == (name, most)
