"""The thread of a record: replies that both sides read, notes that staff alone read."""

from dataclasses import dataclass
from datetime import datetime

from portal.database import database_now, fetch_value
from portal.domain.common.activity import Subject, touch
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import FieldError, NotAllowed
from portal.domain.common.words import N_

LONGEST = 10_000


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `audience` tells a reply from an internal note."""

    id: int
    audience: str
    author_id: int
    author_name: str
    author_side: str
    body: str
    written_at: datetime

    @property
    def is_internal(self) -> bool:
        return self.audience == Audience.INTERNAL


async def write(subject: Subject, body: str, *, by: Actor, audience: Audience) -> int:
    """Add a message and return its id.

    Raises `FieldError` for an empty or overlong body, `NotAllowed` for a customer's internal note.
    """
    body = checked(body, by=by, audience=audience)
    message_id = await fetch_value(
        """INSERT INTO message (account_id, subject_kind, subject_id, audience, author_id,
               author_name, author_side, body, written_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id""",
        subject.account_id,
        subject.kind,
        subject.id,
        audience.value,
        by.person_id,
        by.name,
        by.side.value,
        body,
        await database_now(),
    )
    touch(subject, audience)
    return int(message_id)


def checked(body: str, *, by: Actor, audience: Audience) -> str:
    """The words as they are kept. Raises as `write`."""
    body = body.strip()
    if not body:
        raise FieldError("body", N_("Write a message first."))
    if len(body) > LONGEST:
        raise FieldError("body", N_("Keep the message under %(count)s characters."), count=LONGEST)
    if audience is Audience.INTERNAL and not by.is_staff:
        raise NotAllowed
    return body
