"""One meeting: its page, its parts alone, and who else is at it."""

from collections.abc import Mapping
from typing import Any

from portal.domain.common.permissions import Permission
from portal.domain.meetings.access import meeting_by_reference
from portal.domain.meetings.page_view import meeting_page
from portal.staff.meetings.meeting_page import MEETING, body_of, show_meeting
from portal.staff.record_page import record_routes
from portal.web.viewer import Viewer


async def _body(reference: str, viewer: Viewer) -> Mapping[str, Any]:
    return await body_of(await meeting_page(reference, by=viewer.actor), viewer)


ROUTES = record_routes(
    MEETING,
    asks=Permission.READ_VISITS,
    load=meeting_by_reference,
    show=show_meeting,
    partials={
        "head": ("staff/meetings/_head.html", _body),
        "history": ("staff/meetings/_history.html", _body),
    },
)
