"""A file by its address alone: whoever may see its complaint may have it, within their audience."""

from portal.database import fetch_row
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import NotFound
from portal.domain.common.files.attachments import downloadable
from portal.domain.common.files.tables import StoredFile
from portal.domain.complaints.access import visible_complaints_condition
from portal.domain.complaints.tables import SUBJECT_KIND


async def file_of_complaint(public_id: str, *, by: Actor) -> StoredFile:
    """The file of a complaint, or of a message on one, to be downloaded.

    Raises `NotFound` for unknown, foreign, confidential (rule A6) and, to customers, internal ones;
    `FileBeingChecked` and `FileWithdrawn`.
    """
    condition, values = visible_complaints_condition(by, "c", place=4)
    row = await fetch_row(
        f"""SELECT f.* FROM stored_file f
            JOIN complaint c ON f.subject_kind = $2 AND c.id = f.subject_id
            WHERE f.public_id = $1 AND (f.audience = $3 OR $3 = 'internal')
              AND {condition}""",  # noqa: S608 - constants
        public_id,
        SUBJECT_KIND,
        Audience(by.reads).value,
        *values,
    )
    if row is None:
        raise NotFound
    return downloadable(StoredFile(**dict(row)))
