"""One complaint: its page, the parts of it that keep themselves up to date, its files."""

from collections.abc import Mapping
from typing import Any

from litestar import get
from litestar.params import FromPath
from litestar.response import Stream

from portal.domain.common.permissions import Permission
from portal.domain.common.story import Part
from portal.domain.complaints.complaint_files import file_of_complaint
from portal.domain.complaints.finding import complaint_by_reference
from portal.domain.complaints.record_page import complaint_record
from portal.staff.complaints.page import (
    COMPLAINT,
    FILES,
    head_of,
    show_complaint,
    story_context,
)
from portal.staff.record_page import record_routes
from portal.web.arguments import AViewer
from portal.web.guards import OWN_UNITS, requires
from portal.web.uploads import download
from portal.web.viewer import Viewer


@get(
    f"{FILES}/{{public_id:str}}",
    guards=[requires(Permission.READ_COMPLAINTS)],
    opt=OWN_UNITS,
)
async def deliver(public_id: FromPath[str], viewer: AViewer) -> Stream:
    """A file as an attachment; no connection is held while its bytes go out."""
    async with viewer.unit():
        file = await file_of_complaint(public_id, by=viewer.actor)
    return await download(file)


async def _head(reference: str, viewer: Viewer) -> Mapping[str, Any]:
    return await head_of(await complaint_record(reference, by=viewer.actor))


async def _story(reference: str, viewer: Viewer, part: Part) -> Mapping[str, Any]:
    return await story_context(await complaint_record(reference, by=viewer.actor), viewer, part)


ROUTES = [
    deliver,
    *record_routes(
        COMPLAINT,
        asks=Permission.READ_COMPLAINTS,
        load=complaint_by_reference,
        show=show_complaint,
        partials={
            "head": ("staff/complaints/_head.html", _head),
            "course": ("staff/complaints/_course.html", _head),
        },
        in_parts=(show_complaint, _story),
    ),
]
