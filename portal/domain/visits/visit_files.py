"""A photo of a visit by its address alone: whoever may see the visit may have it."""

from portal.database import fetch_row
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import NotFound
from portal.domain.common.files.attachments import downloadable
from portal.domain.common.files.tables import StoredFile
from portal.domain.visits.access import visible_visits_condition
from portal.domain.visits.tables import SUBJECT_KIND


async def file_of_visit(public_id: str, *, by: Actor) -> StoredFile:
    """The file of a visit, to be downloaded.

    Raises `NotFound` for unknown, foreign, confidential (rule A6) and, to customers, internal ones;
    `FileBeingChecked` and `FileWithdrawn`.
    """
    condition, values = visible_visits_condition(by, "v", place=4)
    row = await fetch_row(
        f"""SELECT f.* FROM stored_file f
            JOIN visit v ON f.subject_kind = $2 AND v.id = f.subject_id
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
