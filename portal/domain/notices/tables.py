"""Notices in the portal and mails as rows."""

from piccolo.columns import JSONB, BigInt, BigSerial, Integer, Text, Timestamptz
from piccolo.table import Table

from portal.database import DB


class Notice(Table, db=DB, tablename="notice"):
    """What a person was told, with the words of that moment; rendered in their language."""

    id = BigSerial(primary_key=True)
    person_id = BigInt()
    account_id = BigInt(null=True, default=None)
    outbox_id = BigInt()
    kind = Text()
    reference = Text()
    words = JSONB(default="{}")
    path = Text()
    created_at = Timestamptz()
    read_at = Timestamptz(null=True, default=None)


class Mail(Table, db=DB, tablename="mail"):
    """A mail that is owed: what it says is in its notice, or in `words` where it has none.

    Without a person it goes to somebody of the account who does not use the portal: `name` says
    who, `contact_id` which contact, if any.
    """

    id = BigSerial(primary_key=True)
    outbox_id = BigInt()
    person_id = BigInt(null=True, default=None)
    contact_id = BigInt(null=True, default=None)
    name = Text()
    account_id = BigInt(null=True, default=None)
    notice_id = BigInt(null=True, default=None)
    template = Text()
    queue = Text(default="mail")
    address = Text()
    locale = Text()
    words = JSONB(default="{}")
    message_id = Text()
    thread_id = Text()
    status = Text(default="waiting")
    attempts = Integer(default=0)
    next_attempt_at = Timestamptz()
    sent_at = Timestamptz(null=True, default=None)
    last_error = Text()
    created_at = Timestamptz()
