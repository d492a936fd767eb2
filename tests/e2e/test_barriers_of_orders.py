"""An order in each of its states, and every form about it: no barrier in any of them.

What `test_barriers` visits once looks different on the way from the call to the payment.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import Page

from portal.domain.common.actor import Actor
from portal.domain.common.permissions import StaffRole
from portal.domain.orders import changes, guarantees, invoicing, payments, short_lines
from portal.domain.orders.delivery import note_exception
from portal.domain.orders.payments import PaymentFacts
from tests.domain.orders.fulfilling import Case, item_in_stock, ordered, scheduled
from tests.domain.orders.parted import (
    cancel_rest,
    give_back,
    lose,
    part_shipped,
    wholly_shipped,
)
from tests.e2e.barriers import met_on
from tests.e2e.conftest import RunningPortal
from tests.e2e.test_barriers import NARROWEST, sign_in
from tests.factories import Factory, acting
from tests.order_scenarios import loaded
from tests.scenarios import Cast, cast_of

WIDE = 1280
_OF_SUPERVISOR = (
    ("short", ("available", "safety", "guarantee")),
    ("packed", ("hold", "ship-to", "mark")),
    ("incomplete", ("limit", "cancel")),
    ("parted", ("cancel-rest", "lost")),
)


@dataclass(frozen=True)
class States:
    """References of orders, and of delivery notes, by the state they are in."""

    orders: dict[str, str]
    shipments: dict[str, str]
    people: dict[str, tuple[Actor, str]]


@pytest.fixture(scope="module")
def states(portal: RunningPortal) -> States:
    return portal.make_by_verbs(_states)


async def _states(make: Factory) -> States:
    cast = await cast_of(make)
    incomplete = await ordered(make, cast=cast, transport="")
    short, held = await _short(make, cast), await _held(make, cast)
    packed = await _scheduled(make, cast)
    being_packed = await packed.prepare()
    delayed, late = await _delayed(make, cast)
    delivered = await _delivered(make, cast)
    parted, cut, lost = await _parted(make, cast), await _cut(make, cast), await _lost(make, cast)
    cancelled = await _scheduled(make, cast)
    async with acting(cast.buyer):
        order = await loaded(cancelled.reference, cast.buyer)
        await changes.cancel(order, "The machine was sold.", by=cast.buyer)
    cases = {
        "incomplete": incomplete,
        "short": short,
        "held": held,
        "packed": packed,
        "delayed": delayed,
        "delivered": delivered,
        "parted": parted,
        "cut": cut,
        "lost": lost,
        "cancelled": cancelled,
    }
    branch_id = cast.account.branch_id
    people = {
        "buyer": cast.buyer,
        "supervisor": cast.supervisor,
        "warehouse": await make.staff(StaffRole.WAREHOUSE, branch_id=branch_id),
        "finance": await make.staff(StaffRole.FINANCE, branch_id=branch_id),
    }
    return States(
        {name: case.reference for name, case in cases.items()},
        {"packed": being_packed, "delayed": late},
        {name: (who, await make.password_for(who)) for name, who in people.items()},
    )


async def _scheduled(make: Factory, cast: Cast) -> Case:
    return await scheduled(make, (await item_in_stock(make, ("A-1", "20")), "10"), cast=cast)


async def _short(make: Factory, cast: Cast) -> Case:
    """Two lines, one short and told with a day; unpaid, and guaranteed."""
    there, missing = await item_in_stock(make, ("A-1", "20")), await item_in_stock(make)
    case = await ordered(
        make, (there, "10"), (missing, "5"), cast=cast, limit=None, payment_terms="in_advance"
    )
    await case.confirm()
    by, today = cast.representative, await _today(make)
    async with acting(by):
        line_id = (await case.line(2))["id"]
        await short_lines.confirm_short(line_id, today + timedelta(days=9), by=by)
        order = await loaded(case.reference, by)
        await guarantees.guarantee_payment(order, today + timedelta(days=2), "They pay.", by=by)
    return case


async def _held(make: Factory, cast: Cast) -> Case:
    """On hold, and to be sent to another place that the warehouse has not seen."""
    place = await make.insert(
        "ship_to", account_id=cast.account.id, label="Plant 2", address="No. 2 Test Road"
    )
    case, by = await _scheduled(make, cast), cast.representative
    async with acting(by):
        order = await loaded(case.reference, by)
        await changes.hold(order, "Their crane is broken.", "Bay 7", by=by, as_asked=True)
        await changes.change_ship_to(order, place, "They asked for it.", by=by)
    return case


async def _delayed(make: Factory, cast: Cast) -> tuple[Case, str]:
    case = await _scheduled(make, cast)
    shipment = await case.prepare()
    await case.ship(shipment)
    by, today = case.warehouse, await _today(make)
    async with acting(by):
        await note_exception(
            await case.shipment(shipment), "Snow.", today + timedelta(days=6), by=by
        )
    return case, shipment


async def _parted(make: Factory, cast: Cast) -> Case:
    """A part is on its way, the rest is short of stock."""
    return (await part_shipped(make, cast=cast))[0]


async def _cut(make: Factory, cast: Cast) -> Case:
    """A part has shipped, the rest was cancelled; more was paid, and some of it given back."""
    case, _ = await part_shipped(make, cast=cast, payment_terms="in_advance", paid="124.30")
    await cancel_rest(case)
    await give_back(case, "10", await make.staff(StaffRole.FINANCE))
    return case


async def _lost(make: Factory, cast: Cast) -> Case:
    """Lost on the way; the goods are sent again, when is not known."""
    case, shipment = await wholly_shipped(make, cast=cast)
    await lose(case, shipment)
    return case


async def _delivered(make: Factory, cast: Cast) -> Case:
    """Signed for, invoiced, and paid in part; a payment was reversed."""
    case = await _scheduled(make, cast)
    shipment = await case.prepare()
    await case.ship(shipment)
    await case.deliver(shipment)
    finance, today = await make.staff(StaffRole.FINANCE), await _today(make)
    async with acting(finance):
        order = await loaded(case.reference, finance)
        for reference in ("Bank 1", "Bank 2"):
            facts = PaymentFacts(Decimal(10), today, reference)
            await payments.record_payment(order, facts, by=finance)
        first = (await payments.payments_of(order.id)).rows[0]
        await payments.reverse_payment(order, first.id, "Another order's.", by=finance)
        await invoicing.invoice(order, "INV-1001", by=finance)
    return case


async def _today(make: Factory) -> date:
    today: date = await make.owner.fetchval(
        "SELECT (business_now() AT TIME ZONE 'Asia/Shanghai')::date"
    )
    return today


@pytest.fixture
def look(states: States, new_page: Callable[..., Page]) -> Callable[..., None]:
    """Visit the paths as somebody; those with `?do=` have the form open."""

    def looked(who: str, paths: list[str], widths: tuple[int, ...]) -> None:
        found = []
        for width in widths:
            page = new_page(viewport={"width": width, "height": 900})
            sign_in(page, "" if who == "buyer" else "/staff", states.people[who][1])
            for path in paths:
                found += met_on(page, path)
        assert "\n".join(found) == ""

    return looked


def test_customers_meet_none(states: States, look: Callable[..., None]) -> None:
    paths = [f"/orders/{reference}" for reference in states.orders.values()]
    short = f"/orders/{states.orders['short']}"
    more = [f"{short}{rest}" for rest in ("/cancel", "/parts", "?about=ship-to")]
    look("buyer", [*paths, *more], (NARROWEST,))
    look("buyer", paths, (WIDE,))


def test_sales_meet_none(states: States, look: Callable[..., None]) -> None:
    paths = [f"/staff/orders/{reference}" for reference in states.orders.values()]
    paths.append(f"/staff/orders/{states.orders['incomplete']}/completion")
    for name, panels in _OF_SUPERVISOR:
        paths += [f"/staff/orders/{states.orders[name]}?do={panel}" for panel in panels]
    look("supervisor", paths, (WIDE,))


def test_the_warehouse_meets_none(states: States, look: Callable[..., None]) -> None:
    bench = "/staff/warehouse"
    lists = [bench, *(f"{bench}/{tab}" for tab in ("packing", "on-the-way", "held", "short"))]
    held = f"{bench}/orders/{states.orders['held']}"
    packed, delayed = (f"{bench}/shipments/{states.shipments[it]}" for it in ("packed", "delayed"))
    forms = [f"{packed}?do={panel}" for panel in ("hand-over", "batches", "withdraw")]
    forms += [f"{delayed}?do={panel}" for panel in ("delivery", "exception", "lost")]
    look("warehouse", [*lists, held, *forms], (NARROWEST,))


def test_finance_meets_none(states: States, look: Callable[..., None]) -> None:
    lists = [f"/staff/finance{it}" for it in ("", "/to-invoice", "/to-settle", "/to-give-back")]
    delivered, cut = (f"/staff/orders/{states.orders[it]}" for it in ("delivered", "cut"))
    look("finance", [*lists, delivered, f"{delivered}?do=payment", f"{cut}?do=refund"], (WIDE,))
