"""Lists of requests: the customer's own and the staff's queue, filtered, by keyset pages."""

from dataclasses import dataclass
from enum import StrEnum

from portal.domain.common.actor import Actor
from portal.domain.quotes.views import Listing


class StatusGroup(StrEnum):
    """What the filter offers besides single states."""

    WORKABLE = "workable"
    WAITING_FOR_YOU = "waiting_for_you"
    CLOSED = "closed"


class OwnerFilter(StrEnum):
    """Whose requests the queue shows; `ME` includes those whom I stand in for today."""

    ME = "me"
    TEAM = "team"
    ALL = "all"
    UNASSIGNED = "unassigned"


@dataclass(frozen=True, slots=True)
class CustomerFilter:
    """`status` is a `RequestStatus` or a `StatusGroup` value, empty for all; `text` searches."""

    status: str = ""
    text: str = ""
    after: str = ""
    before: str = ""
    size: int = 50


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """The staff's queue: by due time for what is owed, else newest first.

    An unknown status, owner or key is treated as not given, so that old links keep working.
    """

    owner: str = OwnerFilter.ALL
    status: str = StatusGroup.WORKABLE
    urgent: bool = False
    overdue: bool = False
    account_id: int | None = None
    text: str = ""
    after: str = ""
    before: str = ""
    size: int = 50


async def own_requests(filter: CustomerFilter, *, by: Actor) -> Listing:
    """The customer's requests, last changed first; drafts included."""
    raise NotImplementedError


async def queue(filter: QueueFilter, *, by: Actor) -> Listing:
    """The requests that `by` may see (rule A6)."""
    raise NotImplementedError


async def queue_counts(*, by: Actor) -> dict[str, int]:
    """What lies in `me`, `team`, `unassigned`, `overdue` and `review`; 100 means more."""
    raise NotImplementedError
