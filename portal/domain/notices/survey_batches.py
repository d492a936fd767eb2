"""Mails of surveys are sent many at a time: claimed with a lease, each with a link of its own.

The link's token is fresh at every attempt, so that no secret rests anywhere; each of them answers
the same invitation, once. A worker that dies leaves the leases behind: the mails go out again with
the same Message-ID. Functions run in the caller's unit of work.
"""

from collections.abc import Sequence
from dataclasses import replace

from portal.database import execute, fetch
from portal.domain.identity.random_tokens import new_token, token_hash
from portal.domain.notices.mails import (
    LEASE,
    MOST_ATTEMPTS,
    MailToSend,
    note_failed,
    read_claimed,
)

_CLAIM = """
    UPDATE mail m SET attempts = attempts + 1, next_attempt_at = now() + $2
    FROM (SELECT id FROM mail
          WHERE status = 'waiting' AND template = 'survey' AND next_attempt_at <= now()
          ORDER BY next_attempt_at, id LIMIT $1 FOR UPDATE SKIP LOCKED) due
    WHERE m.id = due.id RETURNING m.id"""
# Answered, expired or stopped meanwhile: there is nothing to ask any more.
_OPEN = """
    SELECT m.id, i.id AS invitation_id FROM mail m
    JOIN survey_invitation i ON i.id = (m.words ->> 'invitation_id')::bigint
    WHERE m.id = ANY ($1::bigint[]) AND i.status = 'sent' AND i.expires_at > business_now()"""


async def claim_batch(limit: int) -> list[MailToSend]:
    """Begin the next attempt of so many mails; nobody else has them until the lease runs out.

    Those whose invitation is over, or whose contact has left, are cancelled instead; those whose
    attempts never had an outcome are given up.
    """
    claimed = [row["id"] for row in await fetch(_CLAIM, limit, LEASE)]
    if not claimed:
        return []
    invitations = {row["id"]: row["invitation_id"] for row in await fetch(_OPEN, claimed)}
    mails = await read_claimed(list(invitations))
    await _cancel(set(claimed) - {mail.id for mail in mails})
    begun = []
    for mail in mails:
        if mail.attempt > MOST_ATTEMPTS:
            await note_failed(mail, "no outcome")
        else:
            begun.append(replace(mail, token=new_token()))
    await _link(begun, invitations)
    return begun


async def note_batch_sent(mails: Sequence[MailToSend]) -> None:
    """The server has taken these."""
    if mails:
        await execute(
            """UPDATE mail SET status = 'sent', sent_at = now(), last_error = ''
               WHERE id = ANY ($1::bigint[]) AND status IN ('waiting', 'given_up')""",
            [mail.id for mail in mails],
        )


async def give_back(mails: Sequence[MailToSend]) -> None:
    """Attempts that were not begun after all: they count for nothing and are due at once."""
    if mails:
        await execute(
            """UPDATE mail m SET attempts = each.attempt - 1, next_attempt_at = now()
               FROM unnest($1::bigint[], $2::integer[]) AS each (id, attempt)
               WHERE m.id = each.id AND m.attempts = each.attempt AND m.status = 'waiting'""",
            [mail.id for mail in mails],
            [mail.attempt for mail in mails],
        )


async def _cancel(ids: set[int]) -> None:
    if ids:
        await execute(
            "UPDATE mail SET status = 'cancelled' WHERE id = ANY ($1::bigint[])", list(ids)
        )


async def _link(mails: Sequence[MailToSend], invitations: dict[int, int]) -> None:
    await execute(
        """INSERT INTO survey_link (token_hash, invitation_id)
           SELECT * FROM unnest($1::bytea[], $2::bigint[])""",
        [token_hash(mail.token or "") for mail in mails],
        [invitations[mail.id] for mail in mails],
    )
