"""Files chosen in a form that is not sent yet: they outlive a refused form and expire.

Each function opens a unit of work of its own unless it says otherwise: what was chosen stays when
the request around it is rolled back. Call them where none is open.
"""

import hashlib
import logging
import secrets
from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from portal.database import Login, UnitOfWork, database_now, execute, fetch_row, unit_of_work
from portal.domain.common.actor import Actor
from portal.domain.common.errors import NotFound
from portal.domain.common.files.inspection import Inspected, inspected
from portal.domain.common.files.limits import UploadLimits, readable_size
from portal.domain.common.files.names import readable_name
from portal.domain.common.files.refusals import FileRefused, Refusal
from portal.domain.common.files.scanning import Scanner, ScannerAway, Verdict
from portal.domain.common.files.storage import Storage, StorageFull, new_key
from portal.domain.common.files.tables import FileState, StoredFile

logger = logging.getLogger(__name__)

# The form key of documents that no form brought.
DOCUMENTS = "documents"


class Upload(Protocol):
    """One chosen file, as Litestar's `UploadFile` brings it."""

    @property
    def filename(self) -> str: ...

    async def read(self, size: int = -1) -> bytes: ...


@dataclass(slots=True)
class Staged:
    """What became of the files of one post: each is kept or refused with its reason."""

    kept: list[StoredFile] = field(default_factory=list)
    refused: list[FileRefused] = field(default_factory=list)


async def stage(
    form_key: str,
    uploads: Iterable[Upload],
    *,
    by: Actor,
    limits: UploadLimits,
    storage: Storage,
    scanner: Scanner,
) -> Staged:
    """Look through chosen files and keep the good ones for this person and form.

    The same file chosen again is kept once. With a scanner that is away files are kept in
    quarantine. Raises `DatabaseAway` and `StorageError` other than a full storage; then the file
    at hand is not kept, those before it are.
    """
    outcome = Staged()
    for position, upload in enumerate(uploads):
        try:
            if position >= limits.max_files:
                name = readable_name(upload.filename)
                raise FileRefused(Refusal.TOO_MANY, name=name, limit=limits.max_files)
            data = await upload.read(limits.max_file_bytes + 1)
            if upload.filename or data:
                file = await inspected(upload.filename, data, limits)
                kept = await _keep(
                    form_key, file, by=by, limits=limits, storage=storage, scanner=scanner
                )
                outcome.kept.append(kept)
        except FileRefused as refused:
            outcome.refused.append(refused)
    return outcome


async def stage_document(
    name: str, data: bytes, media_type: str, *, by: Actor, limits: UploadLimits, storage: Storage
) -> StoredFile:
    """Keep a document that the portal itself made (a sent PDF) until a verb attaches it.

    Nobody but staff sees it before `attach_file`; if the verb fails, it expires. Raises
    `StorageError`.
    """
    key = new_key()
    await storage.put(key, data)
    async with _unit_of(by):
        file = _row(DOCUMENTS, key, name=name, media_type=media_type, data=data, by=by)
        return await _insert(file, limits)


async def staged_for(form_key: str, *, by: Actor) -> list[StoredFile]:
    """What this person has chosen in this form, oldest first. Reads in the caller's unit."""
    query = StoredFile.objects().where(
        StoredFile.uploaded_by == by.person_id,
        StoredFile.form_key == form_key,
        StoredFile.subject_id.is_null(),
    )
    return await query.order_by(StoredFile.id)


async def staged_file(public_id: str, *, by: Actor) -> StoredFile:
    """One's own chosen file, to look at it again. Reads in the caller's unit; raises `NotFound`."""
    file = await StoredFile.objects().get(
        (StoredFile.public_id == public_id)
        & (StoredFile.uploaded_by == by.person_id)
        & StoredFile.subject_id.is_null()
    )
    if file is None:
        raise NotFound
    return file


async def hold_staged(form_key: str, until: datetime, *, by: Actor) -> None:
    """Let the files of a form that was left as a draft expire no earlier than `until`.

    Works in the caller's unit, with the draft.
    """
    await execute(
        """UPDATE stored_file SET expires_at = greatest(expires_at, $3)
           WHERE uploaded_by = $1 AND form_key = $2 AND subject_id IS NULL""",
        by.person_id,
        form_key,
        until,
    )


async def remove_staged(public_id: str, *, by: Actor, storage: Storage) -> None:
    """Take a chosen file out of its form again. One that is gone already is no error."""
    async with _unit_of(by):
        row = await fetch_row(
            """DELETE FROM stored_file
               WHERE public_id = $1 AND uploaded_by = $2 AND subject_id IS NULL
               RETURNING storage_key""",
            public_id,
            by.person_id,
        )
    if row:
        await storage.delete(row["storage_key"])


async def _keep(
    form_key: str,
    file: Inspected,
    *,
    by: Actor,
    limits: UploadLimits,
    storage: Storage,
    scanner: Scanner,
) -> StoredFile:
    """Bytes first, row after: a row never names bytes that are not there."""
    verdict = await _verdict(file, scanner)
    key = new_key()
    try:
        await storage.put(key, file.data)
    except StorageFull as error:
        logger.error("The file storage is full: an upload was refused.")
        raise FileRefused(Refusal.NOT_STORED, name=file.name) from error
    media_type = file.kind.media_type
    row = _row(form_key, key, name=file.name, media_type=media_type, data=file.data, by=by)
    try:
        async with _unit_of(by):
            kept = await _add(row, verdict, limits)
    # After any other error the row may have been committed: its bytes stay until the sweep.
    except FileRefused:
        await storage.delete(key)
        raise
    if kept.storage_key != key:
        await storage.delete(key)
    return kept


async def _verdict(file: Inspected, scanner: Scanner) -> Verdict | None:
    """What the scanner says, None while it is away. Raises `FileRefused` for a finding."""
    try:
        verdict = await scanner.scan(file.data)
    except ScannerAway as error:
        logger.warning("The virus scanner is away, an upload waits in quarantine: %s", error)
        return None
    if verdict.finding:
        logger.warning("The virus scanner refused an upload: %s", verdict.finding)
        raise FileRefused(Refusal.INFECTED, name=file.name)
    return verdict


def _row(
    form_key: str, key: str, *, name: str, media_type: str, data: bytes, by: Actor
) -> StoredFile:
    return StoredFile(
        public_id=secrets.token_urlsafe(24),
        account_id=by.account_id,
        form_key=form_key,
        name=name,
        media_type=media_type,
        size_bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        storage_key=key,
        # What staff choose is internal until they attach it to what the customer may see.
        audience=by.reads.value,
        state=FileState.STAGED.value,
        uploaded_by=by.person_id,
    )


async def _add(file: StoredFile, verdict: Verdict | None, limits: UploadLimits) -> StoredFile:
    """Insert within the limits, or return the same file where this form has it already."""
    await execute(
        "SELECT pg_advisory_xact_lock(hashtextextended('staged files', $1))", file.uploaded_by
    )
    known = await StoredFile.objects().get(
        (StoredFile.uploaded_by == file.uploaded_by)
        & (StoredFile.form_key == file.form_key)
        & (StoredFile.sha256 == file.sha256)
        & (StoredFile.name == file.name)
        & StoredFile.subject_id.is_null()
    )
    if known:
        return known
    await _check_room(file, limits)
    if verdict is None:
        file.state = FileState.QUARANTINED.value
    elif verdict.scanned:
        file.scanned_at = await database_now()
    return await _insert(file, limits)


async def _check_room(file: StoredFile, limits: UploadLimits) -> None:
    row = await fetch_row(
        """SELECT count(*) FILTER (WHERE form_key = $2) AS files,
                  coalesce(sum(size_bytes) FILTER (WHERE form_key = $2), 0) AS form_bytes,
                  coalesce(sum(size_bytes), 0) AS all_bytes
           FROM stored_file WHERE uploaded_by = $1 AND subject_id IS NULL""",
        file.uploaded_by,
        file.form_key,
    )
    assert row is not None  # noqa: S101 - an aggregate always has a row
    if row["files"] >= limits.max_files:
        raise FileRefused(Refusal.TOO_MANY, name=file.name, limit=limits.max_files)
    for refusal, used, limit in (
        (Refusal.TOO_MUCH, row["form_bytes"], limits.max_form_bytes),
        (Refusal.TOO_MUCH_WAITING, row["all_bytes"], limits.max_staged_bytes),
    ):
        if used + file.size_bytes > limit:
            raise FileRefused(refusal, name=file.name, limit=readable_size(limit))


async def _insert(file: StoredFile, limits: UploadLimits) -> StoredFile:
    file.uploaded_at = await database_now()
    file.expires_at = file.uploaded_at + limits.staged_for
    await file.save()
    return file


def _unit_of(by: Actor) -> AbstractAsyncContextManager[UnitOfWork]:
    login = Login.STAFF if by.is_staff else Login.CUSTOMER
    return unit_of_work(login, account_id=by.account_id, person_id=by.person_id)
