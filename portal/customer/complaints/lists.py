"""The account's complaints and lighter cases: what waits for an answer, what is with us."""

from typing import Any

from litestar import Response, get
from litestar.params import FromQuery

from portal.customer.complaints.new_form import PATH
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.complaints.listing import ComplaintFilter, StatusGroup, complaints
from portal.domain.complaints.states import CaseKind
from portal.rendering.links import with_query
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import Form
from portal.web.guards import requires

PAGE_SIZE = 30
_LONGEST_SEARCH = 200
# What the tabs above the list say, in their order; the values are the filter's.
_VIEWS = {
    "": N_("All"),
    StatusGroup.WITH_CUSTOMER.value: N_("Waiting for you"),
    StatusGroup.FOR_US.value: N_("With us"),
    StatusGroup.CLOSED.value: N_("Closed"),
}


@get(PATH, guards=[requires(Permission.READ_OWN_COMPLAINTS)])
async def show_list(
    *,
    viewer: AViewer,
    answer: AnAnswer,
    status: FromQuery[str] = "",
    kind: FromQuery[str] = "",
    q: FromQuery[str] = "",
    after: FromQuery[str] = "",
    before: FromQuery[str] = "",
) -> Response[str]:
    """The account's complaints, newest first."""
    q = q.strip()[:_LONGEST_SEARCH]
    wanted = ComplaintFilter(
        status=status, kind=kind, text=q, after=after, before=before, size=PAGE_SIZE
    )
    listing = await complaints(wanted, by=viewer.actor)
    narrowed = {"status": status, "kind": kind, "q": q}
    return answer.page(
        "customer/complaints/index.html",
        title=N_("Complaints"),
        section="complaints",
        listing=listing,
        narrowed=any(narrowed.values()),
        q=q,
        filters=Form.showing(status=status, kind=kind),
        views=_views(status, narrowed, answer),
        kinds=[(each.value, answer.translated(each.label)) for each in CaseKind],
        next_url=_url(narrowed, after=listing.after),
        previous_url=_url(narrowed, before=listing.before),
    )


def _views(status: str, narrowed: dict[str, str], answer: Answer) -> list[dict[str, Any]]:
    return [
        {
            "label": answer.translated(label),
            "url": with_query(PATH, **{**narrowed, "status": value}),
            "current": value == status,
        }
        for value, label in _VIEWS.items()
    ]


def _url(narrowed: dict[str, str], **place: str | None) -> str | None:
    return with_query(PATH, **narrowed, **place) if any(place.values()) else None


ROUTES = [show_list]
