"""Account files are confidential (rule A6).

They are seen by the account's team, by the line above it and by those with a stated role. Row-level
security keeps customers apart; what staff may see is kept by this condition in every query, because
a policy of that kind would keep the indexes from being used.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.database import database_now, execute, fetch, fetch_value
from portal.domain.common.actor import Actor, Side
from portal.domain.common.permissions import Permission

# Oneself, and from there on everybody below and everybody stood in for today (on the clock of the
# branch of the absent one). UNION, not UNION ALL: a circle ends.
_LINE = """
    SELECT t.account_id FROM team_member t WHERE t.staff_member_id IN (
        WITH RECURSIVE line (id) AS (
            SELECT ${place}::bigint
            UNION
            SELECT answers_to.id FROM line JOIN (
                SELECT s.supervisor_id AS to_id, s.id FROM staff_member s
                UNION ALL
                SELECT d.deputy_id, d.staff_member_id FROM deputy d
                JOIN staff_member absent ON absent.id = d.staff_member_id
                LEFT JOIN branch b ON b.id = absent.branch_id
                WHERE ((SELECT business_now()) AT TIME ZONE
                    coalesce(b.timezone, 'Asia/Shanghai'))::date BETWEEN d.starts_on AND d.ends_on
            ) AS answers_to ON answers_to.to_id = line.id
        )
        SELECT id FROM line)"""


def visible_accounts_condition(
    actor: Actor, column: str = "account.id", *, place: int = 1
) -> tuple[str, list[Any]]:
    """SQL that is true for the accounts whose file `actor` may see, and its parameters (rule A6).

    `column` is the account id in your query, `place` the number of the first parameter that is
    yours to give away: `f"... WHERE {condition} AND q.status = $1"` with `place=2`. Whoever sees
    every file gets `TRUE` and no parameter. A customer gets their own account.
    """
    if actor.side is Side.CUSTOMER:
        return f"{column} = ${place}", [actor.account_id]
    if actor.side is Side.SYSTEM or actor.may(Permission.READ_ALL_ACCOUNTS):
        return "TRUE", []
    return f"{column} IN ({_LINE.format(place=place)})", [actor.staff_member_id]


async def may_see(account_id: int, actor: Actor) -> bool:
    """Whether `actor` may see the file of this account (rule A6)."""
    condition, values = visible_accounts_condition(actor, place=2)
    sql = f"SELECT EXISTS (SELECT FROM account WHERE id = $1 AND {condition})"  # noqa: S608
    return bool(await fetch_value(sql, account_id, *values))


async def note_read(account_id: int, actor: Actor, path: str) -> None:
    """Log that somebody outside the team reads a file (rule A6); the team's own reads are not.

    `path` says which page of it.
    """
    await execute(
        """INSERT INTO file_read (account_id, person_id, at, path)
           SELECT $1, $2, $3, $4 WHERE NOT EXISTS (
               SELECT FROM team_member WHERE account_id = $1 AND staff_member_id = $5)""",
        account_id,
        actor.person_id,
        await database_now(),
        path,
        actor.staff_member_id,
    )


@dataclass(frozen=True, slots=True)
class OutsideRead:
    """Somebody outside the team read a page of the file."""

    at: datetime
    name: str
    path: str


async def reads_from_outside(account_id: int, *, limit: int = 100) -> list[OutsideRead]:
    """The newest reads of a file by people outside its team, newest first (rule A6)."""
    rows = await fetch(
        """SELECT r.at, p.name, r.path FROM file_read r JOIN person p ON p.id = r.person_id
           WHERE r.account_id = $1 ORDER BY r.at DESC, r.id DESC LIMIT $2""",
        account_id,
        limit,
    )
    return [OutsideRead(**dict(row)) for row in rows]
