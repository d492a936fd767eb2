"""Orders on their way to release, moved by the people who would move them, at a time of ours."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from portal.database import database_now
from portal.domain.common.actor import Actor
from portal.domain.common.permissions import StaffRole
from portal.domain.orders.confirmation import confirm
from portal.domain.orders.payments import PaymentFacts, Payments, record_payment
from portal.domain.orders.release import Verdict
from portal.domain.orders.release_facts import verdict_of
from portal.domain.orders.shipment_locking import day_at_branch
from portal.domain.orders.tables import SalesOrder
from portal.domain.service_levels import clock
from portal.domain.service_levels.promise import Promise, TargetKind
from tests.factories import Factory, acting
from tests.order_scenarios import Ordered, loaded, phone_order, terms
from tests.scenarios import Cast, cast_of

SHANGHAI = ZoneInfo("Asia/Shanghai")


def monday(hour: int, minute: int = 0, *, days: int = 0) -> datetime:
    """A moment of the week of Monday, 24 August 2026, in Shanghai: no holiday is near."""
    return datetime(2026, 8, 24, hour, minute, tzinfo=SHANGHAI) + timedelta(days=days)


@asynccontextmanager
async def business_time(make: Factory, moment: datetime) -> AsyncIterator[None]:
    """Let the business clock show `moment` and go on from there; the real time afterwards."""
    await set_clock(make, moment)
    try:
        yield
    finally:
        await make.move_clock(timedelta(0))


async def set_clock(make: Factory, moment: datetime) -> None:
    """Within `business_time`: let the clock show another moment."""
    await make.move_clock(moment - datetime.now(UTC))


async def taken_order(
    make: Factory,
    payment_terms: str = "days_30",
    *,
    cast: Cast | None = None,
    stock: int = 100,
    quantity: str = "10",
    price: str | None = "100.0000",
    limit: int | None = 1_000_000,
    tier: str = "key",
) -> Ordered:
    """A phone order over CNY 1,130 that waits for its confirmation, its goods in stock."""
    cast = cast or await cast_of(make, tier=tier)
    await terms(make, cast, payment_terms)
    if stock:
        await make.stock(cast.item_id, stock)
    if limit is not None:
        await approved_limit(make, cast, limit)
    return await phone_order(make, cast, quantity=quantity, price=price)


async def approved_limit(make: Factory, cast: Cast, amount: int) -> None:
    """A credit limit that was asked for and approved long ago."""
    asked, decided = await make.staff(), await make.staff(StaffRole.GENERAL_MANAGER)
    await make.insert(
        "credit_limit",
        account_id=cast.account.id,
        amount=Decimal(amount),
        currency="CNY",
        reason="Large and stable",
        requested_by=asked.person_id,
        requested_at=datetime(2026, 1, 5, tzinfo=UTC),
        decided_by=decided.person_id,
        decided_at=datetime(2026, 1, 6, tzinfo=UTC),
        approved=True,
    )


async def confirmed(ordered: Ordered) -> Ordered:
    """The sales representative confirms it; what is there is reserved."""
    by = ordered.cast.representative
    async with acting(by):
        await confirm(await loaded(ordered.reference, by), by=by)
    return ordered


async def confirmed_order(make: Factory, payment_terms: str = "days_30", **how: object) -> Ordered:
    """As `taken_order`, confirmed."""
    return await confirmed(await taken_order(make, payment_terms, **how))  # type: ignore[arg-type]


async def pay(
    make: Factory, ordered: Ordered, amount: str | int, by: Actor | None = None
) -> Payments:
    """Finance records that so much came in today."""
    finance = by or await make.staff(StaffRole.FINANCE)
    async with acting(finance):
        order = await loaded(ordered.reference, finance)
        day = await day_at_branch(order.account_id)
        facts = PaymentFacts(Decimal(amount), day, "BOC 4711")
        return await record_payment(order, facts, by=finance)


async def verdict(ordered: Ordered, by: Actor | None = None) -> Verdict:
    """The decision as this person is shown it."""
    actor = by or ordered.cast.representative
    async with acting(actor):
        return await verdict_of(await loaded(ordered.reference, actor), by=actor)


async def state(make: Factory, ordered: Ordered, status: str) -> None:
    """Put the order where it would be later, without the way there."""
    await make.owner.execute(
        """UPDATE sales_order SET status = $2, confirmed_at = coalesce(confirmed_at, business_now())
           WHERE reference = $1""",
        ordered.reference,
        status,
    )


async def clocks(ordered: Ordered) -> list[Promise]:
    """Every promise of shipping and delivery, what is owed first."""
    by = ordered.cast.representative
    async with acting(by):
        order = await loaded(ordered.reference, by)
        targets = await clock.targets_of(order.subject.kind, order.id)
    return [
        each for each in targets if each.kind in {TargetKind.SHIPMENT, TargetKind.URGENT_DELIVERY}
    ]


async def record(ordered: Ordered) -> SalesOrder:
    return await ordered.record()


async def now_for(by: Actor) -> datetime:
    """The business time that this person's next verb sees."""
    async with acting(by):
        return await database_now()
