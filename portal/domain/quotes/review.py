"""The internal review that precedes a proposal (rule Q5).

Somebody else than who prepared it last reviews every revision: any colleague in sales, and beyond
the policy's discount somebody who may approve quotes.
"""

from portal.domain.common.actor import Actor
from portal.domain.quotes.tables import Quote


async def submit_for_review(quote: Quote, *, by: Actor, expected_version: int) -> None:
    """Ask for the review. Raises `FieldErrors` for what Q3 and Q6 want and is not there yet."""
    raise NotImplementedError


async def approve(quote: Quote, *, by: Actor, note: str = "") -> None:
    """The revision may be sent. Raises `OwnWork` for the preparer, `NeedsApproval` by role."""
    raise NotImplementedError


async def send_back(quote: Quote, note: str, *, by: Actor) -> None:
    """The preparer has to change something; `note` says what."""
    raise NotImplementedError
