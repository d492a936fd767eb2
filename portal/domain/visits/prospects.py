"""A prospect's first visit to us and the five levels of calls that follow it (rule V3).

The representative calls on the next working day; each call that was made is followed by the next
level's on the working day after: head, service manager, call desk on several days, general manager.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal.database import database_now, fetch
from portal.domain import policy
from portal.domain.accounts.confidentiality import may_see
from portal.domain.common.activity import Subject
from portal.domain.common.activity import record as note
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import Conflict, NotFound, WrongState
from portal.domain.common.permissions import StaffRole
from portal.domain.common.words import N_
from portal.domain.policy.visit_figures import PROSPECT_CALL_DESK_DAYS
from portal.domain.quotes.field_checks import FieldChecks
from portal.domain.visits.access import require_hand
from portal.domain.visits.accounts import VisitedAccount, visited_account
from portal.domain.visits.cancelling import NOT_NEEDED, call_off
from portal.domain.visits.owners import assistant_of, head_of, holder_of, representative_of
from portal.domain.visits.progress import lock_in
from portal.domain.visits.rest_hours import working_days
from portal.domain.visits.states import VisitKind, VisitRule, VisitStatus, VisitStep, VisitWay
from portal.domain.visits.tables import ProspectVisit, Visit
from portal.domain.visits.writing import PlannedVisit, write_visit

RECORDED = "visits.prospect_came"
ENDED = "visits.prospect_chain_ended"
ALL_CALLED = N_("Every level has called.")
_WHEN = N_("Say when they came.")
_FUTURE = N_("They cannot have come in the future.")
_TOO_OLD = N_("They came more than %(days)s days ago: plan a visit by hand.")
_IS_KEY = N_("A key account is no prospect any more.")
_MOST_DAYS = 31
_STEPS = (
    VisitStep.REPRESENTATIVE,
    VisitStep.HEAD,
    VisitStep.SERVICE_MANAGER,
    VisitStep.CALL_DESK,
    VisitStep.GENERAL_MANAGER,
)
# What runs, with the newest call of each.
_CHAINS = """SELECT p.account_id, p.came_on, last.occasion, last.status, last.recorded_at,
        last.updated_at
    FROM prospect_visit p JOIN account a ON a.id = p.account_id
    LEFT JOIN LATERAL (SELECT v.occasion, v.status, v.recorded_at, v.updated_at FROM visit v
        WHERE v.account_id = p.account_id AND v.rule = 'prospect' ORDER BY v.id DESC LIMIT 1) last
        ON true
    WHERE p.ended_at IS NULL AND a.archived_at IS NULL
      AND (last.status IS NULL OR last.status IN ('made', 'cancelled'))
      AND last.occasion IS DISTINCT FROM 'level:5'
    ORDER BY p.account_id LIMIT $1"""


class AlreadyCame(Conflict):
    """An account comes for the first time once."""

    message = N_("The first visit of this prospect has been recorded already.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProspectFacts:
    """A prospect's first visit as its form has it; errors name the fields as here."""

    came_on: date | None = None
    who_came: str = ""
    interest: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """A call of the chain: its level, and of the call desk which one; both from 1."""

    level: int
    number: int = 1

    @property
    def step(self) -> VisitStep:
        return _STEPS[self.level - 1]

    @property
    def occasion(self) -> str:
        desk = f":{self.number}" if self.step is VisitStep.CALL_DESK else ""
        return f"level:{self.level}{desk}"


def call_after(last: Call | None, *, desk_days: int) -> Call | None:
    """Whose call follows; None after the general manager's. Pure (rule V3)."""
    if last is None:
        return Call(1)
    if last.step is VisitStep.CALL_DESK and last.number < desk_days:
        return Call(last.level, last.number + 1)
    return Call(last.level + 1) if last.level < len(_STEPS) else None


async def record_first_visit(facts: ProspectFacts, *, account_id: int, by: Actor) -> ProspectVisit:
    """Note that a prospect came to us: from the next working day on they are called (rule V3).

    Raises `FieldErrors`, `AlreadyCame`, `NotAllowed`, `NotFound`.
    """
    require_hand(by)
    account = await visited_account(account_id)
    if not await may_see(account.id, by):
        raise NotFound
    checks = FieldChecks()
    today = account.day_of(await database_now())
    who_came = checks.text("who_came", facts.who_came, 200, needed=True)
    interest = checks.text("interest", facts.interest, 2000)
    if facts.came_on is None:
        checks.refuse("came_on", _WHEN)
    elif facts.came_on > today:
        checks.refuse("came_on", _FUTURE)
    elif (today - facts.came_on).days > _MOST_DAYS:
        checks.refuse("came_on", _TOO_OLD, days=_MOST_DAYS)
    if account.is_key:
        checks.refuse("came_on", _IS_KEY)
    checks.done()
    if await prospect_of(account.id) is not None:
        raise AlreadyCame
    came = ProspectVisit(
        account_id=account.id,
        came_on=facts.came_on,
        who_came=who_came,
        interest=interest,
        recorded_by=by.person_id,
        recorded_at=await database_now(),
    )
    await came.save()
    await _note(account.id, RECORDED, by=by, came_on=facts.came_on, who_came=who_came)
    return came


async def prospect_of(account_id: int) -> ProspectVisit | None:
    """The first visit of a prospect; None where none was recorded. For staff."""
    return await ProspectVisit.objects().get(ProspectVisit.account_id == account_id)


async def end_chain(
    came: ProspectVisit, because: str, *, by: Actor, expected_version: int | None = None
) -> None:
    """They ordered, or will not: nobody calls them any more, and why (rule V3).

    Why is ours: who was told of a call reads that it is not needed any more.
    Raises `FieldErrors` at `because`, `WrongState`, `Conflict`, `NotAllowed`.
    """
    require_hand(by)
    await came.lock(expected_version=expected_version)
    if came.ended_at:
        raise WrongState(state=VisitStatus.CANCELLED.label)
    checks = FieldChecks()
    because = checks.text("because", because, 1000, needed=True)
    checks.done()
    await came.change(ended_at=await database_now(), ended_because=because)
    for visit in await _open_calls(came.account_id):
        await lock_in(visit)
        await call_off(visit, because if visit.shown_at is None else NOT_NEEDED, by=by)
    await _note(came.account_id, ENDED, by=by, reason=because)


async def chain_goes_on(visit: Visit, *, by: Actor) -> None:
    """A call of a chain has been made: with the general manager's it is at its end (rule V3).

    The next level's call is the worker's to plan.
    """
    if visit.step != VisitStep.GENERAL_MANAGER:
        return
    came = await prospect_of(visit.account_id)
    if came is not None and not came.ended_at:
        await came.lock()
        await came.change(ended_at=await database_now(), ended_because=ALL_CALLED)
        await _note(visit.account_id, ENDED, by=by, reason=ALL_CALLED)


async def plan_prospects(*, limit: int) -> int:
    """Plan up to `limit` calls to prospects. Returns how many were new.

    A call that was called off is followed by the next level's like one that was made.
    """
    made = 0
    for row in await fetch(_CHAINS, limit):
        account = await visited_account(row["account_id"])
        desk = await policy.figure(PROSPECT_CALL_DESK_DAYS, scope=account.scope)
        call = call_after(_call_of(row["occasion"]), desk_days=desk.value)
        owner_id = await _caller(call, account) if call else None
        if call is None or owner_id is None:
            continue
        planned = PlannedVisit(
            kind=VisitKind.CALLBACK,
            rule=VisitRule.PROSPECT,
            occasion=call.occasion,
            owner_id=owner_id,
            due_on=(await working_days(account)).next_working_day(_day_before(row, account)),
            way=VisitWay.PHONE,
            step=call.step,
        )
        made += await write_visit(account, planned) is not None
    return made


def _day_before(row: Mapping[str, Any], account: VisitedAccount) -> date:
    """The day after which the next call is due: they came, or the level before has called."""
    ended: datetime | None = row["recorded_at"] or row["updated_at"]
    came_on: date = row["came_on"]
    return account.day_of(ended) if ended is not None else came_on


def _call_of(occasion: str | None) -> Call | None:
    if not occasion:
        return None
    _, level, *number = occasion.split(":")
    return Call(int(level), int(number[0]) if number else 1)


async def _caller(call: Call, account: VisitedAccount) -> int | None:
    representative = await representative_of(account)
    match call.step:
        case VisitStep.HEAD:
            head = await head_of(representative) if representative else None
            return head or await holder_of(StaffRole.SALES_SUPERVISOR, account) or representative
        case VisitStep.SERVICE_MANAGER:
            return await holder_of(StaffRole.SERVICE_SUPERVISOR, account) or representative
        case VisitStep.CALL_DESK:
            return await assistant_of(account)
        case VisitStep.GENERAL_MANAGER:
            return await holder_of(StaffRole.GENERAL_MANAGER, account) or representative
        case _:
            return representative


async def _open_calls(account_id: int) -> Sequence[Visit]:
    ended = [VisitStatus.MADE.value, VisitStatus.CANCELLED.value]
    found = Visit.objects().where(
        (Visit.account_id == account_id)
        & (Visit.rule == VisitRule.PROSPECT.value)
        & Visit.status.not_in(ended)
    )
    return await found.order_by(Visit.id)


async def _note(account_id: int, verb: str, *, by: Actor, **after: object) -> None:
    await note(
        Subject("account", account_id, "", account_id),
        verb,
        by=by,
        visible_to=Audience.INTERNAL,
        after=after,
    )
