"""Visits in the state that a test needs, made by the verbs as those who would make them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from portal.database import Login, database_now, fetch_value, unit_of_work
from portal.domain.common.actor import Actor
from portal.domain.opinions.opening import OpinionFacts
from portal.domain.service_levels.branch_calendar import next_working_day
from portal.domain.visits import appointments
from portal.domain.visits.access import visit_by_reference
from portal.domain.visits.appointments import AppointmentFacts
from portal.domain.visits.by_hand import VisitFacts, plan_visit
from portal.domain.visits.moves import MoveView, moves_in, moves_sql
from portal.domain.visits.people import PersonFacts
from portal.domain.visits.planning import plan_by_rules
from portal.domain.visits.recording import VisitRecord, record
from portal.domain.visits.tables import Visit
from tests.factories import Factory, acting
from tests.scenarios import Cast, cast_of

ZONE = ZoneInfo("Asia/Shanghai")


@dataclass
class Visited:
    """A visit with those who have to do with it."""

    cast: Cast
    reference: str

    async def record(self, by: Actor | None = None) -> Visit:
        """The visit as it is now. Within a unit of work of yours, use `loaded`."""
        actor = by or self.cast.supervisor
        async with acting(actor):
            return await loaded(self.reference, actor)


async def loaded(reference: str, by: Actor) -> Visit:
    """The visit in the unit of work that is open."""
    return await visit_by_reference(reference, by=by)


async def moves_of(visit: Visit) -> Sequence[MoveView]:
    """The moves of a visit as the viewer of the unit of work reads them."""
    sql = f"SELECT {moves_sql()} FROM visit v WHERE v.id = $1"
    return moves_in(await fetch_value(sql, visit.id))


async def time_on_working_day(cast: Cast, days: int = 3, hour: int = 10) -> datetime:
    """`hour` at the customer's on the first working day that is `days` ahead or later."""
    after = (await database_now()).astimezone(ZONE).date() + timedelta(days=days - 1)
    day = await next_working_day(cast.account.branch_id, after)
    return datetime.combine(day, time(hour), ZONE).astimezone(UTC)


async def appointment(cast: Cast, days: int = 3, hour: int = 10, **facts: Any) -> AppointmentFacts:
    """An appointment of two hours that nothing speaks against."""
    starts_at = await time_on_working_day(cast, days, hour)
    return AppointmentFacts(
        **{
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(hours=2),
            "place": "Plant 1, meeting room",
            "told": "We would like to see line 3.",
            "goal": "See how the bearings run",
            **facts,
        }
    )


async def planned_visit(
    make: Factory, cast: Cast | None = None, *, by: Actor | None = None, **facts: Any
) -> Visited:
    """A visit that the account manager, or `by`, planned; give fields of `VisitFacts`."""
    cast = cast or await cast_of(make)
    planner = by or cast.manager
    async with acting(planner):
        due_on = (await time_on_working_day(cast, 5)).astimezone(ZONE).date()
        wanted = VisitFacts(**{"due_on": due_on, "goal": "See how the bearings run", **facts})
        visit = await plan_visit(wanted, account_id=cast.account.id, by=planner)
    return Visited(cast, visit.reference)


async def proposed_visit(
    make: Factory, visited: Visited | None = None, cast: Cast | None = None, **facts: Any
) -> Visited:
    """A visit with a time that the customer was asked for."""
    visited = visited or await planned_visit(make, cast)
    by = visited.cast.manager
    async with acting(by):
        wanted = await appointment(visited.cast, **facts)
        await appointments.propose(await loaded(visited.reference, by), wanted, by=by)
    return visited


async def confirmed_visit(make: Factory, visited: Visited | None = None) -> Visited:
    """A visit whose time the buyer has agreed to."""
    visited = visited or await proposed_visit(make)
    buyer = visited.cast.buyer
    async with acting(buyer):
        await appointments.confirm(await loaded(visited.reference, buyer), by=buyer)
    return visited


async def visit_record(**facts: Any) -> VisitRecord:
    """A complete record of a satisfied customer; give fields of `VisitRecord`."""
    return VisitRecord(
        **{
            "made_at": await database_now() - timedelta(minutes=5),
            "met": (PersonFacts(name="Li Wei", function="Head of maintenance"),),
            "satisfaction": "satisfied",
            "report": "Line 3 runs without trouble since spring.",
            "usage_note": "The bearings run eight hours a day, greased weekly.",
            "gifts": "none_offered",
            "for_customer": "Thank you for the tour of line 3.",
            **facts,
        }
    )


async def made_visit(
    make: Factory, visited: Visited | None = None, *, by: Actor | None = None, **facts: Any
) -> Visited:
    """A visit that was made and recorded; give fields of `VisitRecord`."""
    visited = visited or await confirmed_visit(make)
    actor = by or visited.cast.manager
    async with acting(actor):
        said = await visit_record(**facts)
        await record(await loaded(visited.reference, actor), said, by=actor)
    return visited


def criticism(text: str = "Deliveries come late", **facts: Any) -> OpinionFacts:
    """Something that a customer is not content with."""
    return OpinionFacts(**{"sentiment": "criticism", "text": text, **facts})


async def run_the_rules(rounds: int = 20) -> int:
    """Let the worker plan what the rules ask for; returns how many visits were new."""
    total = 0
    for _ in range(rounds):
        async with unit_of_work(Login.WORKER):
            count = await plan_by_rules()
        total += count
        if not count:
            break
    return total
