"""The sweep of due dates: what is about to be late and what is late is stamped, once (rule Q2)."""

from portal.database import database_now, fetch
from portal.domain.common.activity import Subject, touch

_RUNNING = "met_at IS NULL AND cancelled_at IS NULL AND paused_since IS NULL"


async def stamp_due(*, limit: int = 500) -> int:
    """Stamp up to `limit` targets that have come to warn and as many that were breached.

    For the worker: call it until it returns 0. Live pages that show them are told after the commit.
    What another unit is working on is left to the next sweep; two workers never stamp one target
    twice. A target that waits for the customer is neither warned nor breached.
    """
    now = await database_now()
    stamped = 0
    for column, value, due in (
        ("warned_at", "$1", "warn_at <= $1"),
        # Late is what was not done by its due moment, whenever the sweep comes by.
        ("breached_at", "due_at", "due_at < $1"),
    ):
        rows = await fetch(
            f"""UPDATE target SET {column} = {value} WHERE id IN (
                    SELECT id FROM target WHERE {_RUNNING} AND {column} IS NULL AND {due}
                    ORDER BY {due.split()[0]} LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED)
                RETURNING subject_kind, subject_id, reference, account_id""",  # noqa: S608
            now,
            limit,
        )
        for row in rows:
            touch(
                Subject(row["subject_kind"], row["subject_id"], row["reference"], row["account_id"])
            )
        stamped += len(rows)
    return stamped
