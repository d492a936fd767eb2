"""What people can do with one visit, each as somebody might try it, and how it stands after."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from portal.database import fetch
from portal.domain.common.actor import Actor
from portal.domain.common.permissions import CustomerRole, StaffRole
from portal.domain.opinions import answering
from portal.domain.opinions.access import opinion_by_reference
from portal.domain.opinions.tables import Opinion
from portal.domain.visits import appointments, cancelling, items
from portal.domain.visits.recording import record
from portal.domain.visits.tables import Visit
from tests.factories import Factory, acting
from tests.scenarios import cast_of
from tests.visit_scenarios import (
    Visited,
    appointment,
    loaded,
    planned_visit,
    time_on_working_day,
    visit_record,
)


@dataclass
class Calling:
    """A visit with everybody who may come near it."""

    make: Factory
    visited: Visited
    people: Mapping[str, Actor]

    @property
    def other(self) -> int:
        """Somebody to give it to."""
        return self.visited.cast.representative.staff_member_id or 0


Deed = Callable[[Calling, Visit, Actor], Awaitable[Any]]


async def calling_of(make: Factory, *, by_rule: bool) -> Calling:
    cast = await cast_of(make)
    visited = await planned_visit(make, cast)
    if by_rule:
        await make.owner.execute(
            "UPDATE visit SET rule = 'quarterly', occasion = '2031-Q1' WHERE reference = $1",
            visited.reference,
        )
    line: dict[str, Any] = {"branch_id": cast.account.branch_id}
    people = {
        "buyer": cast.buyer,
        "reader": await make.buyer(cast.account, CustomerRole.READER),
        "other customer": (await cast_of(make)).buyer,
        "manager": cast.manager,
        "assistant": cast.assistant,
        "supervisor": cast.supervisor,
        "duty manager": await make.staff(StaffRole.DUTY_MANAGER, **line),
        "finance": await make.staff(StaffRole.FINANCE, **line),
        "stranger": await make.staff(StaffRole.SALES_REPRESENTATIVE, **line),
    }
    return Calling(make, visited, people)


async def _propose(calling: Calling, visit: Visit, by: Actor) -> None:
    facts = await appointment(calling.visited.cast)
    await appointments.propose(visit, facts, "It suits us better", by=by)


async def _by_phone(calling: Calling, visit: Visit, by: Actor) -> None:
    facts = await appointment(calling.visited.cast, 6)
    await appointments.agree_by_phone(visit, facts, "Ms Chen", "As we spoke", by=by)


async def _counter(calling: Calling, visit: Visit, by: Actor) -> None:
    wish = await time_on_working_day(calling.visited.cast, 12, 15)
    await appointments.propose_other(visit, wish, "We have an audit", by=by)


async def _move(calling: Calling, visit: Visit, by: Actor) -> None:
    facts = await appointment(calling.visited.cast, 9, 14)
    await appointments.move(visit, facts, "The engineer is ill", by=by)


async def _record(calling: Calling, visit: Visit, by: Actor) -> None:
    await record(visit, await visit_record(), by=by)


async def _record_unhappy(calling: Calling, visit: Visit, by: Actor) -> None:
    said = await visit_record(
        satisfaction="dissatisfied", cause="Two late deliveries", remedy="Safety stock"
    )
    await record(visit, said, by=by)


async def _record_half(calling: Calling, visit: Visit, by: Actor) -> None:
    await record(visit, await visit_record(report="", met=()), by=by)


async def _opinions(visit: Visit, by: Actor) -> list[Opinion]:
    """What was said, as far as `by` may read it."""
    rows = await fetch("SELECT reference FROM opinion WHERE visit_id = $1", visit.id)
    return [await opinion_by_reference(row["reference"], by=by) for row in rows]


async def _answer(calling: Calling, visit: Visit, by: Actor) -> None:
    for opinion in await _opinions(visit, by):
        await answering.answer(opinion, "Done", by=by)


async def _drop(calling: Calling, visit: Visit, by: Actor) -> None:
    for opinion in await _opinions(visit, by):
        await answering.drop(opinion, "No", by=by)


async def _open_again(calling: Calling, visit: Visit, by: Actor) -> None:
    for opinion in await _opinions(visit, by):
        await answering.open_again(opinion, "No", by=by)


DEEDS: Mapping[str, Deed] = {
    "propose": _propose,
    "by phone": _by_phone,
    "confirm": lambda _, visit, by: appointments.confirm(visit, by=by),
    "counter": _counter,
    "agree to other": lambda _, visit, by: appointments.agree_to_other(visit, by=by),
    "move": _move,
    "cancel": lambda _, visit, by: cancelling.cancel(visit, "The plant is closed", by=by),
    "give": lambda calling, visit, by: cancelling.give_to(visit, calling.other, by=by),
    "ask": lambda _, visit, by: items.add_item(visit, "material", "Catalogue", by=by),
    "record": _record,
    "record unhappy": _record_unhappy,
    "record half": _record_half,
    "answer": _answer,
    "drop": _drop,
    "open again": _open_again,
}


async def do(calling: Calling, what: str, who: str) -> None:
    """Let somebody try it, in a unit of work of their own."""
    by = calling.people[who]
    async with acting(by):
        visit = await loaded(calling.visited.reference, by)
        await DEEDS[what](calling, visit, by)


async def facts_of(calling: Calling) -> dict[str, Any]:
    """How everything about the visit stands, as the database's owner sees it."""
    owner, reference = calling.make.owner, calling.visited.reference
    visit = dict(await owner.fetchrow("SELECT * FROM visit WHERE reference = $1", reference))
    visit_id = visit["id"]
    return {
        "visit": visit,
        "targets": [
            dict(row)
            for row in await owner.fetch(
                """SELECT * FROM target WHERE subject_kind = 'visit' AND subject_id = $1
                   ORDER BY id""",
                visit_id,
            )
        ],
        "moves": [
            dict(row)
            for row in await owner.fetch(
                "SELECT * FROM visit_move WHERE visit_id = $1 ORDER BY id", visit_id
            )
        ],
        "met": await owner.fetchval(
            "SELECT count(*) FROM visit_person WHERE visit_id = $1 AND attended AND NOT is_ours",
            visit_id,
        ),
        "opinions": [
            dict(row)
            for row in await owner.fetch(
                """SELECT o.sentiment, o.status, o.owner_id, count(t.id) FILTER (
                       WHERE t.met_at IS NULL AND t.cancelled_at IS NULL) AS owed
                   FROM opinion o LEFT JOIN target t
                       ON t.subject_kind = 'opinion' AND t.subject_id = o.id
                   WHERE o.visit_id = $1 GROUP BY o.id ORDER BY o.id""",
                visit_id,
            )
        ],
        "told": await owner.fetchval(
            """SELECT count(*) FROM outbox WHERE kind LIKE 'visit.%'
               AND payload ->> 'reference' = $1""",
            reference,
        ),
        "shown to customer": await owner.fetchval(
            """SELECT count(*) FROM activity WHERE subject_kind = 'visit' AND subject_id = $1
               AND audience = 'customer'""",
            visit_id,
        ),
    }
