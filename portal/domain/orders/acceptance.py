"""A quote is accepted and becomes an order, once (rules Q5, O1)."""

from dataclasses import dataclass

from portal.domain.common.actor import Actor
from portal.domain.quotes.tables import QuoteRequest


@dataclass(frozen=True, slots=True)
class Accepted:
    """What the confirmation says."""

    order_id: int
    order_reference: str
    revision: int


async def accept_quote(
    request: QuoteRequest,
    revision: int,
    *,
    by: Actor,
    name: str,
    purchase_order_number: str = "",
) -> Accepted:
    """Confirm the revision and place the order; `name` is who confirms (rule Q5).

    Raises `QuoteExpired`, `QuoteSuperseded`, and `AlreadyAccepted` with the order's reference.
    """
    raise NotImplementedError
