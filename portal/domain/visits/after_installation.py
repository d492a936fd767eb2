"""Visits after an installation: week 1, months 1, 3, 6, and a check after a year (rule V2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from portal.database import fetch
from portal.domain import policy
from portal.domain.policy.visit_figures import (
    ANNIVERSARY_AFTER,
    FIRST_AFTER,
    FOURTH_AFTER,
    LEAD_DAYS,
    SECOND_AFTER,
    THIRD_AFTER,
)
from portal.domain.visits.accounts import ACCOUNT_COLUMNS, VisitedAccount, account_of
from portal.domain.visits.owners import manager_of
from portal.domain.visits.periods import months_after
from portal.domain.visits.rest_hours import working_days
from portal.domain.visits.states import VisitKind, VisitRule, VisitStep
from portal.domain.visits.writing import PlannedVisit, write_on_working_day

_IN_MONTHS: Mapping[VisitStep, policy.Figure[int]] = {
    VisitStep.SECOND: SECOND_AFTER,
    VisitStep.THIRD: THIRD_AFTER,
    VisitStep.FOURTH: FOURTH_AFTER,
    VisitStep.ANNIVERSARY: ANNIVERSARY_AFTER,
}
_STEPS = (VisitStep.FIRST, *_IN_MONTHS)
# An anniversary check may be late, but what is long past asks for nothing more.
_INSTALLATIONS = f"""SELECT i.id, i.dealer_id, i.completed_on, i.marked_at, {ACCOUNT_COLUMNS},
        (SELECT coalesce(array_agg(v.step), '{{}}') FROM visit v WHERE v.installation_id = i.id)
            AS planned
    FROM site_installation i JOIN account a ON a.id = i.account_id
    WHERE i.revoked_at IS NULL AND i.completed_on > $1 AND a.archived_at IS NULL
      AND (SELECT count(*) FROM visit v WHERE v.installation_id = i.id) < $2
    ORDER BY i.completed_on, i.id"""  # noqa: S608 - constants


@dataclass(frozen=True, slots=True)
class DueStep:
    """One of the visits after an installation, and the day it is due by the rule."""

    step: VisitStep
    due_on: date


async def plan_after_installations(now: datetime, *, limit: int) -> int:
    """Plan up to `limit` visits that come due within the lead time. Returns how many were new."""
    book = await policy.rulebook()
    rows = await fetch(_INSTALLATIONS, now.date() - timedelta(days=731), len(_STEPS))
    made = 0
    for row in rows:
        if made >= limit:
            break
        made += await _plan(row, account_of(row), book, now)
    return made


def steps_after(
    completed_on: date, marked_on: date, *, first_days: int, months: Mapping[VisitStep, int]
) -> list[DueStep]:
    """The visits that an installation asks for, and when. Pure (rule V2).

    What had come due before it was marked is made up for by the last of those alone, on the day of
    marking; the ones before it would tell nothing more.
    """
    steps = [DueStep(VisitStep.FIRST, completed_on + timedelta(days=first_days))]
    steps += [DueStep(step, months_after(completed_on, after)) for step, after in months.items()]
    past = [each for each in steps if each.due_on < marked_on]
    ahead = [each for each in steps if each.due_on >= marked_on]
    return [*(DueStep(each.step, marked_on) for each in past[-1:]), *ahead]


async def _plan(
    row: Mapping[str, Any], account: VisitedAccount, book: policy.Rulebook, now: datetime
) -> int:
    def figure(wanted: policy.Figure[int]) -> int:
        return book.figure(wanted, at=now, scope=account.scope).value

    steps = steps_after(
        row["completed_on"],
        account.day_of(row["marked_at"]),
        first_days=figure(FIRST_AFTER),
        months={step: figure(after) for step, after in _IN_MONTHS.items()},
    )
    until = account.day_of(now) + timedelta(days=figure(LEAD_DAYS))
    wanted = [each for each in steps if each.due_on <= until and each.step not in row["planned"]]
    return await _write(row, account, wanted) if wanted else 0


async def _write(row: Mapping[str, Any], account: VisitedAccount, wanted: Sequence[DueStep]) -> int:
    owner_id, days = await manager_of(account), await working_days(account)
    if owner_id is None:
        return 0
    made = 0
    for due in wanted:
        planned = PlannedVisit(
            kind=VisitKind.VISIT,
            rule=VisitRule.INSTALLATION,
            occasion=f"{row['id']}:{due.step.value}",
            owner_id=owner_id,
            due_on=due.due_on,
            step=due.step,
            installation_id=row["id"],
            dealer_id=row["dealer_id"],
        )
        made += await write_on_working_day(account, planned, days) is not None
    return made
