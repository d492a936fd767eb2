"""What people find in lists, as their login."""

from typing import Any

from portal.domain.common.actor import Actor
from portal.domain.quotes.listing import (
    CustomerFilter,
    QueueFilter,
    own_requests,
    queue,
)
from tests.domain.quotes.journey import (
    House,
)
from tests.factories import acting


async def seen_by(buyer: Actor, **wanted: Any) -> list[str]:
    async with acting(buyer):
        listing = await own_requests(CustomerFilter(**wanted), by=buyer)
    return [row.reference for row in listing.rows]


async def queued(actor: Actor, **wanted: Any) -> list[str]:
    async with acting(actor):
        return [row.reference for row in (await queue(QueueFilter(**wanted), by=actor)).rows]


async def owed_since(house: House, reference: str, hours: int) -> None:
    await house.make.owner.execute(
        """UPDATE target SET opened_at = opened_at - make_interval(hours => $2),
               warn_at = warn_at - make_interval(hours => $2),
               due_at = due_at - make_interval(hours => $2)
           WHERE reference = $1""",
        reference,
        hours,
    )
