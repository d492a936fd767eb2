"""Complaints with some words, found at the same price however many there are."""

from collections.abc import Sequence

from portal.domain.common.actor import Actor
from portal.domain.common.found import MOST_FOUND, Searched, live_found, newest_found, own_found

# The words of the index, so that the planner sees that it fits.
OF_OPEN = "c.status NOT IN ('closed', 'withdrawn')"
SEARCHED = Searched("complaint", "c", "received_at", live=OF_OPEN)


async def found(terms: Sequence[str], *, by: Actor, open_only: bool = False) -> list[int] | None:
    """The ids of the complaints with all `terms`; None when there are many: walk the list.

    A customer finds the account's own. Staff's rows have yet to be asked who may see them.
    """
    if not by.is_staff:
        return await own_found("own_complaints_found", terms)
    if open_only:
        return await live_found(SEARCHED, terms)
    ids = await newest_found(SEARCHED, terms, ["TRUE"], [], size=MOST_FOUND + 1)
    return None if ids is None or len(ids) > MOST_FOUND else ids
