"""Late, ineffective and unsatisfactory cases are reviewed, and what C7 puts before management."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.database import database_now, fetch, fetch_row
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import Conflict
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_, Worded
from portal.domain.complaints.access import visible_complaints_condition
from portal.domain.complaints.cure_story import CureHappening
from portal.domain.complaints.progress import note_that
from portal.domain.complaints.states import ComplaintStatus
from portal.domain.complaints.tables import SUBJECT_KIND, Complaint, Review
from portal.domain.quotes.field_checks import FieldChecks
from portal.domain.quotes.progress import require


class ReviewReason(Worded):
    """Why a case is reviewed (rules C7, C13)."""

    LATE = "late", N_("Late")
    INEFFECTIVE = "ineffective", N_("Ineffective")
    UNSATISFACTORY = "unsatisfactory", N_("Unsatisfactory")
    MANAGEMENT = "management", N_("Management review")


class NotToReview(Conflict):
    """It went well, is not closed yet, or was reviewed already."""

    message = N_("This case is not up for review.")


@dataclass(frozen=True, slots=True)
class CaseToReview:
    """A case that waits for its review, with what speaks for it."""

    id: int
    reference: str
    title: str
    account_name: str
    status: ComplaintStatus
    received_at: datetime
    closed_at: datetime | None
    reasons: Sequence[ReviewReason]


_LATE_CLOCKS = f"""subject_kind = '{SUBJECT_KIND}' AND kind IN ('first_response', 'solution')
    AND breached_at IS NOT NULL"""
# Closed late, without effect or to no satisfaction; before management also while it is open. What
# speaks for a review is rare and found by indexes of its own.
_CASES = f"""WITH told_against (id) AS (
        SELECT id FROM complaint WHERE enters_review
        UNION SELECT id FROM complaint WHERE effective IS false
        UNION SELECT complaint_id FROM complaint_follow_up WHERE satisfaction = 'dissatisfied'
        UNION SELECT complaint_id FROM complaint_answer WHERE NOT accepted
        UNION SELECT subject_id FROM target WHERE {_LATE_CLOCKS}
    )
    SELECT c.id, c.reference, c.title, a.name AS account_name, c.status, c.received_at,
        c.closed_at, c.enters_review AS management,
        c.status = 'closed' AND EXISTS (
            SELECT FROM target WHERE subject_id = c.id AND {_LATE_CLOCKS}) AS late,
        c.status = 'closed' AND c.effective IS false AS ineffective,
        c.status = 'closed' AND (EXISTS (SELECT FROM complaint_follow_up f
                WHERE f.complaint_id = c.id AND f.satisfaction = 'dissatisfied')
            OR EXISTS (SELECT FROM complaint_answer w
                WHERE w.complaint_id = c.id AND NOT w.accepted)) AS unsatisfactory
    FROM told_against t JOIN complaint c ON c.id = t.id JOIN account a ON a.id = c.account_id
    WHERE (c.status = 'closed' OR c.enters_review AND c.status <> 'withdrawn')
      AND NOT EXISTS (SELECT FROM complaint_review r WHERE r.complaint_id = c.id)
      AND {{condition}}"""  # noqa: S608 - constants


async def cases_to_review(*, by: Actor, limit: int = 200) -> Sequence[CaseToReview]:
    """What waits for a review, the oldest case first (rules C7, C13). Raises `NotAllowed`."""
    require(by, Permission.SUPERVISE_COMPLAINTS)
    condition, values = visible_complaints_condition(by, "c", place=2)
    rows = await fetch(
        f"{_CASES.format(condition=condition)} ORDER BY c.received_at, c.id LIMIT $1",
        limit,
        *values,
    )
    return [_case(row) for row in rows]


async def reasons_to_review(complaint: Complaint) -> Sequence[ReviewReason]:
    """Why this complaint waits for a review; nothing where it does not."""
    row = await fetch_row(_CASES.format(condition="c.id = $1"), complaint.id)
    return _case(row).reasons if row else []


async def conclude(complaint: Complaint, conclusion: str, *, by: Actor) -> Review:
    """Note what the review of a case came to; it stays with us (rule C13).

    Raises `NotAllowed`, `NotToReview`, and `FieldErrors` for `conclusion`.
    """
    require(by, Permission.SUPERVISE_COMPLAINTS)
    await complaint.lock()
    if not await reasons_to_review(complaint):
        raise NotToReview
    checks = FieldChecks()
    conclusion = checks.text("conclusion", conclusion, 4000, needed=True)
    checks.done()
    review = Review(
        complaint_id=complaint.id,
        account_id=complaint.account_id,
        conclusion=conclusion,
        reviewed_by=by.person_id,
        reviewed_at=await database_now(),
    )
    await review.save()
    said = {"conclusion": conclusion}
    await note_that(
        complaint, CureHappening.REVIEWED, by=by, visible_to=Audience.INTERNAL, after=said
    )
    return review


def _case(row: Any) -> CaseToReview:
    return CaseToReview(
        id=row["id"],
        reference=row["reference"],
        title=row["title"],
        account_name=row["account_name"],
        status=ComplaintStatus(row["status"]),
        received_at=row["received_at"],
        closed_at=row["closed_at"],
        reasons=[reason for reason in ReviewReason if row[reason.value]],
    )
