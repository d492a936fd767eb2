"""What must happen after the transaction: written in it, done later at least once by a worker."""

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from portal.database import current_unit, execute


class Queue(StrEnum):
    """Where an event waits; a bulk run never delays an alarm."""

    URGENT = "urgent"
    MAIL = "mail"
    BULK = "bulk"


async def announce(
    kind: str,
    payload: Mapping[str, Any],
    *,
    account_id: int | None = None,
    queue: Queue = Queue.MAIL,
    once: str | None = None,
) -> None:
    """Write an event in the current transaction; `notices` decides who is told of it.

    `once` names the effect (rule, object, period): a second event of that name is not written.
    The payload carries ids, no secrets and no more personal data than the mail needs.
    """
    # Only a worker sees the outbox, so the customer's login could not use ON CONFLICT on its rows.
    conflict = "ON CONFLICT (dedupe_key) DO NOTHING" if once else ""
    await execute(
        f"""INSERT INTO outbox (kind, queue, account_id, payload, dedupe_key)
            VALUES ($1, $2, $3, $4, $5) {conflict}""",  # noqa: S608 - a constant
        kind,
        queue.value,
        account_id,
        json.dumps(payload, ensure_ascii=False),
        once,
    )
    current_unit().outbox_written = True
