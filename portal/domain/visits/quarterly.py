"""Every key account is visited once a quarter, those unvisited longest first (rules V1, V9)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from portal.database import fetch
from portal.domain import policy
from portal.domain.policy.values import CalendarKind
from portal.domain.policy.visit_figures import LEAD_DAYS
from portal.domain.service_levels.branch_calendar import PlacedCalendar, calendar_at
from portal.domain.visits.accounts import visited_account
from portal.domain.visits.owners import manager_of
from portal.domain.visits.periods import Period, quarter_of, spread
from portal.domain.visits.states import VisitKind, VisitRule
from portal.domain.visits.writing import PlannedVisit, write_visit

# The key accounts of a branch, those unvisited longest first; `planned` ones have their visit.
_ACCOUNTS = """SELECT a.id, EXISTS (SELECT FROM visit v WHERE v.account_id = a.id
            AND v.rule = 'quarterly' AND v.occasion = $2) AS planned
    FROM account a
    LEFT JOIN LATERAL (SELECT v.made_at FROM visit v
        WHERE v.account_id = a.id AND v.status = 'made' AND v.kind = 'visit'
        ORDER BY v.made_at DESC LIMIT 1) last ON true
    WHERE a.branch_id = $1 AND a.archived_at IS NULL AND cardinality(a.key_criteria) > 0
    ORDER BY last.made_at NULLS FIRST, a.first_contact_on, a.id"""


async def plan_quarterly(now: datetime, *, limit: int) -> int:
    """Plan up to `limit` visits that come due within the lead time. Returns how many were new."""
    made = 0
    for row in await fetch("SELECT DISTINCT branch_id FROM account ORDER BY branch_id"):
        made += await _plan_branch(row["branch_id"], now, limit=limit - made)
        if made >= limit:
            break
    return made


def due_days(
    days: Sequence[date], *, planned: int, waiting: int, today: date, lead: int
) -> list[date]:
    """The due days of the next accounts that wait for their visit of a period. Pure (rule V9).

    All of them are spread evenly over `days`, the working days of the period; those that have their
    visit took the first places. Places that are past are made up for within the lead time. Places
    beyond it are left for later: the list ends before them.
    """
    places = spread(days, planned + waiting)[planned:]
    until = today + timedelta(days=lead)
    soon = [day for day in days if today < day <= until] or [day for day in days if day == today]
    past = [day for day in places if day <= today]
    return sorted([*spread(soon, len(past)), *(day for day in places if today < day <= until)])


async def _plan_branch(branch_id: int, now: datetime, *, limit: int) -> int:
    place = await calendar_at(branch_id, CalendarKind.OFFICE_HOURS)
    lead = (await policy.figure(LEAD_DAYS)).value
    today = place.day_of(now)
    made = 0
    # The lead time may reach into the next quarter.
    for quarter in dict.fromkeys((quarter_of(today), quarter_of(today + timedelta(days=lead)))):
        rows = await fetch(_ACCOUNTS, branch_id, quarter.name)
        made += await _plan_quarter(
            rows, quarter, place, today=today, lead=lead, limit=limit - made
        )
    return made


async def _plan_quarter(
    rows: Sequence[Mapping[str, Any]],
    quarter: Period,
    place: PlacedCalendar,
    *,
    today: date,
    lead: int,
    limit: int,
) -> int:
    waiting = [row["id"] for row in rows if not row["planned"]]
    days = [day for day in quarter.days() if place.calendar.is_working_day(day)]
    due = due_days(
        days, planned=len(rows) - len(waiting), waiting=len(waiting), today=today, lead=lead
    )
    made = 0
    for account_id, due_on in list(zip(waiting, due, strict=False))[:limit]:
        account = await visited_account(account_id)
        owner_id = await manager_of(account)
        if owner_id is None:
            continue
        planned = PlannedVisit(
            kind=VisitKind.VISIT,
            rule=VisitRule.QUARTERLY,
            occasion=quarter.name,
            owner_id=owner_id,
            due_on=due_on,
        )
        made += await write_visit(account, planned) is not None
    return made
