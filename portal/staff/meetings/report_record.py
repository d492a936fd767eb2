"""One contact report: its page and its revisions, its parts alone, who else is at it."""

from collections.abc import Mapping
from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from portal.domain.common.permissions import Permission
from portal.domain.meetings.access import report_by_reference
from portal.domain.meetings.report_view import report_page
from portal.staff.meetings.report_page import REPORT, body_of, show_report
from portal.staff.record_page import record_routes
from portal.web.arguments import AnAnswer, AViewer
from portal.web.guards import requires
from portal.web.viewer import Viewer


@get(f"{REPORT}/revisions/{{revision:int}}", guards=[requires(Permission.READ_VISITS)])
async def show_revision(
    report_reference: FromPath[str],
    revision: FromPath[int],
    viewer: AViewer,
    answer: AnAnswer,
) -> Response[str]:
    """A revision as it was sent, or the draft of the next one."""
    # No column holds a larger number: there is no such revision.
    wanted = revision if 0 < revision < 2**31 else 0
    return await show_report(report_reference, viewer, answer, revision=wanted)


async def _body(reference: str, viewer: Viewer) -> Mapping[str, Any]:
    return await body_of(await report_page(reference, by=viewer.actor), viewer)


_PAGE = record_routes(
    REPORT,
    asks=Permission.READ_VISITS,
    load=report_by_reference,
    show=show_report,
    partials={
        "head": ("staff/contact_reports/_head.html", _body),
        "history": ("staff/contact_reports/_history.html", _body),
    },
)
ROUTES = [show_revision, *_PAGE]
