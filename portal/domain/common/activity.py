"""Who changed what, when, from where, before and after; the timeline that both sides see.

The application's logins can add rows and read them, never alter them.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from portal.database import current_unit, database_now, execute, fetch
from portal.domain.common.actor import Actor, Audience

# Stands for the id of a subject where any record of its kind is meant.
ANY_OF_KIND = 0


@dataclass(frozen=True, slots=True)
class Subject:
    """What a row elsewhere is about, e.g. `Subject("quote_request", 7, "RFQ-2026-00007", 3)`."""

    kind: str
    id: int
    reference: str
    account_id: int | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a timeline."""

    at: datetime
    verb: str
    actor_name: str
    actor_side: str
    audience: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    id: int = 0


async def record(
    subject: Subject,
    verb: str,
    *,
    by: Actor,
    visible_to: Audience,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Note a change in the transaction that makes it (rule A5).

    `verb` is `room.what_happened`, e.g. `quotes.sent`; `visible_to` says whether the customer's
    timeline shows it too. Live pages that show the subject are told after the commit.
    """
    await execute(
        """INSERT INTO activity (at, account_id, subject_kind, subject_id, reference, verb,
               audience, actor_id, actor_name, actor_side, client_address, before, after)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)""",
        await database_now(),
        subject.account_id,
        subject.kind,
        subject.id,
        subject.reference,
        verb,
        visible_to.value,
        by.person_id,
        by.name,
        by.side.value,
        by.client_address,
        _json(before or {}),
        _json(after or {}),
    )
    touch(subject, visible_to)


async def record_change(
    subject: Subject,
    verb: str,
    changed: Mapping[str, tuple[Any, Any]],
    *,
    by: Actor,
    visible_to: Audience = Audience.INTERNAL,
) -> None:
    """Note what `Record.change` returned; nothing when nothing changed."""
    if changed:
        before = {name: pair[0] for name, pair in changed.items()}
        after = {name: pair[1] for name, pair in changed.items()}
        await record(subject, verb, by=by, visible_to=visible_to, before=before, after=after)


async def timeline(
    subject_kind: str, subject_id: int, *, visible_to: Audience, limit: int = 200
) -> list[Entry]:
    """What happened to a record, oldest first; customers get their part only."""
    rows = await fetch(
        """SELECT at, verb, actor_name, actor_side, audience, before, after FROM (
               SELECT * FROM activity
               WHERE subject_kind = $1 AND subject_id = $2
                 AND (audience = 'customer' OR $3 = 'internal')
               ORDER BY id DESC LIMIT $4) AS newest
           ORDER BY id""",
        subject_kind,
        subject_id,
        visible_to.value,
        limit,
    )
    return [
        Entry(
            at=row["at"],
            verb=row["verb"],
            actor_name=row["actor_name"],
            actor_side=row["actor_side"],
            audience=row["audience"],
            before=json.loads(row["before"]),
            after=json.loads(row["after"]),
        )
        for row in rows
    ]


def touch(subject: Subject, visible_to: Audience = Audience.CUSTOMER) -> None:
    """Tell live pages, after the commit, that `subject` changed. Carries no content.

    Staff's lists of records of its kind are told too.
    """
    touched = current_unit().touched
    touched |= {f"staff:{subject.kind}:{subject.id}", f"staff:{subject.kind}:{ANY_OF_KIND}"}
    if visible_to is Audience.CUSTOMER and subject.account_id:
        touched.add(f"account:{subject.account_id}:{subject.kind}:{subject.id}")


def _json(values: Mapping[str, Any]) -> str:
    return json.dumps(values, default=_plain, ensure_ascii=False)


def _plain(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return str(value)
