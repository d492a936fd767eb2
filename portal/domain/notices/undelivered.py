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


async def undelivered_to(contact_ids: Collection[int]) -> dict[int, Undelivered]:
    """Of these contacts, those whose newest mail was refused or given up; for staff.

    As people of the portal, or as contacts who do not use it.
    """
    rows = await fetch(
        """SELECT id, address, created_at FROM (
               SELECT DISTINCT ON (k.id) k.id, m.address, m.created_at, m.status
               FROM contact k JOIN LATERAL (
                   SELECT * FROM mail WHERE person_id = k.person_id
                   UNION ALL SELECT * FROM mail WHERE contact_id = k.id) m ON TRUE
               WHERE k.id = ANY($1::bigint[]) AND m.status IN ('sent', 'bounced', 'given_up')
               ORDER BY k.id, m.created_at DESC) AS newest
           WHERE status <> 'sent'""",
        list(contact_ids),
    )
    return {row["id"]: Undelivered(row["address"], row["created_at"]) for row in rows}
