"""Changing a file: with who, when, before and after (rule A5)."""

from typing import Any

from portal.domain.accounts.details import AccountDetails, one_line
from portal.domain.accounts.groups import check_head
from portal.domain.accounts.opening import check_branch, check_first_contact, check_no_double
from portal.domain.accounts.phones import check_phone
from portal.domain.accounts.tables import Account
from portal.domain.common.activity import record_change
from portal.domain.common.actor import Actor
from portal.domain.common.errors import FieldError, NotAllowed
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_


async def edit(
    account: Account,
    details: AccountDetails,
    *,
    by: Actor,
    expected_version: int,
    doubled_phone_reason: str = "",
) -> dict[str, tuple[Any, Any]]:
    """Write what differs and return it as `{name: (before, after)}` (rule A5).

    Raises `Conflict` when the file has changed since `expected_version`, `NotAllowed`, `FieldError`
    (also `PhoneDoubled`). The code stays what it was (rule A2).
    """
    if not by.may(Permission.EDIT_ACCOUNTS):
        raise NotAllowed
    details.check()
    await account.lock(expected_version=expected_version)
    await _check_changes(account, details)
    doubled = await check_phone(
        details.phone, account_id=account.id, reason=doubled_phone_reason, known=account.phone
    )
    changed = await account.change(**details.columns(account.code))
    changed.pop("search_terms", None)
    if changed:
        await record_change(account.subject, "accounts.edited", changed | doubled, by=by)
    return changed


async def _check_changes(account: Account, details: AccountDetails) -> None:
    known, wanted = account.first_contact_on, details.first_contact_on
    if wanted != known:
        if (wanted.year, wanted.month) != (known.year, known.month):  # rule A2
            raise FieldError(
                "first_contact_on",
                N_("The code %(code)s says the month of the first contact: stay within it."),
                code=account.code,
            )
        await check_first_contact(details)
    if details.branch_id != account.branch_id:
        await check_branch(details.branch_id)
    if one_line(details.name) != account.name:
        await check_no_double(one_line(details.name), besides=account.id)
    if details.parent_id != account.parent_id:
        await check_head(details.parent_id, of=account.id)
