"""Everything between them and us beside quotes and orders: what is ahead, what was, what was said.

One page for appointments, meetings, contact reports, opinions and surveys (rules V5, M1, S1).
"""

from typing import Any

from litestar import Response, get
from litestar.params import FromQuery

from portal.customer.visits.pages import PATH
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.notices.relations_of_customer import meetings_ahead, reports_of_customer
from portal.domain.service_levels.owed import owed_to
from portal.domain.service_levels.promise import TargetKind
from portal.domain.surveys.answering import surveys_of
from portal.domain.visits.customer_view import customer_visits, opinions_of_customer
from portal.rendering.links import with_query
from portal.web.arguments import AnAnswer, AViewer
from portal.web.guards import requires
from portal.web.survey_paper import last_day
from portal.web.viewer import Viewer

PAGE_SIZE = 20
_MOST_AHEAD = 30
_AHEAD, _PAST, _REPORTS, _SAID = "", "past", "reports", "opinions"
# What the tabs say, in their order.
_VIEWS = {
    _AHEAD: N_("Ahead"),
    _PAST: N_("All visits"),
    _REPORTS: N_("Contact reports"),
    _SAID: N_("What you told us"),
}


@get(PATH, guards=[requires(Permission.READ_OWN_VISITS)])
async def show_list(
    *,
    viewer: AViewer,
    answer: AnAnswer,
    view: FromQuery[str] = "",
    after: FromQuery[str] = "",
    before: FromQuery[str] = "",
) -> Response[str]:
    """What is ahead; `view` chooses all appointments instead, or what was said."""
    view = view if view in _VIEWS else _AHEAD
    return answer.page(
        "customer/visits/index.html",
        title=N_("Visits"),
        section="visits",
        view=view,
        views=[
            {
                "label": answer.translated(label),
                "url": with_query(PATH, view=value),
                "current": value == view,
            }
            for value, label in _VIEWS.items()
        ],
        **await _shown(view, viewer, after=after, before=before),
    )


async def _shown(view: str, viewer: Viewer, *, after: str, before: str) -> dict[str, Any]:
    by = viewer.actor
    if view == _SAID:
        answers_owed = await owed_to(by, (TargetKind.OPINION,))
        return {
            "opinions": await opinions_of_customer(by=by),
            "owed": {promise.reference: promise for promise in answers_owed},
        }
    if view == _REPORTS:
        return {
            "reports": await reports_of_customer(by=by),
            "reports_owed": await owed_to(by, (TargetKind.CONTACT_REPORT,)),
        }
    if view == _PAST:
        listing = await customer_visits(by=by, after=after, before=before, size=PAGE_SIZE)
        return {
            "visits": listing.rows,
            "next_url": _url(after=listing.after),
            "previous_url": _url(before=listing.before),
        }
    ahead = await customer_visits(by=by, open_only=True, size=_MOST_AHEAD)
    return {
        "visits": ahead.rows,
        "meetings": await meetings_ahead(by=by),
        "reports_owed": await owed_to(by, (TargetKind.CONTACT_REPORT,)),
        "surveys": await waiting_surveys(viewer),
    }


async def waiting_surveys(viewer: Viewer) -> list[dict[str, Any]]:
    """The surveys that this person is asked to answer, with their titles (rules S1, S2)."""
    if not viewer.can(Permission.ANSWER_SURVEYS):
        return []
    return [
        {
            "path": f"/surveys/{asked.public_id}",
            "title": asked.definition.title.in_language(viewer.reader.locale),
            "until": last_day(asked.expires_at, viewer.reader),
        }
        for asked in await surveys_of(viewer.actor)
    ]


def _url(**place: str | None) -> str | None:
    return with_query(PATH, view=_PAST, **place) if any(place.values()) else None


ROUTES = [show_list]
