"""The 8D report 纠正和预防措施处理单 for staff: whole, in the reader's language and another."""

from functools import partial

from litestar import Response, get
from litestar.params import FromPath

from portal.domain.corrective_actions.record_page import action_page
from portal.rendering.corrective_action_paper import report_of_staff
from portal.staff.corrective_actions.desk import CONCERNED
from portal.staff.corrective_actions.page import ACTION
from portal.web.arguments import AViewer, TheSettings
from portal.web.guards import OWN_UNITS, requires
from portal.web.papers import paper


@get(f"{ACTION}/report", guards=[requires(CONCERNED)], opt=OWN_UNITS)
async def show_report(
    action_reference: FromPath[str], viewer: AViewer, settings: TheSettings
) -> Response[bytes]:
    """The whole report, with departments and owners: not for customers."""
    async with viewer.unit():
        page = await action_page(action_reference, by=viewer.actor)
    render = partial(
        report_of_staff,
        page,
        settings.supplier_name,
        origin=settings.base_url,
        locale=viewer.reader.locale,
        timezone=viewer.reader.timezone,
    )
    return await paper(f"{action_reference}-8D.pdf", render)


ROUTES = [show_report]
