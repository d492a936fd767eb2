"""What a promise of an order writes: the day on the order, the clock, what the customer is told."""

from dataclasses import dataclass
from datetime import date, datetime

from portal.database import database_now, fetch_row
from portal.domain import policy
from portal.domain.accounts.team import representative_of
from portal.domain.common.actor import Actor
from portal.domain.common.words import N_
from portal.domain.orders.cut_off import cut_off_at
from portal.domain.orders.events import OrderEvent
from portal.domain.orders.progress import note_that
from portal.domain.orders.release_story import ReleaseHappening
from portal.domain.orders.ship_dates import ShipDate, ShipFacts, ship_date
from portal.domain.orders.states import PromiseBasis
from portal.domain.orders.story import OrderHappening
from portal.domain.orders.tables import SalesOrder
from portal.domain.orders.telling import tell
from portal.domain.orders.verdict import ReleaseFacts, Verdict
from portal.domain.policy.order_figures import URGENT_DELIVERY
from portal.domain.policy.values import CalendarKind
from portal.domain.service_levels import clock
from portal.domain.service_levels.branch_calendar import PlacedCalendar, calendar_at
from portal.domain.service_levels.clock import MomentRule, Owed, OwedUntil
from portal.domain.service_levels.promise import Promise, TargetKind

_RULES = {
    PromiseBasis.TODAY: MomentRule.CLOSING_TODAY,
    PromiseBasis.STOCK: MomentRule.NEXT_WORKING_DAY,
    PromiseBasis.QUOTE: MomentRule.PROMISED_DAY,
    PromiseBasis.STATED: MomentRule.STATED_DAY,
    PromiseBasis.PRODUCTION: MomentRule.PRODUCTION_DAY,
}
# Why another day is promised, for both sides to read.
_REASONS = {
    PromiseBasis.TODAY: N_("everything is in stock and may ship"),
    PromiseBasis.STOCK: N_("everything is in stock and may ship"),
    PromiseBasis.QUOTE: N_("the date of the quote holds"),
    PromiseBasis.STATED: N_("the goods are expected on that day"),
    PromiseBasis.PRODUCTION: N_("the earliest production date was moved"),
}
_URGENT_AGAIN = N_("the order is urgent again")
_CLOCKS = frozenset({TargetKind.SHIPMENT, TargetKind.URGENT_DELIVERY})


@dataclass(frozen=True, slots=True)
class Served:
    """What a clock of the order copies of its account, where it runs, and what else is given.

    `urgent_since` is when it was urgent first: when it was placed, or marked later. To take the
    mark off and to set it again does not change that (rule O6).
    """

    owed: OwedUntil
    place: PlacedCalendar
    scope: policy.Scope
    quote_on: date | None
    all_standard: bool
    urgent_since: datetime


async def served_by(order: SalesOrder) -> Served:
    """What the promise of `order` needs to know of its account, its branch and its quote."""
    row = await fetch_row(
        """SELECT a.name, a.branch_id, a.tier,
               -- What was lost on the way had met the quote's date (rule O14).
               CASE WHEN NOT EXISTS (SELECT FROM shipment s WHERE s.order_id = o.id
                                     AND s.status = 'lost') THEN q.promised_ship_on END AS quote_on,
               NOT EXISTS (SELECT FROM sales_order_line l LEFT JOIN item i ON i.id = l.item_id
                           WHERE l.order_id = o.id AND i.kind IS DISTINCT FROM 'standard')
                   AS all_standard,
               greatest(o.placed_at, (SELECT CASE WHEN verb = $3 THEN at END FROM activity
                   WHERE subject_kind = $2 AND subject_id = o.id AND verb IN ($3, $4)
                   ORDER BY id LIMIT 1)) AS urgent_since
           FROM sales_order o JOIN account a ON a.id = o.account_id
           LEFT JOIN quote q ON q.id = o.quote_id WHERE o.id = $1""",
        order.id,
        order.subject.kind,
        OrderHappening.MADE_URGENT.value,
        OrderHappening.NOT_URGENT.value,
    )
    assert row is not None  # noqa: S101 - the caller has locked it
    representative = await representative_of(order.account_id)
    owner_id = representative.staff_member_id if representative else None
    return Served(
        owed=OwedUntil(order.account_id, row["name"], row["branch_id"], order.title, owner_id),
        place=await calendar_at(row["branch_id"], CalendarKind.OFFICE_HOURS),
        scope=policy.Scope(account_id=order.account_id, tier=row["tier"]),
        quote_on=row["quote_on"],
        all_standard=row["all_standard"],
        urgent_since=row["urgent_since"],
    )


async def wait(order: SalesOrder, reason: str) -> None:
    """Let the clocks of shipping wait for `reason` (a message id), or run on without one."""
    for target in await clock.targets_of(order.subject.kind, order.id):
        if target.kind not in _CLOCKS or not target.is_open or target.pause_reason == reason:
            continue
        await clock.resume(order.subject, kind=target.kind)
        if reason:
            await clock.pause(order.subject, reason, kind=target.kind)


async def promise(order: SalesOrder, facts: ReleaseFacts, verdict: Verdict, *, by: Actor) -> None:
    """Promise the best day there is; nothing happens while it is the one that is promised."""
    served = await served_by(order)
    place, now = served.place, await database_now()
    cut_off = cut_off_at(now, place, facts.cut_off)
    urgent_on = await _urgent_delivery(order, served)
    best = ship_date(
        ShipFacts(
            today=facts.today,
            leaves_on=cut_off.ships_on,
            placed_on=place.day_of(order.placed_at),
            may_ship=verdict.may_ship,
            lines=facts.lines,
            quote_on=served.quote_on,
            urgent_on=urgent_on,
            promised=await _promised(order, served, urgent_on),
        )
    )
    if best is None:
        return
    if best.basis is not PromiseBasis.URGENT:  # an urgent delivery has a clock of its own
        await start_or_move(order, served, best, reason=_REASONS[best.basis])
    before = order.promised_ship_on if order.basis is not PromiseBasis.NONE else None
    # What was said of a stated day does not hold for another one.
    restated = order.basis is PromiseBasis.STATED and best.basis is not PromiseBasis.STATED
    note = "" if restated else order.promised_ship_note
    await order.change(
        promised_ship_on=best.on, promise_basis=best.basis.value, promised_ship_note=note
    )
    if before is None:
        await note_that(order, ReleaseHappening.PROMISED, by=by, after={"ship_on": best.on})
    elif before != best.on:
        said = {"ship_on": best.on, "before_on": before}
        await note_that(order, ReleaseHappening.PROMISE_MOVED, by=by, after=said)
        if order.confirmed_at != now:  # the confirmation itself tells the day
            await tell(order, OrderEvent.PROMISE_MOVED, by=by, ship_on_before=before)


async def start_or_move(
    order: SalesOrder, served: Served, promised: ShipDate, *, reason: str
) -> None:
    """Let the clock of shipping be due at closing time of a day; `reason` is for a move."""
    due, rule = served.place.closing_time(promised.on), _RULES[promised.basis]
    running = await _clock_of(order, TargetKind.SHIPMENT)
    if running is None:
        await clock.open_target_until(
            TargetKind.SHIPMENT, order.subject, served.owed, due=due, rule=rule
        )
    elif served.place.day_of(running.due_at) != promised.on:
        await clock.move_target(
            order.subject, TargetKind.SHIPMENT, due=due, rule=rule, reason=reason
        )


async def _promised(order: SalesOrder, served: Served, urgent_on: date | None) -> ShipDate | None:
    """What is promised already: waiting for the customer has moved the clock, not the order."""
    if order.basis is PromiseBasis.URGENT:
        return ShipDate(urgent_on, PromiseBasis.URGENT) if urgent_on else None
    # Without a clock the day is a copy of the quote's, which counts if it can still be kept.
    running = await _clock_of(order, TargetKind.SHIPMENT)
    return ShipDate(served.place.day_of(running.due_at), order.basis) if running else None


async def _urgent_delivery(order: SalesOrder, served: Served) -> date | None:
    """The day by which an urgent order of standard parts is delivered, on its clock (rule O6)."""
    running = await _clock_of(order, TargetKind.URGENT_DELIVERY)
    if not (order.urgent and served.all_standard):
        if running:
            await clock.cancel(order.subject, kind=TargetKind.URGENT_DELIVERY)
        return None
    if running is None:
        figures = await policy.figure(URGENT_DELIVERY, scope=served.scope)
        owed = Owed(
            served.owed.account_id,
            served.owed.account_name,
            served.owed.branch_id,
            served.owed.title,
            served.owed.owner_id,
            figures.value,
            figures.version,
            URGENT_DELIVERY.key,
        )
        kind, subject = TargetKind.URGENT_DELIVERY, order.subject
        running = await clock.owe_again(
            subject, kind, owed, reason=_URGENT_AGAIN
        ) or await clock.open_target(kind, subject, owed, opened_at=served.urgent_since)
    return served.place.day_of(running.due_at)


async def _clock_of(order: SalesOrder, kind: TargetKind) -> Promise | None:
    """The clock of `kind` that runs for the order; what was met says nothing of what follows."""
    targets = await clock.targets_of(order.subject.kind, order.id)
    return next((each for each in targets if each.kind is kind and each.is_open), None)
