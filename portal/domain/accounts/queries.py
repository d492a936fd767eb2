"""Files found, listed and opened by staff as rule A6 lets them; a customer's own account."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from portal.database import fetch, fetch_row
from portal.domain.accounts.classification import KeyClass, Tier
from portal.domain.accounts.confidentiality import visible_accounts_condition
from portal.domain.accounts.tables import Account
from portal.domain.common.actor import Actor
from portal.domain.common.errors import NotFound
from portal.domain.common.payment_terms import PaymentTerms
from portal.domain.common.search_condition import search_condition

PAGE_SIZE = 50


async def by_code(code: str, actor: Actor) -> Account:
    """The file of this code, for staff. Raises `NotFound` for what rule A6 hides from `actor`."""
    return await _one("code = $1", code, actor)


async def by_id(account_id: int, actor: Actor) -> Account:
    """The file of this id, for staff. Raises `NotFound` for what rule A6 hides from `actor`."""
    return await _one("id = $1", account_id, actor)


async def _one(which: str, key: int | str, actor: Actor) -> Account:
    condition, values = visible_accounts_condition(actor, place=2)
    row = await fetch_row(
        f"SELECT * FROM account WHERE {which} AND {condition}",  # noqa: S608 - constants
        key,
        *values,
    )
    if row is None:
        raise NotFound
    account = Account(**dict(row))
    account._exists_in_db = True
    return account


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFilter:
    """What a list of files is narrowed to. `mine` are those on whose team the viewer is."""

    text: str = ""
    tier: Tier | None = None
    key_class: KeyClass | None = None
    branch_id: int | None = None
    mine: bool = False


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file in a list. Names are empty where a position is vacant."""

    id: int
    code: str
    name: str
    short_name: str
    city: str
    tier: Tier
    key_class: KeyClass | None
    branch_name: str
    manager_name: str
    representative_name: str


@dataclass(frozen=True, slots=True)
class FilePage:
    """Rows by name. `after` and `before` are the codes to ask the next and previous page with."""

    rows: Sequence[FileRow]
    after: str | None
    before: str | None


async def files_visible_to(
    actor: Actor,
    wanted: FileFilter | None = None,
    *,
    after: str = "",
    before: str = "",
    limit: int = PAGE_SIZE,
) -> FilePage:
    """One page of the files that `actor` may see, by name (rule A6).

    `after` and `before` are codes from a page before. Archived files are left out.
    """
    backwards = bool(before)
    conditions, values = await _conditions(actor, wanted or FileFilter())
    if after or before:
        values.append(before or after)
        sign = "<" if backwards else ">"
        start = f"SELECT s.name, s.id FROM account s WHERE s.code = ${len(values)}"  # noqa: S608
        conditions.append(f"(account.name, account.id) {sign} ({start})")
    values.append(limit + 1)
    direction = "DESC" if backwards else "ASC"
    rows = await fetch(
        _LIST.format(
            conditions=" AND ".join(conditions), direction=direction, limit=f"${len(values)}"
        ),
        *values,
    )
    found = [_file_row(row) for row in rows[:limit]]
    more = len(rows) > limit
    if backwards:
        found.reverse()
    return FilePage(
        found,
        after=found[-1].code if found and (more or backwards) else None,
        before=found[0].code if found and (more if backwards else bool(after)) else None,
    )


# The page is cut before names are looked up.
_LIST = """
    WITH page AS MATERIALIZED (
        SELECT id, code, name, short_name, city, tier, key_class, branch_id FROM account
        WHERE {conditions} ORDER BY account.name {direction}, account.id {direction} LIMIT {limit}
    )
    SELECT page.*, b.name AS branch_name,
        coalesce((SELECT p.name FROM team_member t JOIN staff_member s ON s.id = t.staff_member_id
                  JOIN person p ON p.id = s.person_id
                  WHERE t.account_id = page.id AND t.position = 'account_manager'), '') AS manager,
        coalesce((SELECT p.name FROM team_member t JOIN staff_member s ON s.id = t.staff_member_id
                  JOIN person p ON p.id = s.person_id
                  WHERE t.account_id = page.id AND t.position = 'sales_representative'), '')
            AS representative
    FROM page JOIN branch b ON b.id = page.branch_id
    ORDER BY page.name {direction}, page.id {direction}"""


async def _conditions(actor: Actor, wanted: FileFilter) -> tuple[list[str], list[Any]]:
    visible, values = visible_accounts_condition(actor, place=1)
    conditions = ["account.archived_at IS NULL", visible]

    def need(condition: str, value: Any) -> None:
        values.append(value)
        conditions.append(condition.format(place=f"${len(values)}"))

    if wanted.tier:
        need("account.tier = {place}", wanted.tier.value)
    if wanted.key_class:
        need("account.key_class = {place}", wanted.key_class.value)
    if wanted.branch_id:
        need("account.branch_id = {place}", wanted.branch_id)
    if wanted.mine:
        team = "SELECT t.account_id FROM team_member t WHERE t.staff_member_id = {place}"
        need(f"account.id IN ({team})", actor.staff_member_id)
    if wanted.text.strip():
        conditions.append(await search_condition("account", wanted.text, values))
    return conditions, values


def _file_row(row: Any) -> FileRow:
    return FileRow(
        id=row["id"],
        code=row["code"],
        name=row["name"],
        short_name=row["short_name"],
        city=row["city"],
        tier=Tier(row["tier"]),
        key_class=KeyClass(row["key_class"]) if row["key_class"] else None,
        branch_name=row["branch_name"],
        manager_name=row["manager"],
        representative_name=row["representative"],
    )


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """What a customer reads of their own account: how to reach and to invoice them, our terms.

    Nothing of how we class them. `branch_id` is the branch that serves them.
    """

    id: int
    code: str
    name: str
    short_name: str
    city: str
    region: str
    industry: str
    business_scope: str
    phone: str
    website: str
    address: str
    branch_id: int
    currency: str
    locale: str
    timezone: str
    payment_terms: PaymentTerms
    invoice_title: str
    tax_number: str
    invoice_address: str
    bank_name: str
    bank_account: str


_OWN = ", ".join(OwnAccount.__slots__)


async def own_account(actor: Actor) -> OwnAccount:
    """The account that a customer acts for. Raises `NotFound` for anybody else."""
    row = await fetch_row(
        f"SELECT {_OWN} FROM account WHERE id = $1",  # noqa: S608 - constants
        actor.account_id,
    )
    if row is None:
        raise NotFound
    return OwnAccount(**{**dict(row), "payment_terms": PaymentTerms(row["payment_terms"])})
