"""Visits as their customer reads them: appointments, the part meant for them, what they said (V5).

What is not here they do not read: goal, report, use, causes, gifts, preparation, how satisfied we
thought them, who follows an opinion up. The database holds it back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.database import database_now, fetch, fetch_row, fetch_value
from portal.domain.common.actor import Actor
from portal.domain.common.permissions import Permission
from portal.domain.opinions.keyset import Wanted, cut_of
from portal.domain.opinions.states import OpinionStatus, Sentiment
from portal.domain.quotes.progress import require
from portal.domain.visits.access import visible_visits_condition, visit_by_reference
from portal.domain.visits.moves import MoveView, Wish, last_wish, moves_in, moves_sql
from portal.domain.visits.people import Participant, people_in, people_sql
from portal.domain.visits.states import VisitKind, VisitStatus, VisitWay
from portal.domain.visits.tables import Visit

_ROW = """v.id, v.reference, v.kind, v.status, v.way, v.starts_at, v.ends_at, v.place, v.told,
    v.made_at, v.for_customer <> '' AS has_part, v.updated_at,
    coalesce(v.made_at, v.starts_at, v.updated_at) AS moment"""


@dataclass(frozen=True, slots=True)
class CustomerVisitRow:
    """A visit in the customer's list. `has_part`: something was written for them to read."""

    id: int
    reference: str
    kind: VisitKind
    status: VisitStatus
    way: VisitWay
    starts_at: datetime | None
    ends_at: datetime | None
    place: str
    told: str
    made_at: datetime | None
    has_part: bool

    @property
    def waits_for_customer(self) -> bool:
        """Whether they were asked to agree to a time."""
        return self.status is VisitStatus.PROPOSED


@dataclass(frozen=True, slots=True)
class CustomerVisits:
    """One page of the list. `after` and `before` are keys for the neighbours, or None."""

    rows: Sequence[CustomerVisitRow]
    after: str | None = None
    before: str | None = None


@dataclass(frozen=True, slots=True)
class ShownOpinion:
    """Something they said that is shown to them, and what became of it."""

    reference: str
    sentiment: Sentiment
    text: str
    about: str
    said_by: str
    status: OpinionStatus
    answer: str
    created_at: datetime
    ended_at: datetime | None
    visit_reference: str


@dataclass(frozen=True, slots=True)
class CustomerVisit:
    """Everything but thread, timeline and files. Verbs take `record`.

    `wish` is the time they asked for, while we have not answered. `timezone` is the account's.
    """

    record: Visit
    actor: Actor
    now: datetime
    owner_name: str
    owner_phone: str
    timezone: str
    people: Sequence[Participant]
    moves: Sequence[MoveView]
    opinions: Sequence[ShownOpinion]
    wish: Wish | None

    @property
    def reference(self) -> str:
        return str(self.record.reference)

    @property
    def status(self) -> VisitStatus:
        return self.record.state

    @property
    def kind(self) -> VisitKind:
        return self.record.sort

    @property
    def way(self) -> VisitWay:
        return self.record.by_way_of

    @property
    def can_confirm(self) -> bool:
        """Whether the time we proposed can be agreed to."""
        return self._may_answer and self.status in {VisitStatus.PROPOSED, VisitStatus.COUNTERED}

    @property
    def can_propose_other(self) -> bool:
        return self._may_answer and self.status in {
            VisitStatus.PROPOSED,
            VisitStatus.COUNTERED,
            VisitStatus.CONFIRMED,
        }

    @property
    def _may_answer(self) -> bool:
        return self.actor.may(Permission.ANSWER_VISITS)


async def customer_visit(reference: str, *, by: Actor) -> CustomerVisit:
    """The customer's page of `reference`. Raises `NotFound` for unknown, foreign, hidden ones."""
    require(by, Permission.READ_OWN_VISITS)
    visit = await visit_by_reference(reference, by=by)
    row = await fetch_row(
        f"""SELECT coalesce(p.name, '') AS owner_name, coalesce(p.phone, '') AS owner_phone,
                a.timezone, {people_sql()} AS people, {moves_sql()} AS moves
            FROM visit v JOIN account a ON a.id = v.account_id
            LEFT JOIN staff_member s ON s.id = v.owner_id LEFT JOIN person p ON p.id = s.person_id
            WHERE v.id = $1""",  # noqa: S608 - constants
        visit.id,
    )
    assert row is not None  # noqa: S101 - just read
    return CustomerVisit(
        record=visit,
        actor=by,
        now=await database_now(),
        owner_name=row["owner_name"],
        owner_phone=row["owner_phone"],
        timezone=row["timezone"],
        people=people_in(row["people"]),
        moves=moves_in(row["moves"]),
        opinions=await opinions_of_customer(by=by, visit_id=visit.id),
        wish=await last_wish(visit) if visit.state is VisitStatus.COUNTERED else None,
    )


async def customer_visits(
    *, by: Actor, open_only: bool = False, after: str = "", before: str = "", size: int = 20
) -> CustomerVisits:
    """The customer's visits, newest first; with `open_only` those ahead, the soonest first."""
    require(by, Permission.READ_OWN_VISITS)
    condition, values = visible_visits_condition(by, "v")
    wanted = Wanted([condition], values)
    if open_only:
        wanted.add("v.status NOT IN ('made', 'cancelled')")
    cut = cut_of(after, before, size, ascending=open_only)
    tail = cut.narrow(wanted, "coalesce(v.made_at, v.starts_at, v.updated_at)", "v.id")
    rows = await fetch(
        f"SELECT {_ROW} FROM visit v WHERE {wanted.sql} {tail}",  # noqa: S608 - constants
        *wanted.values,
    )
    found, newer, older = cut.page(rows)
    return CustomerVisits([_row(row) for row in found], newer, older)


async def count_waiting(*, by: Actor) -> int:
    """How many times were proposed that the customer has not answered."""
    condition, values = visible_visits_condition(by, "v")
    count: int = await fetch_value(
        f"SELECT count(*) FROM visit v WHERE v.status = 'proposed' AND {condition}",  # noqa: S608
        *values,
    )
    return count


async def opinions_of_customer(
    *, by: Actor, visit_id: int | None = None, limit: int = 100
) -> Sequence[ShownOpinion]:
    """What they said and were shown, newest first; of one visit with `visit_id`."""
    # A condition of its own: the plan of a statement with both would read all of the account's.
    of_visit = "" if visit_id is None else "AND o.visit_id = $3"
    rows = await fetch(
        f"""SELECT o.reference, o.sentiment, o.text, o.about, o.said_by, o.status, o.answer,
                o.created_at, o.ended_at, coalesce(v.reference, '') AS visit_reference
            FROM opinion o LEFT JOIN visit v ON v.id = o.visit_id
            WHERE o.account_id = $1 AND o.is_shown {of_visit}
            ORDER BY o.created_at DESC, o.id DESC LIMIT $2""",  # noqa: S608 - constants
        by.account_id,
        limit,
        *([] if visit_id is None else [visit_id]),
    )
    return [
        ShownOpinion(
            **{
                **row,
                "sentiment": Sentiment(row["sentiment"]),
                "status": OpinionStatus(row["status"]),
            }
        )
        for row in map(dict, rows)
    ]


def _row(row: Mapping[str, Any]) -> CustomerVisitRow:
    return CustomerVisitRow(
        id=row["id"],
        reference=row["reference"],
        kind=VisitKind(row["kind"]),
        status=VisitStatus(row["status"]),
        way=VisitWay(row["way"]),
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        place=row["place"],
        told=row["told"],
        made_at=row["made_at"],
        has_part=row["has_part"],
    )
