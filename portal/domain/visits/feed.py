"""The secret address of a person's calendar: whoever knows it reads what they would (rule V5).

A new address makes the old one worthless. The database keeps a hash of it alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.database import database_now, execute, fetch, fetch_row, fetch_value
from portal.domain.common.actor import Actor, Side
from portal.domain.common.errors import NotAllowed, NotFound
from portal.domain.common.permissions import Permission, StaffRole
from portal.domain.identity.random_tokens import new_token, token_hash
from portal.domain.quotes.progress import require
from portal.domain.visits.access import visible_visits_condition
from portal.domain.visits.states import VisitStatus, VisitWay

# A calendar keeps what it has been told: this much of the past, and all that is ahead.
_BACK = timedelta(days=60)
_MOST = 1000


@dataclass(frozen=True, slots=True)
class FeedVisit:
    """An appointment of the feed. `sequence` counts its changes, as iCalendar asks for.

    `is_agreed` is False while the customer was only asked. What we want of a visit is not in it:
    whoever keeps the calendar, and whoever has the address, reads along.
    """

    reference: str
    account_name: str
    status: VisitStatus
    way: VisitWay
    starts_at: datetime
    ends_at: datetime
    place: str
    updated_at: datetime
    sequence: int

    @property
    def is_agreed(self) -> bool:
        return self.status in {VisitStatus.CONFIRMED, VisitStatus.MADE}

    @property
    def is_cancelled(self) -> bool:
        return self.status is VisitStatus.CANCELLED


@dataclass(frozen=True, slots=True)
class Feed:
    """Whose calendar it is, with their appointments in order; `locale`, `timezone` are theirs."""

    owner_name: str
    locale: str
    timezone: str
    visits: Sequence[FeedVisit]


async def feed_token(*, by: Actor) -> str:
    """A new token for the address of one's own calendar; the address before it ends.

    It is handed out this once. Raises `NotAllowed`.
    """
    require(by, Permission.READ_VISITS)
    if by.staff_member_id is None:
        raise NotAllowed
    token = new_token()
    await execute(
        """INSERT INTO calendar_feed (staff_member_id, token_hash, created_at) VALUES ($1, $2, $3)
           ON CONFLICT (staff_member_id) DO UPDATE
           SET token_hash = excluded.token_hash, created_at = excluded.created_at,
               read_at = NULL""",
        by.staff_member_id,
        token_hash(token),
        await database_now(),
    )
    return token


async def end_feed(*, by: Actor) -> None:
    """Let the address of one's own calendar end."""
    await execute("DELETE FROM calendar_feed WHERE staff_member_id = $1", by.staff_member_id)


async def feed_since(*, by: Actor) -> tuple[datetime, datetime | None] | None:
    """Since when one's own calendar has an address, and when it was read last; None without."""
    row = await fetch_row(
        "SELECT created_at, read_at FROM calendar_feed WHERE staff_member_id = $1",
        by.staff_member_id,
    )
    return (row["created_at"], row["read_at"]) if row else None


async def visits_of_feed(token: str) -> Feed:
    """What the calendar behind `token` shows: what its owner owns or takes part in, and may see.

    For the staff's login, without anybody signed in. Raises `NotFound` for what is no address of
    somebody who works here.
    """
    row = await fetch_row(
        """SELECT s.id, s.role, s.branch_id, p.id AS person_id, p.name, p.locale,
               p.timezone
           FROM calendar_feed f JOIN staff_member s ON s.id = f.staff_member_id
           JOIN person p ON p.id = s.person_id
           WHERE f.token_hash = $1 AND p.disabled_at IS NULL""",
        token_hash(token),
    )
    if row is None:
        raise NotFound
    owner = Actor(
        row["person_id"],
        row["name"],
        Side.STAFF,
        StaffRole(row["role"]),
        staff_member_id=row["id"],
        branch_id=row["branch_id"],
    )
    await fetch_value(
        "UPDATE calendar_feed SET read_at = $2 WHERE staff_member_id = $1",
        row["id"],
        await database_now(),
    )
    visits = await _visits_of(owner)
    return Feed(row["name"], row["locale"], row["timezone"], visits)


async def _visits_of(owner: Actor) -> Sequence[FeedVisit]:
    condition, values = visible_visits_condition(owner, "v")
    at = len(values)
    rows = await fetch(
        f"""SELECT v.reference, a.name AS account_name, v.status, v.way, v.starts_at, v.ends_at,
                v.place, v.updated_at, v.version AS sequence
            FROM visit v JOIN account a ON a.id = v.account_id
            WHERE {condition} AND v.starts_at > ${at + 1} AND (v.owner_id = ${at + 2}
                OR EXISTS (SELECT FROM visit_person m WHERE m.visit_id = v.id
                    AND m.staff_member_id = ${at + 2}))
            ORDER BY v.starts_at, v.id LIMIT {_MOST}""",  # noqa: S608 - constants
        *values,
        await database_now() - _BACK,
        owner.staff_member_id,
    )
    return [
        FeedVisit(
            **{
                **row,
                "status": VisitStatus(row["status"]),
                "way": VisitWay(row["way"]),
            }
        )
        for row in map(dict, rows)
    ]
