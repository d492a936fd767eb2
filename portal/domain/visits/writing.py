"""A visit as it enters the book, by a rule or by hand: with its round, its owner and its clock."""

from dataclasses import dataclass, replace
from datetime import date

from portal.database import database_now, execute, fetch_value
from portal.domain.common.actor import SYSTEM, Actor, Audience, Side
from portal.domain.common.references import next_reference
from portal.domain.common.search import search_terms
from portal.domain.common.words import N_
from portal.domain.opinions.opening import name_of
from portal.domain.service_levels.branch_calendar import PlacedCalendar
from portal.domain.visits import clocks
from portal.domain.visits.accounts import VisitedAccount
from portal.domain.visits.events import VisitEvent
from portal.domain.visits.moves import note_due_move
from portal.domain.visits.people import owner_takes_part
from portal.domain.visits.periods import period_of
from portal.domain.visits.progress import note_that
from portal.domain.visits.states import VisitKind, VisitRule, VisitStatus, VisitStep, VisitWay
from portal.domain.visits.story import VisitHappening
from portal.domain.visits.tables import Visit
from portal.domain.visits.telling import tell

DAY_IS_CLOSED = N_("The day it was due is not a working day.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedVisit:
    """A visit to be written. `occasion` is what the rule makes it from, once."""

    kind: VisitKind
    rule: VisitRule
    occasion: str
    owner_id: int
    due_on: date
    way: VisitWay = VisitWay.ON_SITE
    step: VisitStep | None = None
    goal: str = ""
    installation_id: int | None = None
    dealer_id: int | None = None


async def write_visit(
    account: VisitedAccount, planned: PlannedVisit, *, by: Actor = SYSTEM
) -> Visit | None:
    """Write it and start its clock; None where the rule has made it already (rules V1-V4)."""
    now = await database_now()
    visit = Visit(
        account_id=account.id,
        reference=await next_reference("VS"),
        kind=planned.kind.value,
        rule=planned.rule.value,
        step=planned.step.value if planned.step else "",
        occasion=planned.occasion,
        round_id=await _round_of(planned),
        installation_id=planned.installation_id,
        dealer_id=planned.dealer_id,
        status=VisitStatus.PLANNED.value,
        owner_id=planned.owner_id,
        due_on=planned.due_on,
        way=planned.way.value,
        goal=planned.goal,
        created_by=by.person_id,
        created_at=now,
        updated_at=now,
    )
    visit.search_terms = terms_of(visit, account, visit.goal)
    if not await _insert(visit):
        return None
    await owner_takes_part(visit)
    await clocks.start(visit, account)
    await _note_planned(visit, by=by)
    await tell(visit, VisitEvent.PLANNED, by=by, owner_id=visit.owner_id)
    return visit


async def write_on_working_day(
    account: VisitedAccount, planned: PlannedVisit, days: PlacedCalendar
) -> Visit | None:
    """`write_visit` by a rule: what falls on a closed day moves to the next working day (V7).

    That it did, and why, is kept.
    """
    if days.calendar.is_working_day(planned.due_on):
        return await write_visit(account, planned)
    by_rule = planned.due_on
    moved = replace(planned, due_on=days.next_working_day(by_rule))
    visit = await write_visit(account, moved)
    if visit is not None:
        await note_due_move(visit, by_rule, DAY_IS_CLOSED)
    return visit


def terms_of(visit: Visit, account: VisitedAccount, *texts: str) -> list[str]:
    """What a search finds the visit by: its customer and these texts."""
    return search_terms(visit.reference, account.name, account.code, *texts)


async def _insert(visit: Visit) -> bool:
    """Whether it is new. Two workers never make the same one: the database sees to it."""
    names = [column._meta.name for column in Visit._meta.columns if column._meta.name not in {"id"}]
    values = [getattr(visit, name) for name in names]
    places = ", ".join(f"${number}" for number in range(1, len(names) + 1))
    visit_id = await fetch_value(
        f"""INSERT INTO visit ({", ".join(names)}) VALUES ({places})
            ON CONFLICT ON CONSTRAINT visit_once DO NOTHING RETURNING id""",  # noqa: S608
        *values,
    )
    if visit_id is None:
        return False
    visit.id = visit_id
    visit._exists_in_db = True
    return True


async def _round_of(planned: PlannedVisit) -> int:
    """The round that this visit belongs to; the first visit of a period opens it (rule V6)."""
    period = period_of(planned.rule, planned.due_on)
    await execute(
        """INSERT INTO visit_round (rule, period, starts_on, ends_on) VALUES ($1, $2, $3, $4)
           ON CONFLICT ON CONSTRAINT visit_round_once DO NOTHING""",
        planned.rule.value,
        period.name,
        period.starts_on,
        period.ends_on,
    )
    round_id: int = await fetch_value(
        "SELECT id FROM visit_round WHERE rule = $1 AND period = $2",
        planned.rule.value,
        period.name,
    )
    return round_id


async def _note_planned(visit: Visit, *, by: Actor) -> None:
    by_rule = by.side is Side.SYSTEM
    await note_that(
        visit,
        VisitHappening.PLANNED_BY_RULE if by_rule else VisitHappening.PLANNED,
        by=by,
        visible_to=Audience.INTERNAL,
        due_on=visit.due_on,
        name=await name_of(visit.owner_id),
        rule=visit.rule,
    )
