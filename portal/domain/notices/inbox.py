"""A person's notices: listed, opened, read. Read marks are no business record."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.database import database_now, execute, fetch, fetch_value
from portal.domain.common.actor import Actor
from portal.domain.common.errors import NotFound

LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Line:
    """One notice. `kind` and `words` are rendered in the reader's language."""

    id: int
    kind: str
    reference: str
    words: Mapping[str, Any]
    path: str
    created_at: datetime
    is_unread: bool


@dataclass(frozen=True, slots=True)
class Inbox:
    """One page of notices, newest first. `older` is the key of the next page, None at the end."""

    lines: Sequence[Line]
    older: int | None = None


async def notices_of(
    by: Actor, *, before: int | None = None, unread_only: bool = False, limit: int = 50
) -> Inbox:
    """The notices of the person who asks, a customer's only of the account acted for."""
    rows = await fetch(
        """SELECT id, kind, reference, words, path, created_at, read_at IS NULL AS is_unread
           FROM notice
           WHERE person_id = $1 AND ($2::bigint IS NULL OR account_id = $2)
             AND ($3::bigint IS NULL OR id < $3) AND (read_at IS NULL OR NOT $4)
           ORDER BY id DESC LIMIT $5""",
        by.person_id,
        by.account_id,
        None if before is None else max(0, min(before, LARGEST_ID)),
        unread_only,
        limit + 1,
    )
    lines = [Line(**{**row, "words": json.loads(row["words"])}) for row in map(dict, rows[:limit])]
    return Inbox(lines, lines[-1].id if len(rows) > limit else None)


async def open_notice(notice_id: int, *, by: Actor) -> str:
    """Mark one's notice as read and return the path it leads to. Raises `NotFound`."""
    if not 0 < notice_id <= LARGEST_ID:
        raise NotFound
    path: str | None = await fetch_value(
        """UPDATE notice SET read_at = coalesce(read_at, $4)
           WHERE id = $1 AND person_id = $2 AND ($3::bigint IS NULL OR account_id = $3)
           RETURNING path""",
        notice_id,
        by.person_id,
        by.account_id,
        await database_now(),
    )
    if path is None:
        raise NotFound
    return path


async def mark_all_read(up_to: int, *, by: Actor) -> None:
    """Mark one's notices as read, those up to the newest that was shown."""
    up_to = min(up_to, LARGEST_ID)
    await execute(
        """UPDATE notice SET read_at = $4
           WHERE id <= $1 AND person_id = $2 AND ($3::bigint IS NULL OR account_id = $3)
             AND read_at IS NULL""",
        up_to,
        by.person_id,
        by.account_id,
        await database_now(),
    )


async def mark_read_at(path: str, *, by: Actor) -> None:
    """Mark one's notices that lead to `path` as read: that page has been opened."""
    await execute(
        """UPDATE notice SET read_at = $4
           WHERE path = $1 AND person_id = $2 AND ($3::bigint IS NULL OR account_id = $3)
             AND read_at IS NULL""",
        path,
        by.person_id,
        by.account_id,
        await database_now(),
    )
