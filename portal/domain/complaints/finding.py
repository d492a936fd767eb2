"""Complaints and their lines loaded for verbs: through the viewer, never by their bare id."""

from portal.database import fetch_row
from portal.domain.common.actor import Actor
from portal.domain.common.errors import NotFound
from portal.domain.common.record import readable, readable_sql
from portal.domain.complaints.access import visible_complaints_condition
from portal.domain.complaints.tables import Complaint, ComplaintLine


async def complaint_by_reference(reference: str, *, by: Actor) -> Complaint:
    """The record of `reference`, for verbs.

    Raises `NotFound` for unknown, foreign and confidential ones alike (rule A6).
    """
    condition, values = visible_complaints_condition(by, "c", place=2)
    row = await fetch_row(
        f"""SELECT {readable_sql(Complaint, "c")} FROM complaint c
            WHERE c.reference = $1 AND {condition}""",  # noqa: S608 - constants
        reference,
        *values,
    )
    if row is None:
        raise NotFound
    return Complaint(**dict(row))


async def lines_of(complaint_id: int) -> list[ComplaintLine]:
    """The goods a complaint is about, by position."""
    rows = (
        await ComplaintLine.select(*readable(ComplaintLine))
        .where(ComplaintLine.complaint_id == complaint_id)
        .order_by(ComplaintLine.position)
    )
    return [ComplaintLine(**row) for row in rows]
