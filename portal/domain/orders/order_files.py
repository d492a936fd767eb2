"""A file by its address alone: whoever may see its order may have it, within their audience."""

from portal.database import fetch_row
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import NotFound
from portal.domain.common.files.attachments import downloadable
from portal.domain.common.files.tables import StoredFile
from portal.domain.orders.access import visible_orders_condition
from portal.domain.orders.tables import SHIPMENT, SUBJECT_KIND


async def file_of_order(public_id: str, *, by: Actor) -> StoredFile:
    """The file of an order, of a message on one, or of a delivery note (rule O16).

    Raises `NotFound` for unknown, foreign, confidential (rule A6) and, to customers, internal ones;
    `FileBeingChecked` and `FileWithdrawn`.
    """
    condition, values = visible_orders_condition(by, "f.account_id", place=4)
    row = await fetch_row(
        f"""SELECT f.* FROM stored_file f
            WHERE f.public_id = $1 AND f.subject_kind = ANY ($2::text[])
              AND (f.audience = $3 OR $3 = 'internal') AND {condition}""",  # noqa: S608
        public_id,
        [SUBJECT_KIND, SHIPMENT],
        Audience(by.reads).value,
        *values,
    )
    if row is None:
        raise NotFound
    return downloadable(StoredFile(**dict(row)))
