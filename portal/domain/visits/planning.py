"""What the rules ask for is planned without anybody asking, and never twice (rules V1-V4, V7)."""

from portal.database import database_now, fetch
from portal.domain.common.actor import SYSTEM, Audience
from portal.domain.service_levels.branch_calendar import PlacedCalendar
from portal.domain.visits import clocks
from portal.domain.visits.accounts import ACCOUNT_COLUMNS, VisitedAccount, account_of
from portal.domain.visits.after_installation import plan_after_installations
from portal.domain.visits.groups import plan_groups
from portal.domain.visits.moves import note_due_move
from portal.domain.visits.progress import change, note_that
from portal.domain.visits.prospects import plan_prospects
from portal.domain.visits.quarterly import plan_quarterly
from portal.domain.visits.rest_hours import working_days
from portal.domain.visits.states import VisitStatus
from portal.domain.visits.story import VisitHappening
from portal.domain.visits.tables import Visit
from portal.domain.visits.writing import DAY_IS_CLOSED

_BY_DAY = (plan_after_installations, plan_quarterly, plan_groups)
# Planned days that are still ahead, without an appointment: the ones a new holiday may hit.
_AHEAD = f"""SELECT v.id, v.due_on, {ACCOUNT_COLUMNS}
    FROM visit v JOIN account a ON a.id = v.account_id
    WHERE a.archived_at IS NULL AND v.status = 'planned' AND v.due_on > $1 AND v.rule <> 'by_hand'
    ORDER BY v.due_on, v.id"""  # noqa: S608 - constants


async def plan_by_rules(*, limit: int = 100) -> int:
    """Plan up to `limit` visits that the rules ask for; returns how many were new.

    For the worker's sweep: call it until it returns 0. Whatever runs at the same time, a visit is
    made once for its account, rule and occasion.
    """
    now, made = await database_now(), await plan_prospects(limit=limit)
    for plan in _BY_DAY:
        if made < limit:
            made += await plan(now, limit=limit - made)
    return made


async def leave_closed_days(*, limit: int = 100) -> int:
    """Move visits off days that have become closed since they were planned (rule V7).

    To the next working day, with the reason kept; what has an appointment is people's to move.
    Returns how many were moved.
    """
    moved = 0
    calendars: dict[int, PlacedCalendar] = {}
    for row in await fetch(_AHEAD, (await database_now()).date()):
        account = account_of(row)
        if account.branch_id not in calendars:
            calendars[account.branch_id] = await working_days(account)
        days = calendars[account.branch_id]
        if days.calendar.is_working_day(row["due_on"]):
            continue
        if moved >= limit:
            break
        moved += await _leave(row["id"], account, days)
    return moved


async def _leave(visit_id: int, account: VisitedAccount, days: PlacedCalendar) -> bool:
    """Move a visit to the next working day, unless somebody has arranged it meanwhile."""
    visit = await Visit.objects().get(Visit.id == visit_id)
    if visit is None:
        return False
    await visit.lock()
    if visit.state is not VisitStatus.PLANNED:
        return False
    before = visit.due_on
    await change(visit, due_on=days.next_working_day(before))
    await note_due_move(visit, before, DAY_IS_CLOSED)
    await clocks.due_day_moved(visit, account, DAY_IS_CLOSED)
    await note_that(
        visit,
        VisitHappening.DUE_MOVED,
        by=SYSTEM,
        visible_to=Audience.INTERNAL,
        due_on=visit.due_on,
        reason=[DAY_IS_CLOSED],
    )
    return True
