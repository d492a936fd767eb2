"""What was complained about in an order, for the order's own page."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.database import fetch
from portal.domain.complaints.shown_status import ShownStatus, shown_status_sql

# OFFSET has the order's few complaints found first: a walk along the newest of the account would
# pass all the others to find them.
_ABOUT = f"""SELECT c.reference, c.title, {shown_status_sql("c")} AS shown_status
    FROM (SELECT id, reference, title, status, received_at FROM complaint
        WHERE order_id = $1 OFFSET 0) AS c
    ORDER BY c.received_at DESC, c.id DESC LIMIT $2"""  # noqa: S608 - constants


@dataclass(frozen=True, slots=True)
class ComplaintAbout:
    """A complaint as its customer reads it on the order's page."""

    reference: str
    title: str
    shown_status: ShownStatus


async def complaints_about(order_id: int, *, limit: int) -> Sequence[ComplaintAbout]:
    """The newest complaints about an order that the viewer was shown; for customers."""
    rows = await fetch(_ABOUT, order_id, limit)
    return [
        ComplaintAbout(row["reference"], row["title"], ShownStatus(row["shown_status"]))
        for row in rows
    ]
