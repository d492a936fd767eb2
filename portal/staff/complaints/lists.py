"""The queue of complaints, led by their clocks, and what waits for a review (C13)."""

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Response, get

from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.complaints.complaint_rows import ComplaintListing
from portal.domain.complaints.counts import ComplaintCounts, complaint_counts
from portal.domain.complaints.listing import (
    ComplaintFilter,
    OwnerFilter,
    Sort,
    StatusGroup,
    complaints,
)
from portal.domain.complaints.reviews import cases_to_review
from portal.domain.complaints.states import CaseKind, Category, ComplaintStatus, Severity
from portal.domain.organisation.branches import branches
from portal.rendering.links import with_query
from portal.staff.choices import choices
from portal.staff.complaints.page import PATH
from portal.staff.queue_page import ANY, Query, Queue, QueuePage, in_words, shown, whole
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AViewer
from portal.web.guards import requires
from portal.web.viewer import Viewer

_SUPERVISES = [requires(Permission.SUPERVISE_COMPLAINTS)]
_OWNERS = {
    OwnerFilter.ALL: N_("Everybody"),
    OwnerFilter.ME: N_("Me"),
    OwnerFilter.TEAM: N_("My team"),
}
_GROUPS = {
    StatusGroup.OPEN: N_("Open"),
    StatusGroup.FOR_US: N_("To be handled"),
    StatusGroup.WITH_CUSTOMER: N_("Waiting for the customer"),
    StatusGroup.WITH_CAPA: N_("Held by corrective action"),
    StatusGroup.TO_FOLLOW_UP: N_("To be followed up"),
    StatusGroup.CLOSED: N_("Closed or withdrawn"),
    ANY: N_("Any"),
}
_SORTS = {Sort.DUE: N_("Due first"), Sort.NEWEST: N_("Newest first")}


@get(f"{PATH}/review", guards=_SUPERVISES)
async def review(viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """Late, ineffective and unsatisfactory cases, and what management is to see (C7, C13)."""
    counts = await complaint_counts(by=viewer.actor)
    return answer.page(
        "staff/complaints/review.html",
        title=N_("Complaints to review"),
        section="complaints",
        cases=await cases_to_review(by=viewer.actor),
        queues=shown(queues_of(counts, viewer), answer, current="review"),
    )


def wanted_of(query: Query) -> ComplaintFilter:
    """The filters of an address; what is unknown counts as not given."""
    status = str(query.get("status") or StatusGroup.OPEN)
    return ComplaintFilter(
        owner=str(query.get("owner") or OwnerFilter.ALL),
        status="" if status == ANY else status,
        kind=str(query.get("kind") or ""),
        category=str(query.get("category") or ""),
        severity=Severity.MAJOR.value if query.get("major") else "",
        late=bool(query.get("late")),
        account_id=whole(query.get("account")),
        order_id=whole(query.get("order")),
        branch_id=whole(query.get("branch")),
        text=str(query.get("q") or "")[:200],
        sort=str(query.get("sort") or Sort.DUE),
        after=str(query.get("after") or ""),
        before=str(query.get("before") or ""),
    )


def queues_of(counts: ComplaintCounts, viewer: Viewer) -> Sequence[Queue]:
    """The queues of complaints with their counts; the review list for who supervises."""
    queues = [
        Queue("me", N_("My complaints"), counts.me, with_query(PATH, owner="me")),
        Queue("team", N_("My team"), counts.team, with_query(PATH, owner="team")),
        Queue("for_us", N_("To be handled"), counts.for_us, f"{PATH}?status=for_us"),
        Queue("late", N_("Overdue"), counts.late, with_query(PATH, late="yes")),
        Queue(
            "with_customer",
            N_("Waiting for the customer"),
            counts.with_customer,
            f"{PATH}?status=with_customer",
        ),
    ]
    if viewer.actor.may(Permission.SUPERVISE_COMPLAINTS):
        queues.append(Queue("review", N_("To review"), None, f"{PATH}/review"))
    return queues


async def _listing(query: Query, viewer: Viewer) -> ComplaintListing:
    return await complaints(wanted_of(query), by=viewer.actor)


async def _rail(viewer: Viewer) -> Sequence[Queue]:
    return queues_of(await complaint_counts(by=viewer.actor), viewer)


async def _choices(_: Viewer, answer: Answer) -> Mapping[str, Any]:
    return {
        "owners": in_words(_OWNERS, answer),
        "statuses": [*in_words(_GROUPS, answer), *choices(ComplaintStatus, answer)],
        "kinds": choices(CaseKind, answer),
        "categories": choices(Category, answer),
        "branches": [(branch.id, branch.name) for branch in await branches()],
        "sorts": in_words(_SORTS, answer),
    }


QUEUE = QueuePage(
    path=PATH,
    page="complaints",
    title=N_("Complaints"),
    everything=N_("All open"),
    template="staff/complaints/queue.html",
    rows_template="staff/complaints/_queue.html",
    filters=(
        "owner",
        "status",
        "kind",
        "category",
        "major",
        "late",
        "branch",
        "sort",
        "account",
        "order",
        "q",
    ),
    asks=Permission.READ_COMPLAINTS,
    listing=_listing,
    rail=_rail,
    choices=_choices,
)

ROUTES = [review, *QUEUE.routes()]
