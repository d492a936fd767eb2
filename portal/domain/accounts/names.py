"""Accounts by id in words, for pages that list what is set for single accounts."""

from collections.abc import Collection
from dataclasses import dataclass

from portal.database import fetch


@dataclass(frozen=True, slots=True)
class AccountName:
    """Name and code of an account."""

    id: int
    name: str
    code: str


async def account_names(ids: Collection[int]) -> dict[int, AccountName]:
    """The names of these accounts. For those whose role sees every file (rule A6)."""
    if not ids:
        return {}
    rows = await fetch(
        "SELECT id, name, code FROM account WHERE id = ANY($1::bigint[])", sorted(ids)
    )
    return {row["id"]: AccountName(**dict(row)) for row in rows}
