"""The clock of a visit or callback: owed inside the house, by its day (rules V1-V4, V7).

A visit is due at closing time of its day, a callback some days after it. What the customer wishes
later moves the promise with the reason; what we move ourselves does not.
"""

from datetime import date, datetime, timedelta

from portal.domain import policy
from portal.domain.common.activity import Subject
from portal.domain.policy.visit_figures import CALLBACK_WITHIN
from portal.domain.service_levels import clock
from portal.domain.service_levels.branch_calendar import closing_time
from portal.domain.service_levels.promise import TargetKind
from portal.domain.visits.accounts import VisitedAccount, visited_account
from portal.domain.visits.states import VisitKind, VisitRule
from portal.domain.visits.tables import SUBJECT_KIND, Visit

_KINDS = {VisitKind.VISIT: TargetKind.VISIT, VisitKind.CALLBACK: TargetKind.CALLBACK}


async def start(visit: Visit, account: VisitedAccount) -> None:
    """The owner owes it from now on."""
    owed = clock.OwedUntil(
        account_id=None,
        account_name=account.name,
        branch_id=account.branch_id,
        title=visit.goal.split("\n", 1)[0][:120] or VisitRule(visit.rule).label,
        owner_id=visit.owner_id,
    )
    await clock.open_target_until(
        kind_of(visit),
        subject_of(visit),
        owed,
        due=await _due(visit, account, visit.due_on),
        rule=clock.MomentRule.VISIT_DAY,
    )


async def due_day_moved(visit: Visit, account: VisitedAccount, reason: str) -> None:
    """The day it was due turned out to be closed; `reason` is a message id."""
    due = await _due(visit, account, visit.due_on)
    await clock.move_target(
        subject_of(visit),
        kind_of(visit),
        due=due,
        rule=clock.MomentRule.VISIT_DAY,
        reason=reason,
    )


async def customer_wants_later(visit: Visit, on: date, reason: str) -> None:
    """A day after the due one that the customer asked for is the day that counts (rule V5)."""
    if on <= visit.due_on:
        return
    account = await visited_account(visit.account_id, archived_too=True)
    await clock.move_target(
        subject_of(visit),
        kind_of(visit),
        due=await closing_time(account.branch_id, on),
        rule=clock.MomentRule.AGREED_DAY,
        reason=reason,
    )


async def made(visit: Visit) -> None:
    """Complete on record: what counts is when it is recorded (rules V6, V7)."""
    await clock.meet(subject_of(visit), kind=kind_of(visit))


async def cancelled(visit: Visit) -> None:
    await clock.cancel(subject_of(visit), kind=kind_of(visit))


async def owner_changed(visit: Visit) -> None:
    await clock.reassign(subject_of(visit), visit.owner_id, kind=kind_of(visit))


def subject_of(visit: Visit) -> Subject:
    """What the clock hangs on: the visit as we owe it to the house, not as the customer sees it."""
    return Subject(SUBJECT_KIND, visit.id, visit.reference, None)


def kind_of(visit: Visit) -> TargetKind:
    """What is owed."""
    return _KINDS[visit.sort]


async def _due(visit: Visit, account: VisitedAccount, day: date) -> datetime:
    if visit.sort is VisitKind.CALLBACK:
        # rule V7: within so many days.
        within = await policy.figure(CALLBACK_WITHIN, scope=account.scope)
        day += timedelta(days=within.value)
    return await closing_time(account.branch_id, day)
