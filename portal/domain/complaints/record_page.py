"""A complaint's page for staff in two statements (rules C1-C4, C14).

What was found out and done about it is in `cure_page`; thread and timeline in `shown_names`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.database import fetch_row
from portal.domain.common.actor import Actor
from portal.domain.common.errors import NotFound
from portal.domain.common.record import readable, readable_sql
from portal.domain.complaints.access import visible_complaints_condition
from portal.domain.complaints.goods import GOODS_JSON, ComplainedGoods, complained_goods
from portal.domain.complaints.routing import Route, route_of_case
from portal.domain.complaints.states import (
    CapaState,
    CaseKind,
    Category,
    Cause,
    ComplaintChannel,
    ComplaintStatus,
    Judgement,
    Responsibility,
    Severity,
    Wish,
)
from portal.domain.complaints.tables import SUBJECT_KIND, Complaint
from portal.domain.quotes.revision_rows import exact_json
from portal.domain.service_levels import clock
from portal.domain.service_levels.promise import Promise

_STAFF = """(SELECT p.name FROM staff_member s JOIN person p ON p.id = s.person_id
    WHERE s.id = {id})"""
_PERSON = "(SELECT p.name FROM person p WHERE p.id = {id})"


@dataclass(frozen=True, slots=True)
class ComplaintRecord:
    """Who, what, whose and by when. Verbs take `record`; names are empty where there is nobody.

    `promises` are open first, then newest first. `phone` and `email` are of the contact who
    reported it, else of the customer's person who did; `owner_phone` is ours.
    """

    record: Complaint
    actor: Actor
    account_name: str
    account_code: str
    account_timezone: str
    account_locale: str
    currency: str
    branch_id: int
    branch_timezone: str
    order_reference: str
    shipment_reference: str
    phone: str
    email: str
    owner: str
    owner_phone: str
    offered_to: str
    taken_by: str
    judged_by: str
    closed_by: str
    department: str
    goods: Sequence[ComplainedGoods]
    promises: Sequence[Promise]

    @property
    def reference(self) -> str:
        return str(self.record.reference)

    @property
    def status(self) -> ComplaintStatus:
        return self.record.state

    @property
    def kind(self) -> CaseKind:
        return self.record.case

    @property
    def severity(self) -> Severity:
        return self.record.gravity

    @property
    def category(self) -> Category | None:
        return Category(self.record.category) if self.record.category else None

    @property
    def wish(self) -> Wish | None:
        return Wish(self.record.wish) if self.record.wish else None

    @property
    def channel(self) -> ComplaintChannel:
        return ComplaintChannel(self.record.channel)

    @property
    def judgement(self) -> Judgement | None:
        return Judgement(self.record.judgement) if self.record.judgement else None

    @property
    def responsibility(self) -> Responsibility | None:
        found = self.record.responsibility
        return Responsibility(found) if found else None

    @property
    def cause(self) -> Cause | None:
        return Cause(self.record.cause) if self.record.cause else None

    @property
    def capa(self) -> CapaState | None:
        return self.record.capa

    @property
    def route(self) -> Route:
        """Who handles it, by what it is about and whose doing it was (rules C4, C6, C15)."""
        return route_of_case(self.kind, self.record.category, self.responsibility)

    @property
    def owed(self) -> Promise | None:
        """What is due next."""
        return next((each for each in self.promises if each.is_open), None)

    @property
    def is_mine(self) -> bool:
        return self.record.owner_id == self.actor.staff_member_id

    @property
    def is_offered_to_me(self) -> bool:
        """Whether the viewer was asked to take it on; `accept_offer` knows deputies, too (C14)."""
        offered_to = self.record.offered_to_id
        return offered_to is not None and offered_to == self.actor.staff_member_id


async def complaint_record(reference: str, *, by: Actor) -> ComplaintRecord:
    """The page of `reference` for staff.

    Raises `NotFound` for unknown and confidential ones alike (rule A6).
    """
    condition, values = visible_complaints_condition(by, "c", place=2)
    row = await fetch_row(
        f"""SELECT {readable_sql(Complaint, "c")}, a.name AS account_name, a.code AS account_code,
                a.timezone AS account_timezone, a.locale AS account_locale, a.currency,
                a.branch_id, b.timezone AS branch_timezone, o.reference AS order_reference,
                s.reference AS shipment_reference, d.name AS department,
                coalesce(nullif(k.phone, ''), who.phone) AS who_phone,
                coalesce(nullif(k.email, ''), who.email) AS who_email,
                owner.name AS owner_name, owner.phone AS owner_phone,
                {_STAFF.format(id="c.offered_to_id")} AS offered_to_name,
                {_STAFF.format(id="c.taken_by")} AS taken_by_name,
                {_PERSON.format(id="c.judged_by")} AS judged_by_name,
                {_PERSON.format(id="c.closed_by")} AS closed_by_name,
                {GOODS_JSON} AS goods_json
            FROM complaint c JOIN account a ON a.id = c.account_id
            JOIN branch b ON b.id = a.branch_id
            JOIN staff_member w ON w.id = c.owner_id JOIN person owner ON owner.id = w.person_id
            LEFT JOIN sales_order o ON o.id = c.order_id
            LEFT JOIN shipment s ON s.id = c.shipment_id
            LEFT JOIN department d ON d.id = c.department_id
            LEFT JOIN contact k ON k.id = c.contact_id
            LEFT JOIN person who ON who.id = c.reported_by
            WHERE c.reference = $1 AND {condition}""",  # noqa: S608 - constants
        reference,
        *values,
    )
    if row is None:
        raise NotFound
    columns = [column._meta.name for column in readable(Complaint)]
    record = Complaint(**{name: row[name] for name in columns})
    return ComplaintRecord(
        record=record,
        actor=by,
        account_name=row["account_name"],
        account_code=row["account_code"],
        account_timezone=row["account_timezone"],
        account_locale=row["account_locale"],
        currency=row["currency"],
        branch_id=row["branch_id"],
        branch_timezone=row["branch_timezone"],
        order_reference=row["order_reference"] or "",
        shipment_reference=row["shipment_reference"] or "",
        phone=row["who_phone"] or "",
        email=row["who_email"] or "",
        owner=row["owner_name"],
        owner_phone=row["owner_phone"] or "",
        offered_to=row["offered_to_name"] or "",
        taken_by=row["taken_by_name"] or "",
        judged_by=row["judged_by_name"] or "",
        closed_by=row["closed_by_name"] or "",
        department=row["department"] or "",
        goods=[complained_goods(line) for line in exact_json(row["goods_json"])],
        promises=await clock.targets_of(SUBJECT_KIND, record.id),
    )
