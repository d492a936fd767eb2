"""What the customer's home page says of complaints: what waits, what is owed, what is new."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from portal.database import database_now, fetch
from portal.domain.common.activity import Entry
from portal.domain.common.actor import Actor
from portal.domain.complaints.complaint_rows import (
    ComplaintRow,
    complaint_row,
    joined,
    row_columns,
)
from portal.domain.complaints.finding import complaint_by_reference
from portal.domain.complaints.listing import ComplaintFilter, StatusGroup, complaints
from portal.domain.complaints.shown_names import name_instead, without_names
from portal.domain.complaints.tables import SUBJECT_KIND
from portal.domain.quotes.home import News


@dataclass(frozen=True, slots=True)
class ComplaintsAtHome:
    """`waiting` needs the customer's answer, `owed` is ours to do, due first."""

    waiting: Sequence[ComplaintRow] = ()
    owed: Sequence[ComplaintRow] = ()
    news: Sequence[News] = ()


async def complaints_at_home(*, by: Actor, limit: int = 10) -> ComplaintsAtHome:
    """The customer's complaints for their home page, up to `limit` of each."""
    waiting = ComplaintFilter(status=StatusGroup.WITH_CUSTOMER, size=limit)
    return ComplaintsAtHome(
        waiting=(await complaints(waiting, by=by)).rows,
        owed=await _owed(by, limit),
        news=await _news(by, limit),
    )


async def _owed(by: Actor, limit: int) -> list[ComplaintRow]:
    rows = await fetch(
        f"""SELECT {row_columns()} FROM complaint c {joined()}
            WHERE c.account_id = $1 AND c.status NOT IN ('closed', 'withdrawn')
              AND c.status IN ('received', 'judged', 'investigated', 'proposed', 'chosen')
              AND c.question = ''
            ORDER BY t.due_at, c.received_at, c.id LIMIT {int(limit)}""",  # noqa: S608 - constants
        by.account_id,
    )
    now = await database_now()
    return [complaint_row(row, now) for row in rows]


async def _news(by: Actor, limit: int) -> list[News]:
    """What we did lately, in the names that the policy shows (rule C2)."""
    rows = await fetch(
        f"""SELECT y.at, y.verb, y.actor_name, y.actor_side, y.audience, y.before, y.after,
                c.reference, c.title
            FROM activity y JOIN complaint c ON c.id = y.subject_id
            WHERE y.account_id = $1 AND y.subject_kind = $2
              AND y.audience = 'customer' AND y.actor_side <> 'customer'
            ORDER BY y.id DESC LIMIT {int(limit)}""",  # noqa: S608 - a number
        by.account_id,
        SUBJECT_KIND,
    )
    news = [
        News(
            row["reference"],
            row["title"],
            Entry(
                at=row["at"],
                verb=row["verb"],
                actor_name=row["actor_name"],
                actor_side=row["actor_side"],
                audience=row["audience"],
                before=json.loads(row["before"]),
                after=json.loads(row["after"]),
            ),
        )
        for row in rows
    ]
    return await _in_shown_names(news, by=by)


async def _in_shown_names(news: Sequence[News], *, by: Actor) -> list[News]:
    """The policy is the account's: where it shows names, one complaint answers for all."""
    found: list[News] = []
    instead: dict[str, str] = {}
    for each in news:
        if each.reference not in instead:
            record = await complaint_by_reference(each.reference, by=by)
            instead[each.reference] = await name_instead(record)
        if not instead[each.reference]:
            return list(news)
        (entry,) = without_names([each.entry], instead[each.reference])
        found.append(News(each.reference, each.title, entry))
    return found
