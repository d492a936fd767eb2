"""Groups: member companies under one head (rule A3)."""

from dataclasses import dataclass

from portal.database import fetch, fetch_row, fetch_value
from portal.domain.accounts.confidentiality import visible_accounts_condition
from portal.domain.accounts.tables import Account
from portal.domain.common.actor import Actor
from portal.domain.common.errors import FieldError
from portal.domain.common.words import N_


async def check_head(head_id: int | None, *, of: int | None) -> None:
    """Raise `FieldError` unless account `head_id` can be the head of account `of` (rule A3).

    A group has one level: a head has no head of its own. `of` is None for a file being opened.
    """
    if head_id is None:
        return
    if head_id == of:
        raise FieldError("parent", N_("An account cannot be its own head."))
    # Two accounts made each other's heads at once would both pass without this.
    await fetch_value("SELECT pg_advisory_xact_lock(hashtextextended('account groups', 0))")
    head = await fetch_row(
        "SELECT code, parent_id FROM account WHERE id = $1 AND archived_at IS NULL", head_id
    )
    if head is None:
        raise FieldError("parent", N_("There is no such account."))
    if head["parent_id"] is not None:
        raise FieldError(
            "parent",
            N_("%(code)s is itself a member of a group: choose the head of that group."),
            code=head["code"],
        )
    if of is not None and await fetch_value(
        "SELECT EXISTS (SELECT FROM account WHERE parent_id = $1)", of
    ):
        raise FieldError("parent", N_("This account is the head of a group and can have no head."))


async def head_code(account: Account) -> str:
    """The code of the account's head, empty without one. Who may see the file may see this."""
    if not account.parent_id:
        return ""
    return str(await fetch_value("SELECT code FROM account WHERE id = $1", account.parent_id))


@dataclass(frozen=True, slots=True)
class Company:
    """A company of a group. `is_head` tells the head from the members."""

    code: str
    name: str
    is_head: bool


async def group_of(account: Account, actor: Actor) -> list[Company]:
    """The other companies of the account's group as far as `actor` may see them (rule A6).

    The head first, then the members by name; empty for an account of no group.
    """
    condition, values = visible_accounts_condition(actor, place=2)
    rows = await fetch(
        f"""SELECT code, name, parent_id IS NULL AS is_head FROM account
            WHERE (id = $1 OR parent_id = $1) AND archived_at IS NULL AND {condition}
            ORDER BY parent_id NULLS FIRST, name, id""",  # noqa: S608 - constants
        account.parent_id or account.id,
        *values,
    )
    return [Company(**dict(row)) for row in rows if row["code"] != account.code]
