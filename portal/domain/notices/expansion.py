"""From an event of the outbox to notices and what channels owe: once for each event and person."""

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from portal.database import database_now, execute, fetch_row, fetch_value
from portal.domain.common.activity import Subject, touch
from portal.domain.common.actor import Audience, Side
from portal.domain.notices import channels
from portal.domain.notices.about import About
from portal.domain.notices.channel import News
from portal.domain.notices.digest import DIGEST, write_digest
from portal.domain.notices.facts import words_for
from portal.domain.notices.gate_mails import GATE_EVENTS, gate_mail
from portal.domain.notices.kinds import NoticeKind, Reason
from portal.domain.notices.letters import LETTERS, write_letters
from portal.domain.notices.owing import Event, owe_mail
from portal.domain.notices.recipients import Recipient, reachable
from portal.domain.notices.telling import TOLD
from portal.domain.notices.tellings import Telling
from portal.domain.notices.weekly_status import WEEKLY_STATUS, write_status
from portal.domain.surveys import answered
from portal.domain.surveys.events import SurveyEvent

logger = logging.getLogger(__name__)

# What live pages that list a person's notices listen to.
NOTICES = "notices"

# Mails that say many things at once; nothing of them is told in the portal.
TOGETHER: Mapping[str, Callable[[Event, str], Awaitable[None]]] = {
    DIGEST: write_digest,
    WEEKLY_STATUS: write_status,
}

# Events that are worked on; what comes of them announces itself.
WORKED_ON: Mapping[str, Callable[[Event], Awaitable[object]]] = {
    SurveyEvent.ANSWERED: lambda event: answered.work_on(event.payload["response_id"]),
}

# How long after the n-th failure an event is tried again; after the last it is given up.
_BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 60, 240, 720, 1440))


class UnknownEvent(Exception):
    """No table says what this event means: a newer version wrote it, which will tell."""


async def expand(event_id: int, *, mail_domain: str) -> bool:
    """Write who is told of this event and mark it done, in the caller's unit of work.

    Does nothing and returns False when it is done, not due, or in the hands of another worker.
    `mail_domain` goes into the ids of the mails. Raises `UnknownEvent`, and `NotFound` when what
    the event is about is gone.
    """
    event = await _locked(event_id)
    if event is None:
        return False
    if event.kind in GATE_EVENTS:
        await _tell_at_the_gate(event, mail_domain)
    elif event.kind in TOGETHER:
        await TOGETHER[event.kind](event, mail_domain)
    elif event.kind in WORKED_ON:
        await WORKED_ON[event.kind](event)
    elif event.kind in TOLD:
        await _tell(event, mail_domain)
        if event.kind in LETTERS:
            await write_letters(event, mail_domain)
    else:
        raise UnknownEvent(event.kind)
    await execute("UPDATE outbox SET done_at = now() WHERE id = $1", event_id)
    return True


async def note_failure(event_id: int, error: Exception) -> None:
    """Have a failed event tried again later, or give it up. Keeps the kind of error, no words."""
    failures = await fetch_value(
        """UPDATE outbox SET attempts = attempts + 1, last_error = $2
           WHERE id = $1 AND done_at IS NULL AND given_up_at IS NULL RETURNING attempts""",
        event_id,
        type(error).__name__,
    )
    if failures is None:
        return
    if failures > len(_BACKOFF):
        logger.error("event %s is given up: %s", event_id, type(error).__name__)
        await execute("UPDATE outbox SET given_up_at = now() WHERE id = $1", event_id)
    else:
        await execute(
            "UPDATE outbox SET due_at = now() + $2 WHERE id = $1", event_id, _BACKOFF[failures - 1]
        )


async def _locked(event_id: int) -> Event | None:
    row = await fetch_row(
        """SELECT id, kind, queue, account_id, payload, created_at FROM outbox
           WHERE id = $1 AND done_at IS NULL AND given_up_at IS NULL AND due_at <= now()
           FOR UPDATE SKIP LOCKED""",
        event_id,
    )
    return Event(**{**row, "payload": json.loads(row["payload"])}) if row else None


async def _tell(event: Event, mail_domain: str) -> None:
    told = TOLD[event.kind]
    about = await told.about(event.kind, event.payload)
    reached: dict[int, Recipient] = {}
    for telling in told.tellings:
        if telling.when(about):
            named = [one for part in telling.parts for one in await part(about)]
            for recipient in await reachable(about, named):
                reached.setdefault(recipient.person_id, recipient)
                await _notify(event, about, telling, recipient, mail_domain)
    await told.keep(about, list(reached.values()))


async def _notify(
    event: Event, about: About, telling: Telling, recipient: Recipient, mail_domain: str
) -> None:
    notice_id = await fetch_value(
        """INSERT INTO notice (person_id, account_id, outbox_id, kind, reference, words, path,
               created_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
           ON CONFLICT (outbox_id, person_id) DO NOTHING RETURNING id""",
        recipient.person_id,
        about.account_id,
        event.id,
        telling.kind.value,
        about.reference,
        json.dumps(_words(telling.kind, about, recipient), ensure_ascii=False),
        about.path_for(recipient.side, telling.kind, recipient.reason),
        await database_now(),
    )
    if notice_id is None:  # told already, for a reason further up in the table
        return
    is_customer = recipient.side is Side.CUSTOMER
    touch(
        Subject(NOTICES, recipient.person_id, "", about.account_id if is_customer else None),
        Audience.CUSTOMER if is_customer else Audience.INTERNAL,
    )
    news = News(notice_id, event, about, telling, recipient, mail_domain)
    for channel in channels.CHANNELS:
        await channel.pass_on(news)


def _words(kind: NoticeKind, about: About, recipient: Recipient) -> dict[str, object]:
    words = words_for(kind, recipient.side, recipient.reason, about.words)
    words["reason"] = recipient.reason.value
    if recipient.reason is Reason.DEPUTY:
        words["absent"] = recipient.absent
    return words


async def _tell_at_the_gate(event: Event, mail_domain: str) -> None:
    mail = await gate_mail(event.kind, event.payload)
    if mail is not None:
        await owe_mail(
            event,
            mail_domain,
            person_id=mail.person_id,
            account_id=mail.account_id,
            template=mail.template,
            address=mail.email,
            locale=mail.locale,
            words=json.dumps(mail.words, ensure_ascii=False),
        )
