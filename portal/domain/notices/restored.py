"""After a restore nothing old is mailed again: what waited in the back-up is held for a person."""

from portal.database import current_unit, execute, fetch_row, fetch_value
from portal.domain.common.activity import Subject, record
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import FieldError, NotAllowed
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_, Worded

_HELD = Subject("held_mails", 1, "", None)
LONGEST_REASON = 500


class Decision(Worded):
    """What a person decides about held mails. The value is the verb of the activity row."""

    SEND = "operations.held_sent", N_("Send them")
    DROP = "operations.held_dropped", N_("Drop them")


async def hold_what_waited() -> int:
    """Know the database; in one that was restored, hold the mails that waited and return how many.

    For a worker's start, before it mails anything. A database on another server, or made anew on
    the same one, is a restored one; a replica that takes over is not.
    """
    row = await fetch_row(
        """SELECT i.only_row IS NULL AS is_new,
               i.system_identifier = c.system_identifier
                   AND i.database_oid = d.oid::bigint AS is_same
           FROM pg_control_system() c
           JOIN pg_database d ON d.datname = current_database()
           LEFT JOIN installation i ON true"""
    )
    assert row is not None  # noqa: S101 - a database knows itself
    if row["is_same"]:
        return 0
    await execute(
        """INSERT INTO installation (system_identifier, database_oid, restored_at)
           SELECT c.system_identifier, d.oid::bigint, CASE WHEN $1 THEN NULL ELSE now() END
           FROM pg_control_system() c JOIN pg_database d ON d.datname = current_database()
           ON CONFLICT (only_row) DO UPDATE SET system_identifier = excluded.system_identifier,
               database_oid = excluded.database_oid, restored_at = now()
           WHERE installation.system_identifier <> excluded.system_identifier
              OR installation.database_oid <> excluded.database_oid""",
        row["is_new"],
    )
    if row["is_new"]:
        return 0
    held = await fetch_value(
        """WITH held AS (UPDATE mail SET status = 'held' WHERE status = 'waiting' RETURNING 1)
           SELECT count(*) FROM held"""
    )
    return int(held)


async def held_mails() -> int:
    """How many mails wait for that decision."""
    return int(await fetch_value("SELECT count(*) FROM mail WHERE status = 'held'"))


async def decide(decision: Decision, reason: str, *, by: Actor) -> int:
    """Send or drop everything that is held and return how many mails that were.

    Raises `NotAllowed` for anybody but administrators, `FieldError` for `reason`.
    """
    if not by.may(Permission.OPERATE):
        raise NotAllowed
    if not reason.strip():
        raise FieldError("reason", N_("Say why."))
    status = "waiting" if decision is Decision.SEND else "cancelled"
    count = await fetch_value(
        """WITH decided AS (
               UPDATE mail SET status = $1, next_attempt_at = now()
               WHERE status = 'held' RETURNING 1)
           SELECT count(*) FROM decided""",
        status,
    )
    after = {"reason": reason.strip()[:LONGEST_REASON], "mails": count}
    await record(_HELD, decision, by=by, visible_to=Audience.INTERNAL, after=after)
    current_unit().outbox_written = True
    return int(count)
