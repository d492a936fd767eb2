"""Sending a revision: from here on it cannot change (rule Q5).

The handler loads `queries.quote_facts` in a short unit of work, renders and stores the PDF outside
of it, and calls `send` in another one with the version that was rendered.
"""

from dataclasses import dataclass

from portal.domain.common.actor import Actor
from portal.domain.quotes.tables import Quote


@dataclass(frozen=True, slots=True)
class SentDocument:
    """The stored PDF and the SHA-256 (hex) of its bytes."""

    file_id: int
    sha256: str


async def send(quote: Quote, document: SentDocument, *, by: Actor, expected_version: int) -> None:
    """Send it: supersedes the revision before, meets the promise, tells the customer.

    Raises `Conflict` when it changed since it was rendered, `NotReviewed` before its review.
    """
    raise NotImplementedError
