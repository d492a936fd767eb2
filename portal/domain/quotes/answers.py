"""The customer's answer to a revision, except acceptance, which makes an order (rule Q5).

See `portal.domain.orders.acceptance` for that one.
"""

from portal.domain.common.actor import Actor
from portal.domain.quotes.tables import QuoteRequest


async def decline(request: QuoteRequest, revision: int, reason: str, *, by: Actor) -> None:
    """The customer does not take the offer and says why."""
    raise NotImplementedError


async def ask_for_revision(request: QuoteRequest, revision: int, wish: str, *, by: Actor) -> int:
    """The customer wants it otherwise; a new clock starts. Returns the id of the message."""
    raise NotImplementedError
