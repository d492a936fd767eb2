"""A new account is assigned to its manager as its file is opened (rule A7)."""

from portal.domain.accounts.details import AccountDetails
from portal.domain.accounts.opening import open_file
from portal.domain.accounts.tables import Account
from portal.domain.common.actor import Actor
from portal.domain.onboarding.clock import manager_is_set


async def open_account(
    details: AccountDetails,
    *,
    city_code: str,
    name_code: str,
    by: Actor,
    doubled_phone_reason: str = "",
) -> Account:
    """As `accounts.opening.open_file`; whoever becomes its manager owes the first contact."""
    account = await open_file(
        details,
        city_code=city_code,
        name_code=name_code,
        by=by,
        doubled_phone_reason=doubled_phone_reason,
    )
    await manager_is_set(account)
    return account
