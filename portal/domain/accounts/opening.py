"""Opening a file: one per account, no doubles (rules A1, A2)."""

from typing import Any
from zoneinfo import ZoneInfo

from portal.database import database_now, fetch_value
from portal.domain.accounts.codes import clean_parts, next_code
from portal.domain.accounts.details import AccountDetails, one_line
from portal.domain.accounts.groups import check_head
from portal.domain.accounts.phones import check_phone
from portal.domain.accounts.tables import Account
from portal.domain.accounts.team import Position, put_on_team
from portal.domain.common.activity import record
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import FieldError, NotAllowed
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.organisation.tables import Branch


async def open_file(
    details: AccountDetails,
    *,
    city_code: str,
    name_code: str,
    by: Actor,
    doubled_phone_reason: str = "",
) -> Account:
    """Open the file of a new account and give it its code (rules A1, A2).

    `city_code` and `name_code` are the Latin parts of the code. Whoever may not see every file
    becomes the account manager of the new one, else it would be hidden from them (rule A6). Raises
    `NotAllowed`, `FieldError` (also `PhoneDoubled`) and `SerialsUsedUp`.
    """
    if not by.may(Permission.EDIT_ACCOUNTS):
        raise NotAllowed
    details.check()
    city, short_name = clean_parts(city_code, name_code)
    await check_branch(details.branch_id)
    await check_first_contact(details)
    await check_no_double(one_line(details.name))
    await check_head(details.parent_id, of=None)
    doubled = await check_phone(details.phone, account_id=None, reason=doubled_phone_reason)
    code = await next_code(city, details.first_contact_on, short_name)
    account = await _insert({"code": code, **details.columns(code)})
    after = {"code": code, "name": account.name, "tier": account.tier}
    after |= {name: value for name, (_, value) in doubled.items()}
    await record(
        account.subject, "accounts.opened", by=by, visible_to=Audience.INTERNAL, after=after
    )
    if by.staff_member_id and not by.may(Permission.READ_ALL_ACCOUNTS):
        await put_on_team(account, Position.ACCOUNT_MANAGER, by.staff_member_id, by=by)
    return account


async def check_no_double(name: str, *, besides: int | None = None) -> None:
    """Raise `FieldError` when another file bears this name (rule A1).

    Waits for whoever gives the same name at the same time.
    """
    lock = "SELECT pg_advisory_xact_lock(hashtextextended('account name ' || lower($1), 0))"
    await fetch_value(lock, name)
    code = await fetch_value(
        "SELECT code FROM account WHERE lower(name) = lower($1) AND id IS DISTINCT FROM $2",
        name,
        besides,
    )
    if code:
        raise FieldError("name", N_("There is already a file of this name: %(code)s."), code=code)


async def check_branch(branch_id: int) -> None:
    """Raise `FieldError` unless there is such a branch."""
    if not await Branch.exists().where(Branch.id == branch_id):
        raise FieldError("branch_id", N_("Choose the branch that serves the account."))


async def check_first_contact(details: AccountDetails) -> None:
    """Raise `FieldError` for a first contact after today, in the account's zone."""
    today = (await database_now()).astimezone(ZoneInfo(details.timezone)).date()
    if details.first_contact_on > today:
        raise FieldError("first_contact_on", N_("The first contact cannot be in the future."))


async def _insert(values: dict[str, Any]) -> Account:
    # Not Account(...).save(): it would write every column, and no login may write bank details.
    columns = ", ".join(values)
    places = ", ".join(f"${number}" for number in range(1, len(values) + 1))
    account_id = await fetch_value(
        f"INSERT INTO account ({columns}) VALUES ({places}) RETURNING id",  # noqa: S608
        *values.values(),
    )
    (account,) = await Account.objects().where(Account.id == account_id)
    return account
