"""How many complaints lie where, up to a bound: a badge says 99+, never scans everything."""

from dataclasses import dataclass, replace

from portal.database import database_now, fetch_row
from portal.domain.common.actor import Actor
from portal.domain.complaints.complaint_rows import late_at
from portal.domain.complaints.complaint_scope import (
    ComplaintScope,
    asked_once,
    mine,
    my_line,
    visible,
)
from portal.domain.quotes.queue_counts import MOST

_OPEN = "c.status NOT IN ('closed', 'withdrawn')"
_FOR_US = "c.status IN ('received', 'judged', 'investigated', 'proposed', 'chosen')"
_TOLD = "c.status IN ('carried_out', 'explained', 'answered')"


@dataclass(frozen=True, slots=True)
class ComplaintCounts:
    """At most `MOST` each: open ones I own, offered to me, of my line, all, overdue; those that
    wait for us, and those of which the customer has been told an outcome."""

    me: int
    offered: int
    team: int
    all: int
    late: int
    for_us: int
    with_customer: int


async def complaint_counts(*, by: Actor) -> ComplaintCounts:
    """The counts as `by` sees them (rule A6), in one statement besides the clock."""
    now, owned = await database_now(), mine(by, place=2)
    head, (own, to_me, team, seen) = asked_once(
        *(replace(owned, ways=[way]) for way in owned.ways),
        my_line(by, place=2),
        visible(by, place=2),
    )
    row = await fetch_row(
        f"""{head}SELECT {_bounded(own)} AS me, {_bounded(to_me)} AS offered,
                {_bounded(team)} AS team, {_bounded(seen)} AS "all",
                {_bounded(seen, late_at("$1"))} AS late,
                {_bounded(seen, _FOR_US)} AS for_us, {_bounded(seen, _TOLD)} AS with_customer""",
        now,
        *owned.values,
    )
    assert row is not None  # noqa: S101 - a row of counts
    return ComplaintCounts(**dict(row))


def _bounded(scope: ComplaintScope, condition: str = "TRUE") -> str:
    first = f"""SELECT c.id FROM complaint c
        WHERE {{scope}} AND {_OPEN} AND {condition} LIMIT {MOST}"""  # noqa: S608
    found = scope.some_rows(first)
    return f"(SELECT count(*) FROM (SELECT FROM ({found}) AS each_of LIMIT {MOST}) AS some_of)"  # noqa: S608
