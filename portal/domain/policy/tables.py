"""The versions of the policy's figures as they are stored."""

from piccolo.columns import JSONB, BigInt, BigSerial, Integer, Text, Timestamptz
from piccolo.table import Table

from portal.database import DB


class PolicyFigure(Table, db=DB, tablename="policy_figure"):
    """One version of one figure for one scope. Versions are added, never changed or removed.

    `scope_value` is a tier or the id of an account; none for the company. `value` is JSON as the
    figure's type stores it; without a value the override of the scope ends.
    """

    id = BigSerial(primary_key=True)
    key = Text()
    scope_kind = Text()
    scope_value = Text(null=True, default=None)
    value = JSONB(null=True, default=None)
    version = Integer()
    valid_from = Timestamptz()
    set_by = BigInt(null=True, default=None)
    reason = Text()
    recorded_at = Timestamptz()
