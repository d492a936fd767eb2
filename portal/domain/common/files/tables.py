"""What a file is, whose, and who may have it. Its bytes are in the storage."""

from piccolo.columns import BigInt, BigSerial, Text, Timestamptz
from piccolo.table import Table

from portal.database import DB
from portal.domain.common.words import N_, Worded


class FileState(Worded):
    """Where a file is on its way from a form to a record."""

    STAGED = "staged", N_("Chosen")
    ATTACHED = "attached", N_("Attached")
    QUARANTINED = "quarantined", N_("Being checked for viruses")


class StoredFile(Table, db=DB, tablename="stored_file"):
    """`public_id` names it in addresses. What it is never changes; it is attached once.

    A quarantined file may be staged or attached, but nobody gets it before a scan has cleared it.
    `finding` is what a scan found: then it is never delivered and its bytes are gone.
    """

    id = BigSerial(primary_key=True)
    public_id = Text()
    account_id = BigInt(null=True, default=None)
    subject_kind = Text(null=True, default=None)
    subject_id = BigInt(null=True, default=None)
    message_id = BigInt(null=True, default=None)
    form_key = Text()
    name = Text()
    media_type = Text()
    size_bytes = BigInt()
    sha256 = Text()
    storage_key = Text()
    audience = Text()
    state = Text()
    finding = Text(default="")
    uploaded_by = BigInt()
    uploaded_at = Timestamptz()
    scanned_at = Timestamptz(null=True, default=None)
    attached_at = Timestamptz(null=True, default=None)
    expires_at = Timestamptz(null=True, default=None)

    @property
    def is_quarantined(self) -> bool:
        return self.state == FileState.QUARANTINED

    @property
    def is_infected(self) -> bool:
        return bool(self.finding)

    @property
    def is_picture(self) -> bool:
        return self.media_type.startswith("image/") and "vnd" not in self.media_type
