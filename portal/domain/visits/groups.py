"""Each month a share of the group accounts is talked to with the written feedback form (V4)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, Decimal

from portal.database import fetch
from portal.domain import policy
from portal.domain.policy.visit_figures import GROUP_SHARE, LEAD_DAYS
from portal.domain.visits.accounts import visited_account
from portal.domain.visits.owners import manager_of
from portal.domain.visits.periods import Period, month_of
from portal.domain.visits.quarterly import due_days
from portal.domain.visits.rest_hours import working_days
from portal.domain.visits.states import VisitKind, VisitRule
from portal.domain.visits.writing import PlannedVisit, write_visit

# Group accounts, those not spoken with longest first; a visit that was called off is made up for.
_ACCOUNTS = """SELECT a.id, v.status IS NOT NULL AS has_visit,
        coalesce(v.status <> 'cancelled', false) AS counts
    FROM account a
    LEFT JOIN visit v ON v.account_id = a.id AND v.rule = 'group' AND v.occasion = $1
    LEFT JOIN LATERAL (SELECT max(coalesce(s.inquiry_returned_at, s.made_at)) AS at FROM visit s
        WHERE s.account_id = a.id AND s.status = 'made') spoken ON true
    WHERE a.key_class = 'group' AND a.archived_at IS NULL
    ORDER BY spoken.at NULLS FIRST, a.id"""


def needed_of(accounts: int, share: Decimal) -> int:
    """How many of so many group accounts are talked to in a month, at `share` per cent (V4)."""
    return int((accounts * share / 100).to_integral_value(ROUND_CEILING))


async def plan_groups(now: datetime, *, limit: int) -> int:
    """Plan up to `limit` talks that come due within the lead time. Returns how many were new."""
    lead = (await policy.figure(LEAD_DAYS)).value
    today = now.date()
    made = 0
    for month in dict.fromkeys((month_of(today), month_of(today + timedelta(days=lead)))):
        made += await _plan_month(month, now, lead=lead, limit=limit - made)
    return made


async def _plan_month(month: Period, now: datetime, *, lead: int, limit: int) -> int:
    rows = await fetch(_ACCOUNTS, month.name)
    share = (await policy.figure(GROUP_SHARE)).value
    planned = sum(row["counts"] for row in rows)
    waiting = needed_of(len(rows), share) - planned
    # Whose visit of this month was called off is not asked a second time.
    free = [row["id"] for row in rows if not row["has_visit"]][: max(waiting, 0)]
    made = 0
    for place, account_id in enumerate(free[: max(limit, 0)]):
        made += await _plan_one(account_id, month, now, lead, (planned, place, len(free)))
    return made


async def _plan_one(
    account_id: int, month: Period, now: datetime, lead: int, at: Sequence[int]
) -> int:
    """Plan the talk that has place `at` = (planned before, place, all that wait) of its month."""
    planned, place, waiting = at
    account = await visited_account(account_id)
    days = await working_days(account)
    open_days = [day for day in month.days() if days.calendar.is_working_day(day)]
    due = due_days(
        open_days, planned=planned, waiting=waiting, today=account.day_of(now), lead=lead
    )
    owner_id = await manager_of(account)
    if place >= len(due) or owner_id is None:
        return 0
    talk = PlannedVisit(
        kind=VisitKind.VISIT,
        rule=VisitRule.GROUP,
        occasion=month.name,
        owner_id=owner_id,
        due_on=due[place],
    )
    return int(await write_visit(account, talk) is not None)
