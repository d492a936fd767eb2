"""What holds in the demo from the beginning: credit limits, and mails at any hour."""

from decimal import Decimal

from portal.database import database_now
from portal.demo.cast import Cast, acting
from portal.demo.data_files import read_tables
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.orders.credit import decide_limit, request_limit
from portal.domain.policy.editing import Wish, set_figure
from portal.domain.policy.in_force import ScopeKind
from portal.domain.policy.notice_figures import MAIL_HOURS

_ANY_HOUR = (("00:00", "24:00"),)
_WHY_ANY_HOUR = N_("In a demo mails come at any hour.")


async def agree_on_credit(cast: Cast) -> None:
    """Sales ask for the limits of the files, and somebody else approves them (rule A16)."""
    for facts in read_tables("accounts")["account"]:
        if "limit" not in facts:
            continue
        customer = cast.customers[facts["key"]]
        asking = customer.representative
        async with acting(asking):
            limit = await request_limit(
                customer.id, Decimal(facts["limit"]), facts["credit"], by=asking
            )
        deciding = cast.who_may(Permission.APPROVE_CREDIT, customer.branch.id)
        async with acting(deciding):
            await decide_limit(limit, True, "", by=deciding)


async def mail_at_any_hour(cast: Cast) -> None:
    """Who looks at a demo in the evening waits for its mails too."""
    editor = cast.who_may(Permission.EDIT_POLICY)
    async with acting(editor):
        wish = Wish(_ANY_HOUR, ScopeKind.COMPANY, None, await database_now(), _WHY_ANY_HOUR)
        await set_figure(MAIL_HOURS, wish, by=editor)
