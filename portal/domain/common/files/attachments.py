"""Files of records: attached in the transaction of the verb, read by those who may see the record.

Everything here works in the caller's unit of work. That the viewer may see the record is asked
before: load it through the viewer, then ask for its files.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from portal.database import database_now, fetch
from portal.domain.common.activity import Subject, touch
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import Conflict, FieldError, NotAllowed, NotFound
from portal.domain.common.files.tables import StoredFile
from portal.domain.common.words import N_


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file as lists show it. `message_id` is None for those of the record itself."""

    id: int
    public_id: str
    message_id: int | None
    name: str
    size_bytes: int


class StagedFilesGone(FieldError):
    """The form was sent so late that files chosen in it have expired: the person has to know."""

    def __init__(self) -> None:
        super().__init__("files", N_("Files you chose earlier have expired. Choose them again."))


class FileBeingChecked(Conflict):
    """In quarantine: nobody gets it before the virus scanner has cleared it."""

    message = N_("“%(name)s” is being checked for viruses. Try again in a few minutes.")


class FileWithdrawn(Conflict):
    """The virus scanner found something in it after it was attached; its bytes are gone."""

    message = N_("“%(name)s” was removed because the virus scanner found something in it.")


async def attach(
    form_key: str,
    *,
    to: Subject,
    audience: Audience,
    by: Actor,
    message_id: int | None = None,
    expected: Collection[str] = (),
) -> list[StoredFile]:
    """Move what `by` has chosen in this form to a record, or to one message of it.

    `expected` are the public ids that the form showed. Raises `StagedFilesGone` when one of them
    has expired, `NotAllowed` for a customer's internal file, `NotFound` for another account's
    record.
    """
    files = await _attach(
        "form_key = $2", form_key, to=to, audience=audience, by=by, message_id=message_id
    )
    if not {*expected} <= {file.public_id for file in files}:
        raise StagedFilesGone
    return files


async def attach_file(file_id: int, *, to: Subject, audience: Audience, by: Actor) -> StoredFile:
    """Attach one staged file or document by its id. Raises `StagedFilesGone` when it is gone."""
    files = await _attach("id = $2", file_id, to=to, audience=audience, by=by)
    if not files:
        raise StagedFilesGone
    return files[0]


async def attached_files(
    subject_kind: str, subject_id: int, *, visible_to: Audience
) -> list[StoredFile]:
    """The files of a record that `visible_to` may have, oldest first, those of messages too."""
    query = StoredFile.objects().where(
        StoredFile.subject_kind == subject_kind, StoredFile.subject_id == subject_id
    )
    if visible_to is Audience.CUSTOMER:
        query = query.where(StoredFile.audience == Audience.CUSTOMER.value)
    return await query.order_by(StoredFile.id)


class _OfMessage(Protocol):
    @property
    def message_id(self) -> Any: ...


AnyFile = TypeVar("AnyFile", bound=_OfMessage)


def by_message(files: Iterable[AnyFile]) -> dict[int | None, list[AnyFile]]:
    """Files under the id of their message; those of the record itself under None."""
    grouped: dict[int | None, list[AnyFile]] = defaultdict(list)
    for file in files:
        grouped[file.message_id].append(file)
    return grouped


async def attached_file(
    subject_kind: str, subject_id: int, public_id: str, *, visible_to: Audience
) -> StoredFile:
    """One file of a record, to be downloaded.

    Raises `NotFound` for what is not there or not theirs, `FileBeingChecked` and `FileWithdrawn`.
    """
    query = StoredFile.objects().where(
        StoredFile.public_id == public_id,
        StoredFile.subject_kind == subject_kind,
        StoredFile.subject_id == subject_id,
    )
    if visible_to is Audience.CUSTOMER:
        query = query.where(StoredFile.audience == Audience.CUSTOMER.value)
    file = await query.first()
    if file is None:
        raise NotFound
    return downloadable(file)


def downloadable(file: StoredFile) -> StoredFile:
    """The same file. Raises `FileBeingChecked` or `FileWithdrawn` where nobody may have it."""
    if file.is_infected:
        raise FileWithdrawn(name=file.name)
    if file.is_quarantined:
        raise FileBeingChecked(name=file.name)
    return file


async def _attach(
    which: str,
    value: Any,
    *,
    to: Subject,
    audience: Audience,
    by: Actor,
    message_id: int | None = None,
) -> list[StoredFile]:
    values = [by.person_id, value, to.kind, to.id, message_id, await database_now()]
    changes = ""
    if by.is_staff:
        # Whose it is and who may see it is decided here: staff choose files before they know.
        changes = ", account_id = $7, audience = $8"
        values += [to.account_id, audience.value]
    elif audience is Audience.INTERNAL:
        raise NotAllowed
    elif to.account_id != by.account_id:
        raise NotFound
    rows = await fetch(
        f"""UPDATE stored_file SET subject_kind = $3, subject_id = $4, message_id = $5,
                attached_at = $6, expires_at = NULL,
                state = CASE state WHEN 'staged' THEN 'attached' ELSE state END{changes}
            WHERE uploaded_by = $1 AND subject_id IS NULL AND finding = '' AND {which}
            RETURNING *""",  # noqa: S608 - constants of this module
        *values,
    )
    if rows:
        touch(to, audience)
    return sorted((StoredFile(**dict(row)) for row in rows), key=lambda file: file.id)
