"""What somebody owes on a clock, whatever it is about: for the first page of their day."""

from collections.abc import Collection, Sequence
from typing import Any

from portal.database import database_now, fetch
from portal.domain.common.actor import Actor
from portal.domain.organisation.deputies import whose_work_falls_to
from portal.domain.service_levels.promise import (
    PROMISE_COLUMNS,
    Promise,
    TargetKind,
    promise_of,
)


async def owed_by(
    by: Actor, kinds: Collection[TargetKind], *, limit: int = 20
) -> Sequence[Promise]:
    """What `by` owes of these kinds, or whom they stand in for, due first; at most `limit` of each.

    The promise's reference is the record's, its title says what it is about. Nothing for customers.
    """
    if by.staff_member_id is None:
        return []
    owners = list(await whose_work_falls_to(by.staff_member_id))
    return await _first_of_each(kinds, limit, "owner_id", "unnest($1::bigint[])", owners)


async def owed_to(
    by: Actor, kinds: Collection[TargetKind], *, limit: int = 100
) -> Sequence[Promise]:
    """What of these kinds is owed to the customer's account that `by` acts for, due first; at most
    `limit` of each."""
    return await _first_of_each(kinds, limit, "account_id", "$1::bigint", by.account_id)


async def _first_of_each(
    kinds: Collection[TargetKind], limit: int, column: str, keys: str, value: Any
) -> Sequence[Promise]:
    # Each of the keys with each kind has its place in an index: nothing else of theirs is read.
    words = ", ".join(f"('{kind.value}')" for kind in kinds)
    rows = await fetch(
        f"""SELECT t.* FROM (SELECT {keys}) AS wanted (key) CROSS JOIN (VALUES {words}) AS of (kind)
            CROSS JOIN LATERAL (
                SELECT {PROMISE_COLUMNS} FROM target t
                WHERE t.{column} = wanted.key AND t.kind = of.kind
                  AND t.met_at IS NULL AND t.cancelled_at IS NULL
                ORDER BY t.due_at, t.id LIMIT {int(limit)}) AS t
            ORDER BY t.due_at, t.target_id""",  # noqa: S608 - constants
        value,
    )
    now = await database_now()
    return [promise_of(row, now) for row in rows]
