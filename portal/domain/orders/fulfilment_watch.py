"""What the clock brings about without anybody's doing; for the workers, harmless if done twice."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from portal.database import database_now, fetch, fetch_value
from portal.domain import policy
from portal.domain.accounts.team import representative_of
from portal.domain.common.activity import Subject
from portal.domain.common.actor import SYSTEM
from portal.domain.orders.cut_off import cut_off_at
from portal.domain.orders.events import OrderEvent
from portal.domain.orders.release import decide
from portal.domain.orders.release_facts import facts_of
from portal.domain.orders.release_words import CheckKind, Step
from portal.domain.orders.short_lines import IS_SHORT
from portal.domain.orders.tables import SUBJECT_KIND, SalesOrder
from portal.domain.orders.telling import tell
from portal.domain.orders.waiting import WAITING
from portal.domain.policy.fulfilment_figures import PAYMENT_CALL
from portal.domain.policy.values import CalendarKind
from portal.domain.service_levels import clock
from portal.domain.service_levels.branch_calendar import PlacedCalendar, calendar_at
from portal.domain.service_levels.clock import MomentRule, OwedUntil
from portal.domain.service_levels.promise import TargetKind

_MONEY = frozenset({CheckKind.PAYMENT, CheckKind.BALANCE})
_WAITING = "('" + "', '".join(status.value for status in WAITING) + "')"
_TODAY = "(business_now() AT TIME ZONE b.timezone)::date"
_CLOCK = f"""t.subject_kind = '{SUBJECT_KIND}' AND t.kind = '{TargetKind.SHORT_LINES.value}'
      AND t.met_at IS NULL AND t.cancelled_at IS NULL"""
_OPEN_CLOCK = f"SELECT FROM target t WHERE {_CLOCK} AND t.subject_id = o.id"
_SHORT_LINE = f"""SELECT FROM sales_order_line l LEFT JOIN item i ON i.id = l.item_id
    WHERE l.order_id = o.id AND {IS_SHORT}"""

_UNCONFIRMED = f"""SELECT o.id, o.reference, o.account_id, o.title, a.name AS account_name,
        a.branch_id
    FROM sales_order o JOIN account a ON a.id = o.account_id JOIN branch b ON b.id = a.branch_id
    WHERE o.status IN {_WAITING} AND a.branch_id = ANY ($1::bigint[])
      AND NOT EXISTS ({_OPEN_CLOCK})
      AND EXISTS ({_SHORT_LINE} AND l.short_confirmed_on IS DISTINCT FROM {_TODAY})
    ORDER BY o.id LIMIT $2 FOR NO KEY UPDATE OF o SKIP LOCKED"""  # noqa: S608 - constants
_SHORT_NO_MORE = f"""SELECT o.id, o.reference, o.account_id
    FROM target t JOIN sales_order o ON o.id = t.subject_id
    WHERE {_CLOCK} AND (o.status NOT IN {_WAITING} OR NOT EXISTS ({_SHORT_LINE}))
    ORDER BY o.id LIMIT $1 FOR NO KEY UPDATE OF o SKIP LOCKED"""  # noqa: S608 - constants
_IS_OPEN = f"SELECT EXISTS ({_OPEN_CLOCK}) FROM sales_order o WHERE o.id = $1"  # noqa: S608

# Paid in advance or before shipping, not paid, and told to nobody today.
_TOLD = f"'{OrderEvent.UNPAID_BEFORE_CUT_OFF.value}:' || o.id || ':' || {_TODAY}"
_UNPAID = f"""SELECT o.*, {_TOLD} AS once, a.branch_id
    FROM sales_order o JOIN account a ON a.id = o.account_id JOIN branch b ON b.id = a.branch_id
    WHERE o.status IN ('confirmed', 'scheduled', 'in_preparation') AND o.held_at IS NULL
      AND (o.project OR o.payment_terms IN ('in_advance', 'deposit'))
      AND (SELECT coalesce(sum(p.amount), 0) FROM payment p WHERE p.order_id = o.id) < o.gross_total
      AND NOT EXISTS (SELECT FROM outbox x WHERE x.dedupe_key = {_TOLD})
      AND a.branch_id = ANY ($1::bigint[])
    ORDER BY o.id LIMIT $2"""  # noqa: S608 - constants


async def watch_short_lines(*, limit: int = 100) -> int:
    """On working days until closing, owe a date for every line that is short of stock (rule O15).

    Where nothing is short any more nothing is owed. Returns how many clocks were started or ended.
    """
    now = await database_now()
    places = await _open_places(now)
    started = 0
    for row in await fetch(_UNCONFIRMED, list(places), limit):
        # Another worker may have been faster since the statement began.
        if not await fetch_value(_IS_OPEN, row["id"]):
            await _owe_date(row, places[row["branch_id"]], now)
            started += 1
    ended = await fetch(_SHORT_NO_MORE, limit)
    for row in ended:
        await clock.meet(_subject(row), kind=TargetKind.SHORT_LINES)
    return started + len(ended)


async def watch_unpaid(*, limit: int = 200) -> int:
    """Tell sales once a day to call customers whose order waits for money alone (rule O9).

    From some time before the cut-off (policy) until the cut-off. Returns how many were told of.
    """
    now = await database_now()
    places = await _open_places(now)
    lead = (await policy.figure(PAYMENT_CALL)).value
    told = 0
    for row in map(dict, await fetch(_UNPAID, list(places), limit)):
        place, once = places[row.pop("branch_id")], row.pop("once")
        order = SalesOrder(**row)
        facts = await facts_of(order, by=SYSTEM)
        cut_off = cut_off_at(now, place, facts.cut_off)
        in_time = cut_off.is_today and cut_off.at - lead <= now
        waits_for = {check.kind for check in decide(facts).blocking(Step.SHIP)}
        if in_time and waits_for and waits_for <= _MONEY:
            await tell(
                order,
                OrderEvent.UNPAID_BEFORE_CUT_OFF,
                by=SYSTEM,
                once=once,
                cut_off=cut_off.at,
                balance=facts.open_amount,
            )
            told += 1
    return told


async def _open_places(now: datetime) -> dict[int, PlacedCalendar]:
    """The branches that work today and have not closed yet."""
    found = {}
    for row in await fetch("SELECT id FROM branch ORDER BY id"):
        place = await calendar_at(row["id"], CalendarKind.OFFICE_HOURS)
        today = place.day_of(now)
        if place.calendar.is_working_day(today) and now < place.closing_time(today):
            found[row["id"]] = place
    return found


async def _owe_date(row: Mapping[str, Any], place: PlacedCalendar, now: datetime) -> None:
    representative = await representative_of(row["account_id"])
    owed = OwedUntil(
        row["account_id"],
        row["account_name"],
        row["branch_id"],
        row["title"],
        representative.staff_member_id if representative else None,
    )
    await clock.open_target_until(
        TargetKind.SHORT_LINES,
        _subject(row),
        owed,
        due=place.closing_time(place.day_of(now)),
        rule=MomentRule.CLOSING_TODAY,
    )


def _subject(row: Mapping[str, Any]) -> Subject:
    return Subject(SUBJECT_KIND, row["id"], row["reference"], row["account_id"])
