"""What the customer's home page says of complaints: what waits for them, what is owed."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.database import database_now, fetch
from portal.domain.common.actor import Actor
from portal.domain.complaints.complaint_rows import (
    ComplaintRow,
    clock_of,
    complaint_row,
    joined,
    row_columns,
)

# What is open either waits for the customer or is ours to do.
_OPEN = "c.account_id = $1 AND c.status NOT IN ('closed', 'withdrawn')"
_WAITS = "(c.question <> '' OR c.status IN ('carried_out', 'explained', 'answered'))"


@dataclass(frozen=True, slots=True)
class ComplaintsAtHome:
    """`waiting` needs the customer's answer, `owed` is ours to do, due first."""

    waiting: Sequence[ComplaintRow] = ()
    owed: Sequence[ComplaintRow] = ()


async def complaints_at_home(*, by: Actor, limit: int = 10) -> ComplaintsAtHome:
    """The customer's complaints for their home page, up to `limit` of each; one statement.

    What waits for them comes newest first, what is owed, due first.
    """
    waiting = f"""SELECT c.id, row_number() OVER (ORDER BY c.received_at DESC, c.id DESC) AS place
        FROM complaint c WHERE {_OPEN} AND {_WAITS}
        ORDER BY c.received_at DESC, c.id DESC LIMIT {int(limit)}"""  # noqa: S608 - constants
    due = "t.due_at, c.received_at, c.id"
    owed = f"""SELECT c.id, row_number() OVER (ORDER BY {due}) AS place
        FROM complaint c {clock_of()} WHERE {_OPEN} AND NOT {_WAITS}
        ORDER BY {due} LIMIT {int(limit)}"""  # noqa: S608 - constants
    rows = await fetch(
        f"""SELECT shown.list, {row_columns()} FROM (
                SELECT 'waiting' AS list, waiting.* FROM ({waiting}) AS waiting
                UNION ALL SELECT 'owed', owed.* FROM ({owed}) AS owed) AS shown
            JOIN complaint c ON c.id = shown.id {joined()}
            ORDER BY shown.place""",  # noqa: S608 - constants
        by.account_id,
    )
    now = await database_now()
    lists: dict[str, list[ComplaintRow]] = {"waiting": [], "owed": []}
    for row in rows:
        lists[row["list"]].append(complaint_row(row, now))
    return ComplaintsAtHome(**lists)
