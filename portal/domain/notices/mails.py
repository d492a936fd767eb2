"""Mails that are owed: an attempt is claimed with a lease, and its outcome noted.

Real time counts here, the database's. A worker that dies leaves the lease behind: once it has run
out, the mail is sent again with the same Message-ID. Every function runs in the caller's unit of
work.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from portal.database import execute, fetch, fetch_row, fetch_value
from portal.domain.common.actor import Side
from portal.domain.common.outbox import announce
from portal.domain.identity.tokens import Purpose, new_token_for
from portal.domain.notices.telling import MAIL_UNDELIVERED

# Longer than a job may take, so that a mail is in the hands of one living worker only.
LEASE = timedelta(seconds=40)

# How long after the n-th failed attempt the next one comes; after the last the mail is given up.
BACKOFF = (
    *(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 30)),
    *(timedelta(hours=hours) for hours in (1, 2, 4, 8, 12, 24)),
)

MOST_ATTEMPTS = len(BACKOFF) + 1

# People of the portal while they are people of the account; others while they are its contacts.
_MAY_READ = """CASE WHEN p.id IS NULL THEN a.archived_at IS NULL AND k.archived_at IS NULL
    ELSE p.disabled_at IS NULL AND (p.side = 'staff' OR m.account_id IS NULL
        OR (a.archived_at IS NULL AND EXISTS (SELECT FROM membership s WHERE s.person_id = p.id
            AND s.account_id = m.account_id AND s.ended_at IS NULL))) END"""

_CLAIMED = f"""
    SELECT m.id, m.attempts AS attempt, m.template, m.address, m.locale, m.message_id,
        m.thread_id, m.created_at, now() AS written_at, p.id AS person_id,
        coalesce(p.name, m.name) AS name, coalesce(p.side, 'customer') AS side,
        coalesce(p.timezone, a.timezone) AS timezone,
        coalesce(n.kind, '') AS kind, coalesce(n.reference, '') AS reference,
        coalesce(n.path, '') AS path, coalesce(n.words, m.words) AS words
    FROM mail m LEFT JOIN person p ON p.id = m.person_id
    LEFT JOIN account a ON a.id = m.account_id
    LEFT JOIN contact k ON k.id = m.contact_id LEFT JOIN notice n ON n.id = m.notice_id
    WHERE m.id = ANY ($1::bigint[]) AND {_MAY_READ} ORDER BY m.id"""  # noqa: S608 - a constant

_PURPOSES = {"invitation": Purpose.INVITATION, "password_reset": Purpose.RESET}


@dataclass(frozen=True, slots=True)
class MailToSend:
    """A claimed attempt, with everything that the mail says.

    `kind`, `reference` and `path` are of its notice and empty without one. `token` goes into the
    link of an invitation or a reset; it is fresh and kept nowhere. `has_access` is false for who
    does not use the portal: no link of it would open for them.
    """

    id: int
    attempt: int
    template: str
    name: str
    side: Side
    address: str
    locale: str
    timezone: str
    message_id: str
    thread_id: str
    created_at: datetime
    written_at: datetime
    kind: str
    reference: str
    path: str
    words: Mapping[str, Any]
    token: str | None = None
    has_access: bool = True


async def claim(mail_id: int, attempts: int) -> MailToSend | None:
    """Begin the attempt after `attempts` earlier ones; None when it is not there to be begun.

    That is: it is done, not due yet, or another worker was faster. A mail that has become
    pointless, because its recipient may no longer read what it is about, is cancelled instead.
    """
    claimed = await fetch_value(
        """UPDATE mail SET attempts = attempts + 1, next_attempt_at = now() + $3
           WHERE id = $1 AND attempts = $2 AND status = 'waiting' AND next_attempt_at <= now()
           RETURNING attempts""",
        mail_id,
        attempts,
        LEASE,
    )
    if claimed is None:
        return None
    row = await fetch_row(_CLAIMED, [mail_id])
    mail = await _written(dict(row)) if row else None
    if mail is None:
        await execute("UPDATE mail SET status = 'cancelled' WHERE id = $1", mail_id)
    elif mail.attempt > MOST_ATTEMPTS:  # the last ones had no outcome: they end their worker
        await _note_undelivered(mail, "given_up", "no outcome")
        return None
    return mail


async def read_claimed(mail_ids: Sequence[int]) -> list[MailToSend]:
    """Claimed mails that need no token of the gate; without those that have become pointless."""
    return [_mail(dict(row)) for row in await fetch(_CLAIMED, mail_ids)]


async def note_sent(mail: MailToSend) -> None:
    """The server has taken it."""
    await execute(
        """UPDATE mail SET status = 'sent', sent_at = now(), last_error = ''
           WHERE id = $1 AND status IN ('waiting', 'given_up')""",
        mail.id,
    )


async def note_failed(mail: MailToSend, error: str) -> None:
    """Try it again later; after the last attempt it is given up and its keeper told.

    `error` must carry no personal data: a status code or the kind of failure.
    """
    if mail.attempt >= MOST_ATTEMPTS:
        await _note_undelivered(mail, "given_up", error)
        return
    await execute(
        """UPDATE mail SET next_attempt_at = now() + $3, last_error = $4
           WHERE id = $1 AND attempts = $2 AND status = 'waiting'""",
        mail.id,
        mail.attempt,
        BACKOFF[mail.attempt - 1],
        error,
    )


async def note_bounced(mail: MailToSend, error: str) -> None:
    """The server refuses it for good; who can put the address right is told. `error` as above."""
    await _note_undelivered(mail, "bounced", error)


async def _note_undelivered(mail: MailToSend, status: str, error: str) -> None:
    ended = await fetch_value(
        """UPDATE mail SET status = $3, last_error = $4
           WHERE id = $1 AND attempts = $2 AND status = 'waiting' RETURNING id""",
        mail.id,
        mail.attempt,
        status,
        error,
    )
    if ended is not None:
        await announce(MAIL_UNDELIVERED, {"mail_id": mail.id}, once=f"{MAIL_UNDELIVERED}:{mail.id}")


async def _written(row: dict[str, Any]) -> MailToSend | None:
    """The mail with its token where it needs one; None where none is given any more."""
    mail = _mail(row)
    if mail.template not in _PURPOSES:
        return mail
    invited_by = mail.words["invited_by"]
    token = await new_token_for(_PURPOSES[mail.template], row["person_id"], invited_by)
    return None if token is None else replace(mail, token=token)


def _mail(row: Mapping[str, Any]) -> MailToSend:
    columns = {name: value for name, value in row.items() if name != "person_id"}
    known = {
        "side": Side(row["side"]),
        "words": json.loads(row["words"]),
        "has_access": row["person_id"] is not None,
    }
    return MailToSend(**{**columns, **known})
