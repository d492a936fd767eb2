"""By when a request would be answered if it were sent now: said before it is sent (rule Q2)."""

from dataclasses import dataclass
from datetime import datetime

from portal.database import database_now
from portal.domain import policy
from portal.domain.policy.figures import QUOTE_NORMAL, QUOTE_URGENT
from portal.domain.policy.values import Clock
from portal.domain.quotes.account_facts import account_facts
from portal.domain.service_levels.branch_calendar import calendar_at
from portal.domain.service_levels.targets import due_at


@dataclass(frozen=True, slots=True)
class Outlook:
    """The figures that hold for the account now, and the moments (UTC) they come to."""

    normal: Clock
    normal_due: datetime
    urgent: Clock
    urgent_due: datetime


async def outlook(account_id: int) -> Outlook:
    """What would be promised to this account now. Raises `NotFound` for an archived account."""
    account = await account_facts(account_id)
    now = await database_now()
    normal = (await policy.figure(QUOTE_NORMAL, at=now, scope=account.scope)).value
    urgent = (await policy.figure(QUOTE_URGENT, at=now, scope=account.scope)).value
    return Outlook(
        normal,
        await _due(account.branch_id, normal, now),
        urgent,
        await _due(account.branch_id, urgent, now),
    )


async def _due(branch_id: int, clock: Clock, now: datetime) -> datetime:
    place = await calendar_at(branch_id, clock.calendar)
    return due_at(now, clock.due, place.calendar)
