"""What visits need to know of the account they go to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from portal.database import fetch_row
from portal.domain import policy
from portal.domain.accounts.classification import Tier
from portal.domain.common.errors import NotFound

# What `account_of` reads; for queries that go through many accounts and join `account a`.
ACCOUNT_COLUMNS = """a.id AS account_id, a.code AS account_code, a.name AS account_name,
    a.branch_id, a.timezone, a.tier"""


@dataclass(frozen=True, slots=True)
class VisitedAccount:
    """`timezone` is the customer's own clock, by which rest hours count (rule V7)."""

    id: int
    code: str
    name: str
    branch_id: int
    timezone: str
    tier: str

    @property
    def is_key(self) -> bool:
        """Key accounts are visited every quarter, with a look at use (rules V1, V8)."""
        return Tier(self.tier).is_key

    @property
    def scope(self) -> policy.Scope:
        """Whom figures of the policy are asked for."""
        return policy.Scope(account_id=self.id, tier=self.tier)

    def day_of(self, moment: datetime) -> date:
        """The date at the customer's place."""
        return moment.astimezone(ZoneInfo(self.timezone)).date()


def account_of(row: Mapping[str, Any]) -> VisitedAccount:
    """The account of a row with `ACCOUNT_COLUMNS`."""
    return VisitedAccount(
        id=row["account_id"],
        code=row["account_code"],
        name=row["account_name"],
        branch_id=row["branch_id"],
        timezone=row["timezone"],
        tier=row["tier"],
    )


async def visited_account(account_id: int, *, archived_too: bool = False) -> VisitedAccount:
    """An account; with `archived_too` for what was begun before it was archived.

    Raises `NotFound`.
    """
    row = await fetch_row(
        f"""SELECT {ACCOUNT_COLUMNS} FROM account a
            WHERE a.id = $1 AND (a.archived_at IS NULL OR $2)""",  # noqa: S608 - constants
        account_id,
        archived_too,
    )
    if row is None:
        raise NotFound
    return account_of(row)
