"""One visit: its page, its parts alone, and who else is at it."""

from collections.abc import Mapping
from typing import Any

from litestar import get
from litestar.params import FromPath
from litestar.response import Stream

from portal.domain.common.permissions import Permission
from portal.domain.visits.access import visit_by_reference
from portal.domain.visits.page_view import visit_page
from portal.domain.visits.visit_files import file_of_visit
from portal.staff.record_page import record_routes
from portal.staff.visits.page import FILES, VISIT, body_of, show_visit
from portal.web.arguments import AViewer
from portal.web.guards import OWN_UNITS, requires
from portal.web.uploads import download
from portal.web.viewer import Viewer


@get(f"{FILES}/{{public_id:str}}", guards=[requires(Permission.READ_VISITS)], opt=OWN_UNITS)
async def deliver(public_id: FromPath[str], viewer: AViewer) -> Stream:
    """A photo of a visit as an attachment; no connection is held while its bytes go out."""
    async with viewer.unit():
        file = await file_of_visit(public_id, by=viewer.actor)
    return await download(file)


async def _body(reference: str, viewer: Viewer) -> Mapping[str, Any]:
    return await body_of(await visit_page(reference, by=viewer.actor), viewer)


_PAGE = record_routes(
    VISIT,
    asks=Permission.READ_VISITS,
    load=visit_by_reference,
    show=show_visit,
    partials={
        "head": ("staff/visits/_head.html", _body),
        "history": ("staff/visits/_history.html", _body),
    },
)
ROUTES = [deliver, *_PAGE]
