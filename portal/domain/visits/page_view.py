"""A visit as its page shows it to us: everything but thread, timeline and files (rules V5-V8).

Templates ask `can_…`; the verbs check again under a lock.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal.database import database_now, fetch_row
from portal.domain.common.actor import Actor
from portal.domain.common.permissions import Permission
from portal.domain.complaints.states import Satisfaction
from portal.domain.opinions.listing import OpinionRow, opinions_of_visit
from portal.domain.service_levels import clock
from portal.domain.service_levels.promise import Promise
from portal.domain.visits.access import may_work_on, visit_by_reference
from portal.domain.visits.accounts import ACCOUNT_COLUMNS, VisitedAccount, account_of
from portal.domain.visits.cancelling import asks_supervisor
from portal.domain.visits.items import ITEMS, ItemView, items_in
from portal.domain.visits.moves import MoveView, Wish, last_wish, moves_in, moves_sql
from portal.domain.visits.people import Participant, people_in, people_sql
from portal.domain.visits.states import (
    Gifts,
    ItemKind,
    VisitKind,
    VisitRule,
    VisitStatus,
    VisitStep,
    VisitWay,
)
from portal.domain.visits.tables import SUBJECT_KIND, Visit


@dataclass(frozen=True, slots=True)
class EarlierVisit:
    """A visit to the same customer that was made before."""

    reference: str
    made_at: datetime
    satisfaction: Satisfaction | None
    report: str
    owner_name: str


@dataclass(frozen=True, slots=True)
class VisitPage:
    """Everything the page says. Names are empty where there is nobody.

    `account.timezone` is the zone in which appointments are read and typed. `wish` is the time that
    the customer asks for, while it is unanswered. `earlier` are the visits made before, newest
    first.
    """

    record: Visit
    actor: Actor
    now: datetime
    account: VisitedAccount
    owner_name: str
    dealer_name: str
    recorded_by: str
    installed: str
    installed_on: date | None
    people: Sequence[Participant]
    items: Sequence[ItemView]
    moves: Sequence[MoveView]
    opinions: Sequence[OpinionRow]
    promises: Sequence[Promise]
    wish: Wish | None
    earlier: Sequence[EarlierVisit]

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
    def rule(self) -> VisitRule:
        return VisitRule(self.record.rule)

    @property
    def step(self) -> VisitStep | None:
        return VisitStep(self.record.step) if self.record.step else None

    @property
    def what(self) -> str:
        """Message id of what asks for it: the step where there is one, else the rule."""
        return self.step.label if self.step else self.rule.label

    @property
    def way(self) -> VisitWay:
        return self.record.by_way_of

    @property
    def satisfaction(self) -> Satisfaction | None:
        return Satisfaction(self.record.satisfaction) if self.record.satisfaction else None

    @property
    def gifts(self) -> Gifts | None:
        return Gifts(self.record.gifts) if self.record.gifts else None

    @property
    def promise(self) -> Promise | None:
        """The clock of the visit as it stands, open or ended."""
        return self.promises[0] if self.promises else None

    @property
    def theirs(self) -> Sequence[Participant]:
        return [each for each in self.people if not each.is_ours]

    @property
    def ours(self) -> Sequence[Participant]:
        return [each for each in self.people if each.is_ours]

    def items_of_kind(self, kind: str) -> Sequence[ItemView]:
        """The points of one kind, in their order."""
        return [each for each in self.items if each.kind == kind]

    @property
    def questions(self) -> Sequence[ItemView]:
        return self.items_of_kind(ItemKind.QUESTION)

    @property
    def is_shown(self) -> bool:
        """Whether the customer sees it."""
        return self.record.shown_at is not None

    @property
    def asks_for_usage(self) -> bool:
        """Whether the record says how the product works in use (rule V8)."""
        return self.account.is_key and self.kind is VisitKind.VISIT

    @property
    def can_work(self) -> bool:
        """Whether the viewer prepares, arranges, gives it on and records it."""
        return self.status.is_open and may_work_on(self.actor)

    @property
    def can_propose(self) -> bool:
        return self.can_work and self.status in {VisitStatus.PLANNED, VisitStatus.COUNTERED}

    @property
    def can_agree_by_phone(self) -> bool:
        return self.can_work

    @property
    def can_agree_to_other(self) -> bool:
        return self.can_work and self.status is VisitStatus.COUNTERED and self.wish is not None

    @property
    def can_move(self) -> bool:
        return self.can_work and self.status in {
            VisitStatus.PROPOSED,
            VisitStatus.COUNTERED,
            VisitStatus.CONFIRMED,
        }

    @property
    def can_record(self) -> bool:
        return self.can_work

    @property
    def can_cancel(self) -> bool:
        may = not asks_supervisor(self.record) or self.actor.may(Permission.SUPERVISE_VISITS)
        return self.can_work and may


_EARLIER = """(SELECT coalesce(json_agg(x ORDER BY x.made_at DESC), '[]') FROM (
    SELECT w.reference, w.made_at, w.satisfaction, w.report, q.name AS owner_name
    FROM visit w JOIN staff_member m ON m.id = w.owner_id JOIN person q ON q.id = m.person_id
    WHERE w.account_id = v.account_id AND w.id <> v.id AND w.status = 'made'
    ORDER BY w.made_at DESC LIMIT 5) AS x)"""


async def visit_page(reference: str, *, by: Actor) -> VisitPage:
    """The page of `reference`. Raises `NotFound` for unknown and hidden ones alike (rule A6)."""
    visit = await visit_by_reference(reference, by=by)
    row = await fetch_row(
        f"""SELECT {ACCOUNT_COLUMNS}, p.name AS owner_name,
               coalesce(d.name, '') AS dealer_name, coalesce(r.name, '') AS recorded_by,
               coalesce(i.what, '') AS installed, i.completed_on AS installed_on,
               {people_sql()} AS people, {ITEMS} AS items, {moves_sql()} AS moves,
               {_EARLIER} AS earlier
           FROM visit v JOIN account a ON a.id = v.account_id
           JOIN staff_member s ON s.id = v.owner_id JOIN person p ON p.id = s.person_id
           LEFT JOIN dealer d ON d.id = v.dealer_id LEFT JOIN person r ON r.id = v.recorded_by
           LEFT JOIN site_installation i ON i.id = v.installation_id
           WHERE v.id = $1""",  # noqa: S608 - constants
        visit.id,
    )
    assert row is not None  # noqa: S101 - read a moment ago
    promises = await clock.targets_of(SUBJECT_KIND, visit.id)
    return VisitPage(
        record=visit,
        actor=by,
        now=await database_now(),
        account=account_of(row),
        owner_name=row["owner_name"],
        dealer_name=row["dealer_name"],
        recorded_by=row["recorded_by"],
        installed=row["installed"],
        installed_on=row["installed_on"],
        people=people_in(row["people"]),
        items=items_in(row["items"]),
        moves=moves_in(row["moves"]),
        opinions=await opinions_of_visit(visit.id, by=by),
        promises=promises,
        wish=await last_wish(visit) if visit.state is VisitStatus.COUNTERED else None,
        earlier=[_earlier(each) for each in json.loads(row["earlier"])],
    )


def _earlier(row: Mapping[str, Any]) -> EarlierVisit:
    return EarlierVisit(
        row["reference"],
        datetime.fromisoformat(row["made_at"]),
        Satisfaction(row["satisfaction"]) if row["satisfaction"] else None,
        row["report"],
        row["owner_name"],
    )
