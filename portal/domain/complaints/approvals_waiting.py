"""What waits for somebody's approval (rule C7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from portal.database import fetch
from portal.domain.common.actor import Actor
from portal.domain.common.money import Money
from portal.domain.common.permissions import StaffRole
from portal.domain.complaints.access import visible_complaints_condition
from portal.domain.complaints.authority import APPROVING_ROLES
from portal.domain.complaints.standing_in import standing_in, stood_in_for
from portal.domain.complaints.states import ApprovalReason, Measure, Severity


@dataclass(frozen=True, slots=True)
class WaitingApproval:
    """A compensation that waits for the reader: what, for whom, and why they are asked.

    `role` is the role they decide in, their own or that of who they stand in for.
    """

    id: int
    reference: str
    title: str
    account_name: str
    role: StaffRole
    reason: ApprovalReason
    severity: Severity
    measure: Measure
    description: str
    units: Decimal
    compensation: Money
    advance_percent: Decimal
    proposed_by_name: str
    chosen_at: datetime


async def waiting_for(by: Actor) -> Sequence[WaitingApproval]:
    """What waits for `by` to decide, in their own role or for who they stand in, oldest first."""
    if not by.is_staff:
        return []
    absent = await stood_in_for(by)
    roles = {each.role.value for each in absent} | {str(by.role)} & set(APPROVING_ROLES)
    if not roles:
        return []
    condition, values = visible_complaints_condition(by, "c", place=3)
    rows = await fetch(
        f"""SELECT p.id AS approval_id, p.role, p.reason, c.reference, c.title, c.severity,
                a.name AS account_name, q.measure, q.description, q.compensated_units,
                q.compensation, q.currency, q.advance_percent, q.proposed_by, q.chosen_at,
                w.name AS proposed_by_name
            FROM complaint_approval p
            JOIN complaint_proposal q ON q.id = p.proposal_id AND q.refused_at IS NULL
            JOIN complaint c ON c.id = q.complaint_id AND c.status = 'chosen'
            JOIN account a ON a.id = c.account_id
            JOIN person w ON w.id = q.proposed_by
            WHERE p.decided_at IS NULL AND p.role = ANY ($1::text[]) AND q.proposed_by <> $2
              AND NOT EXISTS (SELECT FROM complaint_approval o
                              WHERE o.proposal_id = q.id AND o.decided_by = $2)
              AND {condition}
            ORDER BY p.id""",  # noqa: S608 - constants
        sorted(roles),
        by.person_id,
        *values,
    )
    return [
        _waiting(row)
        for row in rows
        if row["role"] == by.role or standing_in(absent, row["role"], row["proposed_by"])
    ]


def _waiting(row: Any) -> WaitingApproval:
    return WaitingApproval(
        id=row["approval_id"],
        reference=row["reference"],
        title=row["title"],
        account_name=row["account_name"],
        role=StaffRole(row["role"]),
        reason=ApprovalReason(row["reason"]),
        severity=Severity(row["severity"]),
        measure=Measure(row["measure"]),
        description=row["description"],
        units=row["compensated_units"],
        compensation=Money(row["compensation"], row["currency"]),
        advance_percent=row["advance_percent"],
        proposed_by_name=row["proposed_by_name"],
        chosen_at=row["chosen_at"],
    )
