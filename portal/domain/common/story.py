"""What was said and what happened at a record, with its files: one part of it, in one statement.

A record may live for years. Its page shows the newest part and leads to the earlier ones, so that
a page costs the same however long its story has become.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.database import fetch_row, fetch_value
from portal.domain.common.activity import Entry
from portal.domain.common.actor import Audience
from portal.domain.common.files.attachments import AttachedFile
from portal.domain.common.thread import Message

# So many messages, and so many events, are a part.
PART = 50
# A page that stays open keeps what it has shown and adds what comes, up to so many messages.
MOST_SINCE = 200
# Earlier ones are counted up to here: more is "99+".
MOST_COUNTED = 100
_LAST_ID = 2**63 - 1

_OF_RECORD = "subject_kind = $1 AND subject_id = $2 AND (audience = 'customer' OR $3)"
_STORY = f"""WITH said AS (
        SELECT id, audience, author_id, author_name, author_side, body, written_at FROM message
        WHERE {_OF_RECORD} AND id < $4 AND id >= $5 ORDER BY id DESC LIMIT $6),
    happened AS (
        SELECT id, at, verb, actor_name, actor_side, audience, before, after FROM activity
        WHERE {_OF_RECORD} AND id < $7 ORDER BY id DESC LIMIT $8)
    SELECT (SELECT coalesce(json_agg(said ORDER BY id), '[]') FROM said) AS messages,
        (SELECT count(*) FROM (SELECT FROM message WHERE {_OF_RECORD}
            AND id < (SELECT min(id) FROM said) LIMIT $9) AS earlier) AS earlier_messages,
        (SELECT coalesce(json_agg(happened ORDER BY id), '[]') FROM happened) AS events,
        (SELECT count(*) FROM (SELECT FROM activity WHERE {_OF_RECORD}
            AND id < (SELECT min(id) FROM happened) LIMIT $9) AS earlier) AS earlier_events,
        (SELECT coalesce(json_agg(file ORDER BY id), '[]') FROM (
            SELECT id, public_id, message_id, name, size_bytes FROM stored_file
            WHERE {_OF_RECORD} AND (message_id IS NULL OR message_id IN (SELECT id FROM said))
         ) AS file) AS files"""  # noqa: S608 - constants


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of a story is wanted, by ids; without any of them the newest.

    `before` and `events_before` ask for what came before a message or an event, `since` for a
    message and all that followed, `at` for the part that has this message.
    """

    before: int | None = None
    since: int | None = None
    at: int | None = None
    events_before: int | None = None
    most_events: int = PART


NEWEST = Part()


@dataclass(frozen=True, slots=True)
class Story:
    """A part of what was said and happened, oldest first, as one side reads it.

    `files` are those of the record itself and of these messages. Earlier ones are counted up to
    `MOST_COUNTED`. `is_newest` says that no message came after these.
    """

    messages: Sequence[Message]
    events: Sequence[Entry]
    files: Sequence[AttachedFile]
    earlier_messages: int
    earlier_events: int
    is_newest: bool = True


async def story(
    subject_kind: str, subject_id: int, *, visible_to: Audience, part: Part = NEWEST
) -> Story:
    """A part of the story of a record that the viewer was shown before."""
    before = part.before
    if before is None and part.at is not None:
        before = await _after(subject_kind, subject_id, part.at, visible_to)
    row = await fetch_row(
        _STORY,
        subject_kind,
        subject_id,
        visible_to is Audience.INTERNAL,
        _LAST_ID if before is None else before,
        part.since or 0,
        PART if part.since is None else MOST_SINCE,
        _LAST_ID if part.events_before is None else part.events_before,
        part.most_events,
        MOST_COUNTED,
    )
    assert row is not None  # noqa: S101 - a SELECT without FROM has one row
    return Story(
        messages=[_message(each) for each in json.loads(row["messages"])],
        events=[_entry(each) for each in json.loads(row["events"])],
        files=[AttachedFile(**each) for each in json.loads(row["files"])],
        earlier_messages=row["earlier_messages"],
        earlier_events=row["earlier_events"],
        is_newest=before is None,
    )


async def _after(
    subject_kind: str, subject_id: int, message_id: int, visible_to: Audience
) -> int | None:
    """Before which message the part ends that begins with this one; None for the newest part."""
    after: int | None = await fetch_value(
        f"SELECT id FROM message WHERE {_OF_RECORD} AND id >= $4 ORDER BY id OFFSET $5 LIMIT 1",  # noqa: S608
        subject_kind,
        subject_id,
        visible_to is Audience.INTERNAL,
        message_id,
        PART,
    )
    return after


def _message(row: dict[str, Any]) -> Message:
    row["written_at"] = datetime.fromisoformat(row["written_at"])
    return Message(**row)


def _entry(row: dict[str, Any]) -> Entry:
    row["at"] = datetime.fromisoformat(row["at"])
    return Entry(**row)
