"""What is recorded of a new account as a row (rule A7)."""

from piccolo.columns import BigInt, Date, Text, Timestamptz
from piccolo.table import Table

from portal.database import DB


class FirstContact(Table, db=DB, tablename="first_contact"):
    """That the account manager has spoken with a new account; once for each."""

    account_id = BigInt(primary_key=True)
    reached = Text()
    channel = Text()
    reached_on = Date()
    note = Text()
    recorded_by = BigInt()
    recorded_at = Timestamptz()
