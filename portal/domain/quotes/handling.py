"""What staff do with a request before it is priced, and the customer's part in it (rules Q1, Q4).

Every verb takes the loaded request, locks it, and raises `WrongState` where the transition table
has no such step and `NotAllowed` where the role does not carry it.
"""

from dataclasses import dataclass

from portal.domain.common.actor import Actor, Audience
from portal.domain.quotes.tables import QuoteRequest


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether we can do it, have what it takes, and have the time (rule Q4)."""

    feasible: bool
    resources_available: bool
    time_sufficient: bool
    note: str = ""


async def take_over(request: QuoteRequest, *, by: Actor) -> None:
    """`by` works on it from now on and owes the quote."""
    raise NotImplementedError


async def hand_over(
    request: QuoteRequest, *, to_staff_id: int, by: Actor, reason: str = ""
) -> None:
    """A colleague who may see the account's file owes the quote from now on (rule A6)."""
    raise NotImplementedError


async def ask(request: QuoteRequest, question: str, *, by: Actor) -> int:
    """Ask the customer for what is missing; the clock waits. Returns the message's id."""
    raise NotImplementedError


async def answer_question(request: QuoteRequest, body: str, *, by: Actor) -> int:
    """The customer's answer, or staff's record of one given by phone; the clock runs on."""
    raise NotImplementedError


async def write(request: QuoteRequest, body: str, *, by: Actor, audience: Audience) -> int:
    """Add to the thread and return the message's id.

    A customer's message while we wait for an answer is that answer.
    """
    raise NotImplementedError


async def judge(request: QuoteRequest, judgement: Judgement, *, by: Actor) -> None:
    """Note whether the request can be met (rule Q4)."""
    raise NotImplementedError


async def decline(request: QuoteRequest, reason: str, *, by: Actor) -> None:
    """Tell the customer that and why it cannot be met (rule Q4); that answers the request."""
    raise NotImplementedError
