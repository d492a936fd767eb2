"""Whose mails do not arrive: shown at the contact until one arrives again."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from portal.database import fetch


@dataclass(frozen=True, slots=True)
class Undelivered:
    """The newest mail to somebody did not arrive. `address` is where it went."""

    address: str
    at: datetime


async def undelivered_to(person_ids: Collection[int | None]) -> dict[int, Undelivered]:
    """Of these people, those whose newest mail was refused or given up; for staff."""
    rows = await fetch(
        """SELECT * FROM (
               SELECT DISTINCT ON (person_id) person_id, address, created_at, status
               FROM mail
               WHERE person_id = ANY($1::bigint[]) AND status IN ('sent', 'bounced', 'given_up')
               ORDER BY person_id, created_at DESC) AS newest
           WHERE status <> 'sent'""",
        [each for each in person_ids if each is not None],
    )
    return {row["person_id"]: Undelivered(row["address"], row["created_at"]) for row in rows}
