"""The cure of a complaint read for its page, in one statement."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from portal.database import fetch_row
from portal.domain.common.money import Money
from portal.domain.common.permissions import StaffRole
from portal.domain.complaints.batches import branch_of
from portal.domain.complaints.cure_view import (
    Asked,
    AskedAfter,
    CalledBack,
    Cure,
    DealerWork,
    FoundOut,
    LookUp,
    Proposed,
    Reviewed,
    Said,
)
from portal.domain.complaints.states import (
    ApprovalReason,
    Cause,
    ChargedTo,
    ComplaintChannel,
    FindingStage,
    Measure,
    Responsibility,
    SampleResult,
    Satisfaction,
)
from portal.domain.complaints.tables import BatchCheck, Complaint
from portal.domain.quotes.revision_rows import day_in, exact_json, moment_in


def _name(person: str) -> str:
    return f"coalesce((SELECT p.name FROM person p WHERE p.id = {person}), '')"  # noqa: S608


def _staff_name(staff_member: str) -> str:
    return f"""coalesce((SELECT p.name FROM staff_member s JOIN person p ON p.id = s.person_id
        WHERE s.id = {staff_member}), '')"""  # noqa: S608 - constants


def _rows(columns: str, table: str) -> str:
    return f"""(SELECT coalesce(json_agg(x ORDER BY x.id), '[]') FROM (
        SELECT {columns} FROM {table} WHERE t.complaint_id = $1) AS x)"""  # noqa: S608 - constants


_LOOK_UPS = _rows(
    f"""t.id, t.item_id, i.sku, t.batch, t.in_stock, t.sample_size, t.result, t.note, t.looked_at,
        t.tested_at, {_name("t.looked_by")} AS looked_by, {_name("t.tested_by")} AS tested_by""",
    "complaint_batch_check t JOIN item i ON i.id = t.item_id",
)
_CALL_BACKS = _rows(
    f"""t.id, i.sku, t.batch, t.quantity, t.reason, {_name("t.decided_by")} AS decided_by,
        t.decided_at""",
    "complaint_call_back t JOIN item i ON i.id = t.item_id",
)
_FINDINGS = _rows(
    f"""t.id, t.stage, t.finding, t.for_customer, t.responsibility, t.cause,
        {_name("t.found_by")} AS found_by, t.found_at""",
    "complaint_finding t",
)
_DEALER_WORK = _rows(
    f"""t.id, d.name AS dealer, d.phone, t.what, t.due_on, {_name("t.given_by")} AS given_by,
        t.given_at, t.done_at, t.failed_at, t.result, t.cost, t.currency""",
    "dealer_task t JOIN dealer d ON d.id = t.dealer_id",
)
_APPROVALS = f"""(SELECT coalesce(json_agg(y ORDER BY y.id), '[]') FROM (
    SELECT a.id, a.role, a.reason, {_name("a.decided_by")} AS decided_by,
        {_staff_name("a.decided_for_id")} AS decided_for, a.decided_at, a.approved, a.note
    FROM complaint_approval a WHERE a.proposal_id = t.id) AS y)"""  # noqa: S608 - constants
_PROPOSALS = _rows(
    f"""t.id, t.round, t.measure, t.description, t.reasoning, t.ready_on, t.currency, t.cost,
        t.compensated_units AS units, t.compensation, t.charged_to, t.charged_amount,
        t.advance_percent, t.proposed_by AS proposed_by_id, {_name("t.proposed_by")} AS proposed_by,
        t.proposed_at, t.withdrawn_at, {_name("t.chosen_by")} AS chosen_by,
        {_staff_name("t.chosen_for_id")} AS chosen_for, t.chosen_at,
        t.chosen_because, t.released_at, t.refused_at, {_APPROVALS} AS approvals""",
    "complaint_proposal t",
)
_ANSWERS = _rows(
    """t.id, t.round, t.accepted, t.reason, t.answered_name AS name, t.answered_at AS at,
        coalesce((SELECT p.name FROM staff_member s JOIN person p ON p.id = s.person_id
                  WHERE s.person_id = t.answered_by), '') AS recorded_by""",
    "complaint_answer t",
)
_FOLLOW_UPS = _rows(
    f"""t.id, t.reached, t.channel, t.satisfaction, t.note,
        {_name("t.contacted_by")} AS contacted_by, t.contacted_at""",
    "complaint_follow_up t",
)
_REVIEW = _rows(
    f"""t.complaint_id AS id, t.conclusion, {_name("t.reviewed_by")} AS reviewed_by,
        t.reviewed_at""",
    "complaint_review t",
)


async def cure_of(complaint: Complaint) -> Cure:
    """All that is recorded of the cure of a complaint that was loaded through a staff viewer."""
    row = await fetch_row(
        f"""SELECT {_LOOK_UPS} AS look_ups, {_CALL_BACKS} AS call_backs, {_FINDINGS} AS findings,
            {_DEALER_WORK} AS dealer_work, {_PROPOSALS} AS proposals, {_ANSWERS} AS answers,
            {_FOLLOW_UPS} AS follow_ups, {_REVIEW} AS review""",
        complaint.id,
    )
    assert row is not None  # noqa: S101 - a row of lists
    found = {name: exact_json(text) for name, text in dict(row).items()}
    return Cure(
        look_ups=[_look_up(each) for each in found["look_ups"]],
        call_backs=[_call_back(each) for each in found["call_backs"]],
        findings=[_finding(each) for each in found["findings"]],
        dealer_work=[_dealer_work(each) for each in found["dealer_work"]],
        proposals=[_proposal(each) for each in found["proposals"]],
        answers=[_answer(each) for each in found["answers"]],
        follow_ups=[_follow_up(each) for each in found["follow_ups"]],
        review=_review(found["review"][0]) if found["review"] else None,
    )


def _look_up(row: Mapping[str, Any]) -> LookUp:
    result = SampleResult(row["result"]) if row["result"] else None
    in_stock = Decimal(row["in_stock"])
    return LookUp(
        **{
            **row,
            "in_stock": in_stock,
            "sample_size": _number(row["sample_size"]),
            "result": result,
            "looked_at": datetime.fromisoformat(row["looked_at"]),
            "tested_at": moment_in(row["tested_at"]),
        },
        branch=branch_of(BatchCheck(in_stock=in_stock, result=row["result"])),
    )


def _call_back(row: Mapping[str, Any]) -> CalledBack:
    return CalledBack(
        **{
            **_without_id(row),
            "quantity": Decimal(row["quantity"]),
            "decided_at": datetime.fromisoformat(row["decided_at"]),
        }
    )


def _finding(row: Mapping[str, Any]) -> FoundOut:
    return FoundOut(
        **{
            **_without_id(row),
            "stage": FindingStage(row["stage"]),
            "responsibility": Responsibility(row["responsibility"])
            if row["responsibility"]
            else None,
            "cause": Cause(row["cause"]) if row["cause"] else None,
            "found_at": datetime.fromisoformat(row["found_at"]),
        }
    )


def _dealer_work(row: Mapping[str, Any]) -> DealerWork:
    cost, currency = _number(row["cost"]), row["currency"]
    kept = {name: value for name, value in _without_id(row).items() if name != "currency"}
    return DealerWork(
        **{
            **kept,
            "due_on": date.fromisoformat(row["due_on"]),
            "given_at": datetime.fromisoformat(row["given_at"]),
            "done_at": moment_in(row["done_at"]),
            "failed_at": moment_in(row["failed_at"]),
            "cost": None if cost is None else Money(cost, currency),
        }
    )


def _proposal(row: Mapping[str, Any]) -> Proposed:
    currency = row["currency"]
    kept = {name: row[name] for name in row if name not in {"currency", "charged_amount"}}
    moments = ("withdrawn_at", "chosen_at", "released_at", "refused_at")
    return Proposed(
        **{
            **kept,
            "measure": Measure(row["measure"]),
            "ready_on": day_in(row["ready_on"]),
            "cost": Money(Decimal(row["cost"]), currency),
            "units": Decimal(row["units"]),
            "compensation": Money(Decimal(row["compensation"]), currency),
            "charged_to": ChargedTo(row["charged_to"]) if row["charged_to"] else None,
            "charged": Money(Decimal(row["charged_amount"]), currency),
            "advance_percent": Decimal(row["advance_percent"]),
            "proposed_at": datetime.fromisoformat(row["proposed_at"]),
            **{name: moment_in(row[name]) for name in moments},
            "approvals": [_asked(each) for each in row["approvals"]],
        }
    )


def _asked(row: Mapping[str, Any]) -> Asked:
    return Asked(
        **{
            **row,
            "role": StaffRole(row["role"]),
            "reason": ApprovalReason(row["reason"]),
            "decided_at": moment_in(row["decided_at"]),
        }
    )


def _answer(row: Mapping[str, Any]) -> Said:
    return Said(**{**_without_id(row), "at": datetime.fromisoformat(row["at"])})


def _follow_up(row: Mapping[str, Any]) -> AskedAfter:
    return AskedAfter(
        **{
            **_without_id(row),
            "channel": ComplaintChannel(row["channel"]),
            "satisfaction": Satisfaction(row["satisfaction"]),
            "contacted_at": datetime.fromisoformat(row["contacted_at"]),
        }
    )


def _review(row: Mapping[str, Any]) -> Reviewed:
    reviewed_at = datetime.fromisoformat(row["reviewed_at"])
    return Reviewed(**{**_without_id(row), "reviewed_at": reviewed_at})


def _without_id(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "id"}


def _number(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value)
