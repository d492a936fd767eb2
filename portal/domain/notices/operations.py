"""The machinery as administrators see it, and what they put right: mails and events that stuck.

A mail or event is tried again, or given up, with a reason that is kept with who and when.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.database import current_unit, execute, fetch, fetch_row
from portal.domain.common.activity import Entry, Subject, record
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import FieldError, NotAllowed, NotFound, WrongState
from portal.domain.common.outbox import Queue
from portal.domain.common.permissions import Permission
from portal.domain.common.sweep_log import SweepRun, sweep_runs
from portal.domain.common.words import N_, Worded
from portal.domain.notices.restored import held_mails

LONGEST_REASON = 500
_SHOWN = 100


class Matter(Worded):
    """What can stick."""

    MAIL = "mail", N_("Mail")
    EVENT = "outbox", N_("Event")


class MailTemplate(Worded):
    """What a mail is for, as far as administrators see: never what it says."""

    NOTICE = "notice", N_("Notice")
    INVITATION = "invitation", N_("Invitation")
    ACCOUNT_OPENED = "account_opened", N_("Further account")
    PASSWORD_RESET = "password_reset", N_("Password reset")
    DIGEST = "digest", N_("Daily digest")
    WEEKLY_STATUS = "weekly_status", N_("Weekly status")
    MEETING = "meeting", N_("Notice of a meeting")
    CONTACT_REPORT = "contact_report", N_("Contact report")
    SURVEY = "survey", N_("Survey")


class Handled(Worded):
    """What an administrator did. The value is the verb of the activity row."""

    TRIED_AGAIN = "operations.tried_again", N_("Tried again: %(reason)s")
    GIVEN_UP = "operations.given_up", N_("Given up: %(reason)s")


def entry_words(entry: Entry) -> tuple[str, Mapping[str, Any]]:
    """Message id and parameters of a timeline entry; an unknown verb says itself."""
    known = entry.verb in set(Handled)
    return (Handled(entry.verb).label, entry.after) if known else (entry.verb, {})


@dataclass(frozen=True, slots=True)
class QueueState:
    """What of one queue waits. `oldest_at` is when the oldest that is due fell due (real time)."""

    queue: Queue
    events: int
    mails: int
    oldest_at: datetime | None


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A mail that bounced or was given up, and whom it was for."""

    id: int
    status: str
    name: str
    address: str
    address_on_file: str
    account_name: str
    account_code: str
    template: MailTemplate
    error: str
    attempts: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class StuckEvent:
    """An event that could not be told to anybody, or that is tried again later."""

    id: int
    kind: str
    error: str
    attempts: int
    created_at: datetime
    due_at: datetime
    is_given_up: bool


@dataclass(frozen=True, slots=True)
class WorkerSeen:
    """A worker process and when it was last seen (real time)."""

    name: str
    started_at: datetime
    seen_at: datetime
    is_alive: bool


async def queue_states() -> list[QueueState]:
    """What waits in each queue, the urgent one first."""
    rows = await fetch(
        """SELECT q.name AS queue, e.waiting AS events, m.waiting AS mails,
               least(e.oldest, m.oldest) AS oldest_at
           FROM unnest($1::text[]) WITH ORDINALITY q(name, rank)
           CROSS JOIN LATERAL (SELECT count(*) AS waiting,
                   min(due_at) FILTER (WHERE due_at <= now()) AS oldest
               FROM outbox WHERE queue = q.name AND done_at IS NULL AND given_up_at IS NULL) e
           CROSS JOIN LATERAL (SELECT count(*) AS waiting,
                   min(next_attempt_at) FILTER (WHERE next_attempt_at <= now()) AS oldest
               FROM mail WHERE queue = q.name AND status = 'waiting') m
           ORDER BY q.rank""",
        [queue.value for queue in Queue],
    )
    return [QueueState(**{**row, "queue": Queue(row["queue"])}) for row in rows]


async def undelivered(mail_id: int | None = None) -> Sequence[Undelivered]:
    """The newest mails that did not arrive, or only that one."""
    rows = await fetch(
        """SELECT m.id, m.status, coalesce(p.name, m.name) AS name, m.address,
               coalesce(p.email, k.email, m.address) AS address_on_file,
               coalesce(a.name, '') AS account_name, coalesce(a.code, '') AS account_code,
               m.template, m.last_error AS error, m.attempts, m.created_at
           FROM mail m LEFT JOIN person p ON p.id = m.person_id
           LEFT JOIN contact k ON k.id = m.contact_id
           LEFT JOIN account a ON a.id = m.account_id
           WHERE m.status IN ('bounced', 'given_up') AND ($2::bigint IS NULL OR m.id = $2)
           ORDER BY m.id DESC LIMIT $1""",
        _SHOWN,
        mail_id,
    )
    return [Undelivered(**{**row, "template": MailTemplate(row["template"])}) for row in rows]


async def stuck_events(event_id: int | None = None) -> Sequence[StuckEvent]:
    """Events that failed, given up or waiting for another try, newest first; or only that one."""
    rows = await fetch(
        """SELECT id, kind, last_error AS error, attempts, created_at, due_at,
               given_up_at IS NOT NULL AS is_given_up
           FROM outbox
           WHERE done_at IS NULL AND attempts > 0 AND ($2::bigint IS NULL OR id = $2)
           ORDER BY id DESC LIMIT $1""",
        _SHOWN,
        event_id,
    )
    return [StuckEvent(**dict(row)) for row in rows]


async def workers_seen() -> Sequence[WorkerSeen]:
    """The worker processes of the last day; alive is who was seen within 45 seconds."""
    rows = await fetch(
        """SELECT name, started_at, seen_at, seen_at > now() - interval '45 seconds' AS is_alive
           FROM worker_process ORDER BY is_alive DESC, seen_at DESC LIMIT $1""",
        _SHOWN,
    )
    return [WorkerSeen(**dict(row)) for row in rows]


@dataclass(frozen=True, slots=True)
class Machinery:
    """All that administrators see of it. `held_mails` wait since a restore for their decision."""

    queues: Sequence[QueueState]
    workers: Sequence[WorkerSeen]
    mails: Sequence[Undelivered]
    events: Sequence[StuckEvent]
    held_mails: int
    sweeps: Sequence[SweepRun]

    @property
    def is_working(self) -> bool:
        """Whether a worker is alive: without one nothing is mailed and no clock is looked at."""
        return any(worker.is_alive for worker in self.workers)


async def machinery(*, by: Actor) -> Machinery:
    """How the machinery stands. Raises `NotAllowed` for anybody but those who operate it."""
    if not by.may(Permission.OPERATE):
        raise NotAllowed
    return Machinery(
        queues=await queue_states(),
        workers=await workers_seen(),
        mails=await undelivered(),
        events=await stuck_events(),
        held_mails=await held_mails(),
        sweeps=await sweep_runs(),
    )


async def stuck(matter: Matter, matter_id: int, *, by: Actor) -> Undelivered | StuckEvent:
    """That mail or event. Raises `NotAllowed`; `NotFound` where nothing of the kind has stuck."""
    if not by.may(Permission.OPERATE):
        raise NotAllowed
    found: Sequence[Undelivered | StuckEvent] = (
        await undelivered(matter_id) if matter is Matter.MAIL else await stuck_events(matter_id)
    )
    if not found:
        raise NotFound
    return found[0]


async def try_again(matter: Matter, matter_id: int, reason: str, *, by: Actor) -> None:
    """Have a mail sent or an event told once more, at once; a mail to the address on file now.

    Raises `NotAllowed`, `NotFound`, `WrongState` where it has not ended, `FieldError` for `reason`.
    """
    subject = await _claimed(matter, matter_id, reason, by=by)
    if matter is Matter.MAIL:
        await execute(
            """UPDATE mail SET status = 'waiting', attempts = 0, next_attempt_at = now(),
                   address = coalesce((SELECT email FROM person p WHERE p.id = mail.person_id),
                       (SELECT email FROM contact k WHERE k.id = mail.contact_id AND k.email <> ''),
                       address)
               WHERE id = $1""",
            matter_id,
        )
    else:
        await execute(
            "UPDATE outbox SET given_up_at = NULL, attempts = 0, due_at = now() WHERE id = $1",
            matter_id,
        )
    current_unit().outbox_written = True
    await _note(subject, Handled.TRIED_AGAIN, reason, by=by)


async def give_up(matter: Matter, matter_id: int, reason: str, *, by: Actor) -> None:
    """Leave it for good: it is shown no more. Raises as `try_again` does."""
    subject = await _claimed(matter, matter_id, reason, by=by)
    if matter is Matter.MAIL:
        await execute("UPDATE mail SET status = 'cancelled' WHERE id = $1", matter_id)
    else:
        await execute(
            """UPDATE outbox SET given_up_at = coalesce(given_up_at, now()), attempts = 0
               WHERE id = $1""",
            matter_id,
        )
    await _note(subject, Handled.GIVEN_UP, reason, by=by)


async def _claimed(matter: Matter, matter_id: int, reason: str, *, by: Actor) -> Subject:
    """The row, locked, that has come to a stop."""
    if not by.may(Permission.OPERATE):
        raise NotAllowed
    if not reason.strip():
        raise FieldError("reason", N_("Say why."))
    if len(reason) > LONGEST_REASON:
        raise FieldError(
            "reason", N_("Keep this under %(max_length)s characters."), max_length=LONGEST_REASON
        )
    row = await fetch_row(
        {
            Matter.MAIL: """SELECT account_id, status IN ('bounced', 'given_up') AS has_stopped
                FROM mail WHERE id = $1 FOR NO KEY UPDATE""",
            Matter.EVENT: """SELECT account_id, done_at IS NULL AND attempts > 0 AS has_stopped
                FROM outbox WHERE id = $1 FOR NO KEY UPDATE""",
        }[matter],
        matter_id,
    )
    if row is None:
        raise NotFound
    if not row["has_stopped"]:
        raise WrongState(state=N_("under way"))
    return Subject(matter.value, matter_id, "", row["account_id"])


async def _note(subject: Subject, handled: Handled, reason: str, *, by: Actor) -> None:
    await record(
        subject, handled, by=by, visible_to=Audience.INTERNAL, after={"reason": reason.strip()}
    )
