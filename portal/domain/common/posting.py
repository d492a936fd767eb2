"""A message with the files of its form: written once, however often the form is sent."""

from collections.abc import Collection
from dataclasses import dataclass

from portal.database import database_now, execute, fetch_row
from portal.domain.common import form_keys, thread
from portal.domain.common.activity import Subject, touch
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import NotFound
from portal.domain.common.files.attachments import StagedFilesGone
from portal.domain.common.record import Record


@dataclass(frozen=True, slots=True)
class FormFiles:
    """The form that a message was written in, and the public ids of the files it showed."""

    form_key: str = ""
    shown: Collection[str] = ()


NO_FORM = FormFiles()

# Whoever sends the form again waits for its first post and finds the key taken: then nothing of
# this is written. Staff choose files before they know whose they are and who may see them.
_POST = """WITH first AS (
        INSERT INTO form_key (person_id, key, location) VALUES ($5, $10, 'message')
        ON CONFLICT DO NOTHING RETURNING key),
    written AS (
        INSERT INTO message (account_id, subject_kind, subject_id, audience, author_id, author_name,
            author_side, body, written_at)
        SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9 FROM first RETURNING id),
    attached AS (
        UPDATE stored_file f SET subject_kind = $2, subject_id = $3, message_id = written.id,
            attached_at = $9, expires_at = NULL,
            state = CASE f.state WHEN 'staged' THEN 'attached' ELSE f.state END{decided}
        FROM written
        WHERE f.uploaded_by = $5 AND f.form_key = $10 AND f.subject_id IS NULL AND f.finding = ''
        RETURNING f.public_id){stamped}
    SELECT id, ARRAY(SELECT public_id FROM attached) AS files FROM written"""
_DECIDED = ", account_id = $1, audience = $4"
_STAMPED = """,
    stamped AS (UPDATE {table} SET updated_at = $9 FROM written WHERE {table}.id = $3)"""


async def is_sent_again(form: FormFiles, *, by: Actor) -> bool:
    """Whether this form has written its message already. Waits for a first post under way."""
    if not form.form_key or by.person_id is None:
        return False
    return await form_keys.made_by(by.person_id, form.form_key) is not None


async def post(
    subject: Subject,
    body: str,
    *,
    by: Actor,
    audience: Audience,
    form: FormFiles = NO_FORM,
    stamps: type[Record] | None = None,
) -> int | None:
    """Add a message to the thread of `subject`, and the files chosen in its form to the message.

    Returns its id, None where this form had written it already. `stamps` is the table whose
    `updated_at` tells of the message. Raises as `thread.write`, `StagedFilesGone` for a file that
    the form showed and that has expired, `NotFound` for another account's record.
    """
    if not form.form_key or by.person_id is None:
        message_id = await thread.write(subject, body, by=by, audience=audience)
        if stamps is not None:
            await stamp(stamps, subject.id)
        return message_id
    body = thread.checked(body, by=by, audience=audience)
    if not by.is_staff and subject.account_id != by.account_id:
        raise NotFound
    table = stamps._meta.tablename if stamps else ""
    row = await fetch_row(
        _POST.format(
            decided=_DECIDED if by.is_staff else "",
            stamped=_STAMPED.format(table=table) if table else "",
        ),
        subject.account_id,
        subject.kind,
        subject.id,
        audience.value,
        by.person_id,
        by.name,
        by.side.value,
        body,
        await database_now(),
        form.form_key,
    )
    if row is None:
        return None
    if not {*form.shown} <= {*row["files"]}:
        raise StagedFilesGone
    touch(subject, audience)
    return int(row["id"])


async def stamp(table: type[Record], record_id: int) -> None:
    """Note that something was said at a record: no change of it, a colleague's form stays valid."""
    await execute(
        f"UPDATE {table._meta.tablename} SET updated_at = $2 WHERE id = $1",  # noqa: S608 - its name
        record_id,
        await database_now(),
    )
