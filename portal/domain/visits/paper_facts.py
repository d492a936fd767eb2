"""What the papers of visits say: the record, the summary of a round, the feedback form (V4, V6).

Load the facts in a short unit of work and render outside of any. Record and summary are ours; the
feedback form 客户拜访征询函 goes to the customer and says nothing that they do not read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal.database import database_now, fetch, fetch_row
from portal.domain.accounts.confidentiality import may_see
from portal.domain.common.actor import Actor
from portal.domain.common.errors import NotFound
from portal.domain.common.permissions import Permission
from portal.domain.complaints.states import Satisfaction
from portal.domain.quotes.document import PartyFacts
from portal.domain.quotes.progress import require
from portal.domain.visits.access import visit_by_reference
from portal.domain.visits.said import Said, said_in
from portal.domain.visits.states import ItemKind, VisitRule, VisitStep
from portal.domain.visits.tables import Visit

_CLOSED_FILE = {"address": "", "phone": "", "tax_number": ""}


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody of a visit; `attended` is None until it has been recorded."""

    name: str
    function: str
    is_ours: bool
    attended: bool | None


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was prepared, offered or asked, and what came of it (rule V5)."""

    kind: ItemKind
    text: str
    done_at: datetime | None
    outcome: str


@dataclass(frozen=True, slots=True)
class Move:
    """An appointment that was moved, and why (rule V5); `by` is empty for the system."""

    at: datetime
    from_starts_at: datetime | None
    to_starts_at: datetime | None
    from_due_on: date | None
    to_due_on: date | None
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class VisitPaperFacts:
    """A visit with its two sides; `supplier.name` is the branch's.

    `dealer` makes it on a visit order (rule V2). `installed` is what it follows, empty otherwise.
    `timezone` and `locale` are the account's.
    """

    visit: Visit
    supplier: PartyFacts
    customer: PartyFacts
    account_code: str
    owner: str
    dealer: PartyFacts | None
    installed: str
    recorded_by: str
    people: Sequence[Participant]
    items: Sequence[Prepared]
    moves: Sequence[Move]
    opinions: Sequence[Said]
    timezone: str
    locale: str
    read_at: datetime

    @property
    def rule(self) -> VisitRule:
        return VisitRule(self.visit.rule)

    @property
    def step(self) -> VisitStep | None:
        return VisitStep(self.visit.step) if self.visit.step else None

    @property
    def satisfaction(self) -> Satisfaction | None:
        return Satisfaction(self.visit.satisfaction) if self.visit.satisfaction else None


async def visit_paper_facts(reference: str, *, by: Actor) -> VisitPaperFacts:
    """The facts of a visit's papers. Raises `NotFound` for unknown and hidden ones alike.

    Whoever only has the visit reads whom they meet, not what the account's file says: its address,
    telephone and tax number (rule A6).
    """
    require(by, Permission.READ_VISITS)
    visit = await visit_by_reference(reference, by=by)
    row = await fetch_row(
        """SELECT b.name AS branch_name, b.address AS branch_address, b.phone AS branch_phone,
               a.code, a.name, a.address, a.phone, a.tax_number, a.timezone, a.locale,
               met.name AS met_name, met.phone AS met_phone, met.email AS met_email,
               p.name AS owner, d.name AS dealer, d.contact_name, d.phone AS dealer_phone,
               d.email AS dealer_email, i.what AS installed, r.name AS recorded_by
           FROM visit v JOIN account a ON a.id = v.account_id JOIN branch b ON b.id = a.branch_id
           JOIN staff_member s ON s.id = v.owner_id JOIN person p ON p.id = s.person_id
           LEFT JOIN dealer d ON d.id = v.dealer_id
           LEFT JOIN site_installation i ON i.id = v.installation_id
           LEFT JOIN person r ON r.id = v.recorded_by
           LEFT JOIN LATERAL (
               SELECT w.name, c.phone, c.email FROM visit_person w
               LEFT JOIN contact c ON c.id = w.contact_id
               WHERE w.visit_id = v.id AND NOT w.is_ours
               ORDER BY w.attended DESC NULLS LAST, w.id LIMIT 1) AS met ON true
           WHERE v.id = $1""",
        visit.id,
    )
    if row is None:
        raise NotFound
    reads_file = by.may(Permission.READ_ALL_VISITS) or await may_see(visit.account_id, by)
    of_file = row if reads_file else _CLOSED_FILE
    return VisitPaperFacts(
        visit=visit,
        supplier=_branch(row),
        customer=PartyFacts(
            row["name"],
            of_file["address"],
            row["met_name"] or "",
            row["met_phone"] or of_file["phone"],
            row["met_email"] or "",
            of_file["tax_number"],
        ),
        account_code=row["code"],
        owner=row["owner"],
        dealer=_dealer(row),
        installed=row["installed"] or "",
        recorded_by=row["recorded_by"] or "",
        people=await _people(visit.id),
        items=await _items(visit.id),
        moves=await _moves(visit.id),
        opinions=(await said_in([visit.id])).get(visit.id, ()),
        timezone=row["timezone"],
        locale=row["locale"],
        read_at=await database_now(),
    )


def _branch(row: Mapping[str, Any]) -> PartyFacts:
    return PartyFacts(
        row["branch_name"], row["branch_address"], row["owner"], row["branch_phone"], ""
    )


def _dealer(row: Mapping[str, Any]) -> PartyFacts | None:
    if not row["dealer"]:
        return None
    return PartyFacts(
        row["dealer"], "", row["contact_name"], row["dealer_phone"], row["dealer_email"]
    )


async def _people(visit_id: int) -> list[Participant]:
    rows = await fetch(
        """SELECT name, function, is_ours, attended FROM visit_person
           WHERE visit_id = $1 ORDER BY is_ours, id""",
        visit_id,
    )
    return [Participant(**row) for row in rows]


async def _items(visit_id: int) -> list[Prepared]:
    rows = await fetch(
        "SELECT kind, text, done_at, outcome FROM visit_item WHERE visit_id = $1 ORDER BY position",
        visit_id,
    )
    return [Prepared(**{**row, "kind": ItemKind(row["kind"])}) for row in rows]


async def _moves(visit_id: int) -> list[Move]:
    rows = await fetch(
        """SELECT m.moved_at AS at, m.from_starts_at, m.to_starts_at, m.from_due_on, m.to_due_on,
               m.reason, coalesce(p.name, '') AS by
           FROM visit_move m LEFT JOIN person p ON p.id = m.moved_by
           WHERE m.visit_id = $1 ORDER BY m.id""",
        visit_id,
    )
    return [Move(**row) for row in rows]
