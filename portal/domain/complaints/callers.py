"""Whose complaint is taken: anybody of us takes one at once, of whatever customer (rule C1).

Who takes it needs to know whom the caller belongs to, not what their file says (rule A6): name,
code and city of the account, and its people and orders only where the file is theirs to see.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.database import fetch, fetch_row
from portal.domain.accounts.confidentiality import may_see
from portal.domain.common.actor import Actor
from portal.domain.common.errors import NotFound
from portal.domain.common.permissions import Permission
from portal.domain.common.search_condition import search_condition
from portal.domain.quotes.progress import require

_COLUMNS = "account.id, account.code, account.name, account.city, account.locale"


@dataclass(frozen=True, slots=True)
class Caller:
    """The account of who calls or writes. `is_seen`: whoever takes the complaint sees its file."""

    id: int
    code: str
    name: str
    city: str
    locale: str
    is_seen: bool = False


async def callers_called(text: str, *, by: Actor, limit: int) -> Sequence[Caller]:
    """Accounts in use that fit the words, by name; none without any. Raises `NotAllowed`."""
    require(by, Permission.TAKE_COMPLAINTS)
    if not text.strip():
        return []
    values: list[object] = []
    condition = await search_condition("account", text, values)
    rows = await fetch(
        f"""SELECT {_COLUMNS} FROM account WHERE account.archived_at IS NULL AND {condition}
            ORDER BY account.name, account.id LIMIT ${len(values) + 1}""",  # noqa: S608
        *values,
        limit,
    )
    return [Caller(**dict(row)) for row in rows]


async def caller_of_code(code: str, *, by: Actor) -> Caller:
    """The account of this code. Raises `NotAllowed`, `NotFound`."""
    require(by, Permission.TAKE_COMPLAINTS)
    row = await fetch_row(
        f"SELECT {_COLUMNS} FROM account WHERE code = $1 AND archived_at IS NULL",  # noqa: S608
        code,
    )
    if row is None:
        raise NotFound
    return Caller(**dict(row), is_seen=await may_see(row["id"], by))
