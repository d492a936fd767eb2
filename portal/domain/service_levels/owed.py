"""What somebody owes on a clock, whatever it is about: for the first page of their day."""

from collections.abc import Collection, Sequence

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
    """What `by` owes of these kinds, or whom they stand in for, due first; at most `limit`.

    The promise's reference is the record's, its title says what it is about. Nothing for customers.
    """
    if by.staff_member_id is None:
        return []
    rows = await fetch(
        f"""SELECT {PROMISE_COLUMNS} FROM target t
            WHERE t.owner_id = ANY($1) AND t.kind = ANY($2)
              AND t.met_at IS NULL AND t.cancelled_at IS NULL
            ORDER BY t.due_at, t.id LIMIT $3""",  # noqa: S608 - constants
        list(await whose_work_falls_to(by.staff_member_id)),
        [kind.value for kind in kinds],
        limit,
    )
    now = await database_now()
    return [promise_of(row, now) for row in rows]


async def owed_to(
    by: Actor, kinds: Collection[TargetKind], *, limit: int = 100
) -> Sequence[Promise]:
    """What of these kinds is owed to the customer's account that `by` acts for, due first."""
    rows = await fetch(
        f"""SELECT {PROMISE_COLUMNS} FROM target t
            WHERE t.account_id = $1 AND t.kind = ANY($2)
              AND t.met_at IS NULL AND t.cancelled_at IS NULL
            ORDER BY t.due_at, t.id LIMIT $3""",  # noqa: S608 - constants
        by.account_id,
        [kind.value for kind in kinds],
        limit,
    )
    now = await database_now()
    return [promise_of(row, now) for row in rows]
