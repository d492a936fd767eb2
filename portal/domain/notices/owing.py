"""A mail is owed: its row, with an id that is the same at every attempt."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from portal.database import current_unit, execute, fetch_value
from portal.domain.notices.mail_timing import NO_WAIT


@dataclass(frozen=True, slots=True)
class Event:
    """A row of the outbox."""

    id: int
    kind: str
    queue: str
    account_id: int | None
    payload: Mapping[str, Any]
    created_at: datetime


async def owe_mail(
    event: Event, mail_domain: str, *, wait: timedelta = NO_WAIT, **columns: Any
) -> None:
    """Write a mail's row, to be sent after `wait` of real time, once for each event and recipient.

    That is a `person_id`, or `name` and `account_id` of somebody who does not use the portal, with
    the `contact_id` if there is one. Its Message-ID is derived from the event and the recipient,
    for good. An event from before a restore may have been mailed by the original: its mail is held.
    """
    stamp = int(event.created_at.timestamp() * 1_000_000)
    columns |= {
        "outbox_id": event.id,
        "queue": event.queue,
        "message_id": f"<{event.id}.{_recipient(columns)}.{stamp:x}@{mail_domain}>",
    }
    if wait:
        columns["next_attempt_at"] = await fetch_value("SELECT now() + $1::interval", wait)
    places = ", ".join(f"${number}" for number in range(1, len(columns) + 1))
    written = len(columns) + 1
    await execute(
        f"""INSERT INTO mail ({", ".join(columns)}, status)
            VALUES ({places}, CASE WHEN EXISTS (SELECT FROM installation
                WHERE restored_at > ${written}) THEN 'held' ELSE 'waiting' END)
            ON CONFLICT DO NOTHING""",  # noqa: S608 - names of ours
        *columns.values(),
        event.created_at,
    )
    current_unit().outbox_written = True


def _recipient(columns: Mapping[str, Any]) -> str:
    """What of a Message-ID tells the mails of one event apart; nobody's address can be read in it.

    Of a contact the address counts, too: another one is another mail.
    """
    if columns.get("person_id") is not None:
        return str(columns["person_id"])
    whom = f"{columns.get('contact_id') or 0}:{columns['address']}"
    return f"x{sha256(whom.encode()).hexdigest()[:24]}"
