"""The queue of visits and callbacks, by the day they are due (rules V1-V9)."""

from collections.abc import Mapping, Sequence
from typing import Any

from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.organisation.branches import branches
from portal.domain.visits.listing import (
    VisitFilter,
    VisitGroup,
    VisitOwner,
    VisitSort,
    visit_counts,
    visits,
)
from portal.domain.visits.states import VisitKind, VisitRule, VisitStatus
from portal.domain.visits.tables import SUBJECT_KIND
from portal.domain.visits.visit_rows import VisitListing
from portal.staff.choices import choices
from portal.staff.queue_page import ANY, Query, Queue, QueuePage, in_words, whole
from portal.staff.visits.page import PATH
from portal.web.answers import Answer
from portal.web.viewer import Viewer

PAGE = "visits"
_OWNERS = {
    VisitOwner.ALL: N_("Everybody"),
    VisitOwner.ME: N_("Me"),
    VisitOwner.TEAM: N_("My team"),
}
_GROUPS = {
    VisitGroup.OPEN: N_("Open"),
    VisitGroup.TO_ARRANGE: N_("To be arranged"),
    VisitGroup.FOR_US: N_("To be handled"),
    VisitGroup.ENDED: N_("Made or cancelled"),
    ANY: N_("Any"),
}
_SORTS = {
    VisitSort.DUE: N_("Due first"),
    VisitSort.LONGEST_UNVISITED: N_("Longest unvisited first"),
    VisitSort.NEWEST: N_("Newest first"),
}


def wanted_of(query: Query) -> VisitFilter:
    """The filters of an address; what is unknown counts as not given."""
    status = str(query.get("status") or VisitGroup.OPEN)
    return VisitFilter(
        owner=str(query.get("owner") or VisitOwner.ALL),
        status="" if status == ANY else status,
        kind=str(query.get("kind") or ""),
        rule=str(query.get("rule") or ""),
        late=bool(query.get("late")),
        account_id=whole(query.get("account")),
        branch_id=whole(query.get("branch")),
        text=str(query.get("q") or "")[:200],
        sort=str(query.get("sort") or VisitSort.DUE),
        after=str(query.get("after") or ""),
        before=str(query.get("before") or ""),
    )


async def _listing(query: Query, viewer: Viewer) -> VisitListing:
    return await visits(wanted_of(query), by=viewer.actor)


async def rail_of(viewer: Viewer) -> Sequence[Queue]:
    """What of visits waits for this viewer, for the rail."""
    counts = await visit_counts(by=viewer.actor)
    return [
        Queue("me", N_("My visits"), counts.mine, f"{PATH}?owner=me"),
        Queue("for_us", N_("To be handled"), counts.for_us, f"{PATH}?owner=me&status=for_us"),
        Queue("late", N_("Overdue"), counts.late, f"{PATH}?owner=me&late=yes"),
    ]


async def _choices(_: Viewer, answer: Answer) -> Mapping[str, Any]:
    return {
        "owners": in_words(_OWNERS, answer),
        "statuses": [*in_words(_GROUPS, answer), *choices(VisitStatus, answer)],
        "kinds": choices(VisitKind, answer),
        "rules": choices(VisitRule, answer),
        "branches": [(branch.id, branch.name) for branch in await branches()],
        "sorts": in_words(_SORTS, answer),
    }


QUEUE = QueuePage(
    path=PATH,
    page=PAGE,
    title=N_("Visits"),
    everything=N_("All open"),
    template="staff/visits/queue.html",
    rows_template="staff/visits/_queue.html",
    filters=("owner", "status", "kind", "rule", "late", "account", "branch", "q", "sort"),
    asks=Permission.READ_VISITS,
    listing=_listing,
    rail=rail_of,
    choices=_choices,
    lists=SUBJECT_KIND,
)
ROUTES = QUEUE.routes()
