"""What the two home pages answer: what waits for me, what is owed by when, what is new."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.domain.common.actor import Actor
from portal.domain.quotes.views import RequestRow


@dataclass(frozen=True, slots=True)
class News:
    """One line of what happened lately; `verb` is the timeline's."""

    reference: str
    title: str
    verb: str
    actor_name: str
    at: object


@dataclass(frozen=True, slots=True)
class CustomerHome:
    """`waiting` needs the customer's answer, `owed` is ours to do, `drafts` can be resumed."""

    waiting: Sequence[RequestRow]
    owed: Sequence[RequestRow]
    drafts: Sequence[RequestRow]
    news: Sequence[News]


@dataclass(frozen=True, slots=True)
class StaffHome:
    """My work by due time, what lies in the team's queue, reviews that wait for me, and counts."""

    mine: Sequence[RequestRow]
    team: Sequence[RequestRow]
    reviews: Sequence[RequestRow]
    counts: dict[str, int]


async def customer_home(*, by: Actor) -> CustomerHome:
    """The customer's home page."""
    raise NotImplementedError


async def staff_home(*, by: Actor) -> StaffHome:
    """The staff's home page."""
    raise NotImplementedError
