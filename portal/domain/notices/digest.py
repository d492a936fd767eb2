"""The digest: what a person chose to read together, or was spared as a flood, once a day."""

import json

from portal.database import fetch, fetch_row
from portal.domain import policy
from portal.domain.common.actor import Side
from portal.domain.common.outbox import Queue, announce
from portal.domain.notices.mail_timing import quiet_for
from portal.domain.notices.owing import Event, owe_mail
from portal.domain.notices.recipients import language
from portal.domain.policy.notice_figures import DIGEST_AT

DIGEST = "notices.digest"

# What one mail lists; the portal has the rest.
_LONGEST = 40


async def call_for_digests() -> int:
    """Announce the digests whose hour has come in their reader's zone, once a day each.

    For the worker: a worker that was off catches up with one digest, whatever was missed.
    Returns how many were announced now.
    """
    at = (await policy.figure(DIGEST_AT)).value
    waiting = await fetch(
        """SELECT n.person_id, n.account_id, (business_now() AT TIME ZONE p.timezone)::date AS day
           FROM notice n JOIN person p ON p.id = n.person_id
           WHERE n.in_digest AND (business_now() AT TIME ZONE p.timezone)::time >= $1
           GROUP BY n.person_id, n.account_id, p.timezone""",
        at,
    )
    announced = 0
    for row in waiting:
        once = f"{DIGEST}:{row['person_id']}:{row['account_id'] or 0}:{row['day']}"
        if await _is_announced(once):
            continue
        announced += 1
        await announce(
            DIGEST,
            {"person_id": row["person_id"], "account_id": row["account_id"]},
            account_id=row["account_id"],
            queue=Queue.BULK,
            once=once,
        )
    return announced


async def write_digest(event: Event, mail_domain: str) -> None:
    """Owe the mail with what is still unread; what was read meanwhile is left out.

    A flood late in the day, or a worker that was off, makes a digest late: customers get it outside
    their quiet hours all the same (rule V7).
    """
    person_id, account_id = event.payload["person_id"], event.payload["account_id"]
    notices = await fetch(
        """UPDATE notice SET in_digest = false
           WHERE in_digest AND person_id = $1 AND account_id IS NOT DISTINCT FROM $2
           RETURNING id, kind, reference, words, path, read_at""",
        person_id,
        account_id,
    )
    unread = sorted((row for row in notices if row["read_at"] is None), key=lambda row: row["id"])
    person = await fetch_row(
        """SELECT p.email, p.locale, p.side, p.timezone, a.locale AS account_locale
           FROM person p LEFT JOIN account a ON a.id = $2
           WHERE p.id = $1 AND p.disabled_at IS NULL""",
        person_id,
        account_id,
    )
    if not unread or person is None:
        return
    words = {
        "notices": [
            {
                "kind": row["kind"],
                "reference": row["reference"],
                "path": row["path"],
                "words": json.loads(row["words"]),
            }
            for row in unread[:_LONGEST]
        ],
        "more": max(0, len(unread) - _LONGEST),
    }
    await owe_mail(
        event,
        mail_domain,
        wait=await quiet_for(Side(person["side"]), person["timezone"]),
        person_id=person_id,
        account_id=account_id,
        template="digest",
        address=person["email"],
        locale=language(person["locale"], person["account_locale"]),
        words=json.dumps(words, ensure_ascii=False),
    )


async def _is_announced(once: str) -> bool:
    return bool(await fetch("SELECT 1 FROM outbox WHERE dedupe_key = $1", once))
