"""The weekly status to the customer: everything open, its state, its date, what comes next (M3)."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from portal.database import fetch, fetch_row
from portal.domain import policy
from portal.domain.common.actor import Side
from portal.domain.common.outbox import Queue, announce
from portal.domain.notices.mail_timing import quiet_for, wants_status
from portal.domain.notices.open_to_customer import OPEN_STATES, open_items, open_rows
from portal.domain.notices.owing import Event, owe_mail
from portal.domain.notices.recipients import language
from portal.domain.policy.notice_figures import WEEKLY_STATUS_AT

WEEKLY_STATUS = "account.weekly_status"

# A worker that was off on Monday still sends it on Tuesday; later it would be old news.
_CATCH_UP = timedelta(hours=36)


async def call_for_weekly_status() -> int:
    """Announce the status mails of this week for accounts with something open, once each.

    For the worker. Monday's hour is the serving branch's. Returns how many were announced now.
    """
    at = (await policy.figure(WEEKLY_STATUS_AT)).value
    rows = await fetch(
        f"""WITH monday AS (
               SELECT b.id, date_trunc('week', business_now() AT TIME ZONE b.timezone) AS starts,
                   business_now() AT TIME ZONE b.timezone AS local
               FROM branch b)
           SELECT a.id, to_char(m.starts, 'IYYY-"W"IW') AS week
           FROM account a JOIN monday m ON m.id = a.branch_id
           WHERE a.archived_at IS NULL
             AND m.local BETWEEN m.starts + $1::time AND m.starts + $1::time + $2::interval
             AND EXISTS ({open_rows(4)})
             AND NOT EXISTS (SELECT FROM outbox x WHERE x.dedupe_key =
                 $3 || ':' || a.id || ':' || to_char(m.starts, 'IYYY-"W"IW'))""",  # noqa: S608
        at,
        _CATCH_UP,
        WEEKLY_STATUS,
        *OPEN_STATES,
    )
    for row in rows:
        await announce(
            WEEKLY_STATUS,
            {"account_id": row["id"], "week": row["week"]},
            account_id=row["id"],
            queue=Queue.BULK,
            once=f"{WEEKLY_STATUS}:{row['id']}:{row['week']}",
        )
    return len(rows)


async def write_status(event: Event, mail_domain: str) -> None:
    """Owe the mail to the main contact, or to the buyers where none has access (rule M3)."""
    account_id = event.payload["account_id"]
    items = await open_items(account_id)
    if not items:
        return
    words = {"account": await _name_of(account_id), "items": items}
    for person in await _readers(account_id):
        if await wants_status(person["id"]):
            await owe_mail(
                event,
                mail_domain,
                wait=await quiet_for(Side.CUSTOMER, person["timezone"]),
                person_id=person["id"],
                account_id=account_id,
                template="weekly_status",
                address=person["email"],
                locale=language(person["locale"], person["account_locale"]),
                words=json.dumps(words, ensure_ascii=False),
            )


async def _name_of(account_id: int) -> str:
    row = await fetch_row("SELECT name FROM account WHERE id = $1", account_id)
    return str(row["name"]) if row else ""


async def _readers(account_id: int) -> list[Mapping[str, Any]]:
    rows = await fetch(
        """SELECT p.id, p.email, p.locale, p.timezone, a.locale AS account_locale,
               EXISTS (SELECT FROM contact c WHERE c.account_id = a.id AND c.person_id = p.id
                         AND c.is_main AND c.archived_at IS NULL) AS is_main
           FROM membership s JOIN person p ON p.id = s.person_id
           JOIN account a ON a.id = s.account_id
           WHERE s.account_id = $1 AND s.ended_at IS NULL AND s.role = 'buyer'
             AND p.disabled_at IS NULL ORDER BY p.id""",
        account_id,
    )
    return [row for row in rows if row["is_main"]] or rows
