"""Who else has a record open, so that two colleagues do not answer it twice.

Real time, not business time: it is about people at their screens. Call `look_at` in a unit of work
that commits; it changes no business record.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.database import fetch
from portal.domain.common.activity import Subject
from portal.domain.common.actor import Actor

# A page says every half minute that it is open.
STILL_THERE = timedelta(seconds=75)


@dataclass(frozen=True, slots=True)
class Onlooker:
    """A colleague who has the record open; `seen_at` is real time.

    `writing` says that they are typing a reply or have one of its forms open.
    """

    person_id: int
    name: str
    seen_at: datetime
    writing: bool = False


async def look_at(subject: Subject, *, by: Actor, writing: bool = False) -> Sequence[Onlooker]:
    """Note that `by` has the record open, and say who else has; one statement."""
    rows = await fetch(
        """WITH me AS (
               INSERT INTO presence (subject_kind, subject_id, person_id, seen_at, writing)
               VALUES ($1, $2, $3, now(), $5)
               ON CONFLICT (subject_kind, subject_id, person_id)
               DO UPDATE SET seen_at = now(), writing = excluded.writing)
           SELECT o.person_id, p.name, o.seen_at, o.writing
           FROM presence o JOIN person p ON p.id = o.person_id
           WHERE o.subject_kind = $1 AND o.subject_id = $2 AND o.person_id <> $3
             AND o.seen_at > now() - $4::interval
           ORDER BY o.writing DESC, o.seen_at DESC LIMIT 10""",
        subject.kind,
        subject.id,
        by.person_id,
        STILL_THERE,
        writing,
    )
    return [Onlooker(**dict(row)) for row in rows]


async def leave(subject: Subject, *, by: Actor) -> None:
    """The page was closed."""
    await fetch(
        "DELETE FROM presence WHERE subject_kind = $1 AND subject_id = $2 AND person_id = $3",
        subject.kind,
        subject.id,
        by.person_id,
    )


async def forget_gone() -> int:
    """Remove what is long gone; for the worker's sweep. Returns how many."""
    rows = await fetch(
        "DELETE FROM presence WHERE seen_at < now() - interval '1 hour' RETURNING person_id"
    )
    return len(rows)
