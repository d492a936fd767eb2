"""A request for quotation from draft to submission, by the customer or taken by phone (rule Q1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.domain.common.actor import Actor
from portal.domain.quotes.request_facts import CheckedRequest, RequestFacts
from portal.domain.quotes.tables import QuoteRequest
from portal.domain.service_levels.promise import Promise

# A form as it was typed: field names to the values sent under them.
Typed = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Submitted:
    """What the confirmation says: reference, who has it, by when it will be answered."""

    request_id: int
    reference: str
    owner_name: str
    owner_phone: str
    promise: Promise


async def save_draft(
    typed: Typed, *, by: Actor, account_id: int, draft: QuoteRequest | None = None
) -> QuoteRequest:
    """Keep a form word for word, complete or not; makes the draft if there is none yet."""
    raise NotImplementedError


def typed_in(draft: QuoteRequest) -> Typed:
    """The form as it was typed, to fill it again."""
    raise NotImplementedError


async def check(facts: RequestFacts, *, by: Actor, account_id: int) -> CheckedRequest:
    """The complete request. Raises `FieldErrors` with every field and cell that is not right."""
    raise NotImplementedError


async def submit(
    facts: RequestFacts, *, by: Actor, account_id: int, draft: QuoteRequest | None = None
) -> Submitted:
    """File the request, start the clock of rule Q2, tell representative and assistant (rule Q1).

    Raises `FieldErrors` like `check`; `WrongState` when the draft was filed or discarded already.
    """
    raise NotImplementedError


async def discard(draft: QuoteRequest, *, by: Actor) -> None:
    """Throw a draft away."""
    raise NotImplementedError


async def withdraw(request: QuoteRequest, *, by: Actor, reason: str = "") -> None:
    """The customer no longer wants a quote."""
    raise NotImplementedError
