"""A complaint as its customer reads it, and what they can do next (rules C2, C3, C5, C8).

What is not here they do not read: our reasons, notes, stock, costs, approvals, dealers. Templates
ask `can_…`; the verbs check again under a lock.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from portal.database import database_now, fetch_row
from portal.domain.common.actor import Actor
from portal.domain.common.errors import NotFound
from portal.domain.common.money import Money
from portal.domain.common.permissions import Permission
from portal.domain.common.record import readable, readable_sql
from portal.domain.complaints.access import visible_complaints_condition
from portal.domain.complaints.goods import GOODS_JSON, ComplainedGoods, complained_goods
from portal.domain.complaints.reopening import reopens_until
from portal.domain.complaints.shown_names import owner_for_customer
from portal.domain.complaints.shown_status import ShownStatus
from portal.domain.complaints.states import (
    OUTCOME_TOLD,
    CaseKind,
    Category,
    ComplaintStatus,
    FindingStage,
    Measure,
    Responsibility,
    Wish,
)
from portal.domain.complaints.steps import Step, StepFacts, steps_of
from portal.domain.complaints.tables import SUBJECT_KIND, Complaint
from portal.domain.policy import Scope
from portal.domain.quotes.revision_rows import day_in, exact_json, moment_in
from portal.domain.service_levels import clock
from portal.domain.service_levels.promise import Promise, TargetKind

_FINDINGS = """(SELECT coalesce(json_agg(found ORDER BY found.id), '[]') FROM (
    SELECT f.id, f.stage, f.for_customer, f.responsibility, f.found_at FROM complaint_finding f
    WHERE f.complaint_id = c.id AND f.for_customer <> '') AS found)"""
_MEASURES = """(SELECT coalesce(json_agg(shown ORDER BY shown.id), '[]') FROM (
    SELECT p.id, p.round, p.measure, p.description, p.ready_on, p.currency, p.compensated_units,
        p.compensation, p.released_at, p.refused_at FROM complaint_proposal p
    WHERE p.complaint_id = c.id AND p.released_at IS NOT NULL) AS shown)"""
_CALL_BACKS = """(SELECT coalesce(json_agg(called ORDER BY called.id), '[]') FROM (
    SELECT k.id, coalesce(i.sku, '') AS sku, k.batch, k.quantity, k.reason, k.decided_at
    FROM complaint_call_back k LEFT JOIN item i ON i.id = k.item_id
    WHERE k.complaint_id = c.id) AS called)"""
_ANSWERS = """(SELECT coalesce(json_agg(said ORDER BY said.id), '[]') FROM (
    SELECT n.id, n.round, n.accepted, n.reason, n.answered_name AS name, n.answered_at AS at
    FROM complaint_answer n WHERE n.complaint_id = c.id) AS said)"""
_MAY_WITHDRAW = frozenset(ComplaintStatus) - {
    ComplaintStatus.CONFIRMED,
    ComplaintStatus.CLOSED,
    ComplaintStatus.WITHDRAWN,
}


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """What was found, in the words that were written for the customer (rules C5, C6)."""

    stage: FindingStage
    text: str
    responsibility: Responsibility | None
    found_at: datetime


@dataclass(frozen=True, slots=True)
class ShownMeasure:
    """A measure that was told: what is done, by when, and what is compensated (rules C7, C8).

    One that was refused since came to nothing, or the customer objected to its outcome.
    """

    round: int
    measure: Measure
    description: str
    ready_on: date | None
    units: Decimal
    compensation: Money
    told_at: datetime
    refused_at: datetime | None


@dataclass(frozen=True, slots=True)
class ShownCallBack:
    """Goods that we call back (rule C5)."""

    sku: str
    batch: str
    quantity: Decimal
    reason: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """What the customer said to the outcome of a round (rule C8)."""

    round: int
    accepted: bool
    reason: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CustomerComplaint:
    """Everything but thread, timeline and files, which `shown_names` and `attachments` have.

    `handled_by` is a name or a department, as the policy says. `promises` are open first, then
    newest first. `reopens_until` is there once it is closed. Verbs take `record`.
    """

    record: Complaint
    actor: Actor
    now: datetime
    handled_by: str
    account_timezone: str
    order_reference: str
    shipment_reference: str
    goods: Sequence[ComplainedGoods]
    findings: Sequence[ShownFinding]
    measures: Sequence[ShownMeasure]
    call_backs: Sequence[ShownCallBack]
    answers: Sequence[GivenAnswer]
    promises: Sequence[Promise]
    steps: tuple[Step, ...]
    reopens_until: datetime | None

    @property
    def reference(self) -> str:
        return str(self.record.reference)

    @property
    def status(self) -> ComplaintStatus:
        return self.record.state

    @property
    def shown_status(self) -> ShownStatus:
        """Where it stands, in the customer's words."""
        return ShownStatus.of(self.status, is_decided=self.measure is not None)

    @property
    def kind(self) -> CaseKind:
        return self.record.case

    @property
    def category(self) -> Category | None:
        return Category(self.record.category) if self.record.category else None

    @property
    def wish(self) -> Wish | None:
        return Wish(self.record.wish) if self.record.wish else None

    @property
    def measure(self) -> ShownMeasure | None:
        """The measure that stands."""
        return next((each for each in self.measures if each.refused_at is None), None)

    @property
    def owed(self) -> Promise | None:
        """What is owed next."""
        return next((each for each in self.promises if each.is_open), None)

    @property
    def waits_for_answer(self) -> bool:
        """Whether we asked something and wait for the answer."""
        return bool(self.record.question)

    @property
    def outcome_is_told(self) -> bool:
        """Whether there is an outcome to be confirmed, objected to or settled (rules C8, C15)."""
        return self.status in OUTCOME_TOLD

    @property
    def can_write(self) -> bool:
        return self.actor.may(Permission.WRITE_MESSAGE)

    @property
    def can_confirm(self) -> bool:
        """Whether the outcome of a complaint can be confirmed or objected to (rule C8)."""
        return self.kind.is_complaint and self.outcome_is_told and self._may_answer

    @property
    def can_settle(self) -> bool:
        """Whether the answer to a lighter kind can be called settled or not (rule C15)."""
        return self.status is ComplaintStatus.ANSWERED and self._may_answer

    @property
    def can_withdraw(self) -> bool:
        return self.status in _MAY_WITHDRAW and self._may_answer

    @property
    def can_reopen(self) -> bool:
        return (
            self.reopens_until is not None and self.now <= self.reopens_until and self._may_answer
        )

    @property
    def _may_answer(self) -> bool:
        return self.actor.may(Permission.ANSWER_COMPLAINT)


async def customer_complaint(reference: str, *, by: Actor) -> CustomerComplaint:
    """The customer's page of `reference`. Raises `NotFound` for unknown and foreign ones alike."""
    condition, values = visible_complaints_condition(by, "c", place=2)
    row = await fetch_row(
        f"""SELECT {readable_sql(Complaint, "c")}, a.timezone AS account_timezone,
                a.tier AS account_tier, o.reference AS order_reference,
                s.reference AS shipment_reference,
                {GOODS_JSON} AS goods_json, {_FINDINGS} AS findings_json,
                {_MEASURES} AS measures_json, {_CALL_BACKS} AS call_backs_json,
                {_ANSWERS} AS answers_json
            FROM complaint c JOIN account a ON a.id = c.account_id
            LEFT JOIN sales_order o ON o.id = c.order_id
            LEFT JOIN shipment s ON s.id = c.shipment_id
            WHERE c.reference = $1 AND {condition}""",  # noqa: S608 - constants
        reference,
        *values,
    )
    if row is None:
        raise NotFound
    columns = [column._meta.name for column in readable(Complaint)]
    record = Complaint(**{name: row[name] for name in columns})
    findings = [_finding(found) for found in exact_json(row["findings_json"])]
    measures = [_measure(told) for told in exact_json(row["measures_json"])]
    promises = await clock.targets_of(SUBJECT_KIND, record.id)
    closed = record.state is ComplaintStatus.CLOSED
    scope = Scope(record.account_id, row["account_tier"])
    return CustomerComplaint(
        record=record,
        actor=by,
        now=await database_now(),
        handled_by=await owner_for_customer(record),
        account_timezone=row["account_timezone"],
        order_reference=row["order_reference"] or "",
        shipment_reference=row["shipment_reference"] or "",
        goods=[complained_goods(line) for line in exact_json(row["goods_json"])],
        findings=findings,
        measures=measures,
        call_backs=[_call_back(called) for called in exact_json(row["call_backs_json"])],
        answers=[_answer(said) for said in exact_json(row["answers_json"])],
        # That we ask after closing how it went is ours to plan (rule C11).
        promises=[each for each in promises if each.kind in _PROMISED],
        steps=_steps(record, promises, findings, measures),
        reopens_until=await reopens_until(record, scope) if closed else None,
    )


_PROMISED = frozenset({TargetKind.FIRST_RESPONSE, TargetKind.SOLUTION, TargetKind.NEXT_RESPONSE})


def _steps(
    record: Complaint,
    promises: Sequence[Promise],
    findings: Sequence[ShownFinding],
    measures: Sequence[ShownMeasure],
) -> tuple[Step, ...]:
    measure = next((each for each in measures if each.refused_at is None), None)
    final = [each.found_at for each in findings if each.stage is FindingStage.FINAL]
    owed_kind = TargetKind.SOLUTION if record.case.is_complaint else TargetKind.FIRST_RESPONSE
    owed = next((each for each in promises if each.kind is owed_kind and each.is_open), None)
    return steps_of(
        StepFacts(
            is_complaint=record.case.is_complaint,
            status=record.state,
            received_at=record.received_at,
            looked_into_at=final[-1] if final else record.judged_at,
            investigate_until=record.investigate_until,
            decided_at=measure.told_at if measure else None,
            ready_on=measure.ready_on if measure else None,
            told_at=record.told_at,
            confirmed_at=record.confirmed_at,
            closed_at=record.closed_at,
            withdrawn_at=record.updated_at,
            due_at=owed.due_at if owed else None,
        )
    )


def _finding(row: Mapping[str, Any]) -> ShownFinding:
    responsibility = row["responsibility"]
    return ShownFinding(
        stage=FindingStage(row["stage"]),
        text=row["for_customer"],
        responsibility=Responsibility(responsibility) if responsibility else None,
        found_at=datetime.fromisoformat(row["found_at"]),
    )


def _measure(row: Mapping[str, Any]) -> ShownMeasure:
    return ShownMeasure(
        round=row["round"],
        measure=Measure(row["measure"]),
        description=row["description"],
        ready_on=day_in(row["ready_on"]),
        units=Decimal(row["compensated_units"]),
        compensation=Money(Decimal(row["compensation"]), row["currency"]),
        told_at=datetime.fromisoformat(row["released_at"]),
        refused_at=moment_in(row["refused_at"]),
    )


def _call_back(row: Mapping[str, Any]) -> ShownCallBack:
    decided_at = datetime.fromisoformat(row["decided_at"])
    return ShownCallBack(row["sku"], row["batch"], row["quantity"], row["reason"], decided_at)


def _answer(row: Mapping[str, Any]) -> GivenAnswer:
    at = datetime.fromisoformat(row["at"])
    return GivenAnswer(row["round"], row["accepted"], row["reason"], row["name"], at)
