"""The form of a case as a paper: 客户投诉处理单, of the lighter kinds 客户反馈信息表."""

from functools import partial

from litestar import Response, get
from litestar.params import FromPath

from portal.domain.common.permissions import Permission
from portal.domain.complaints.paper_facts import case_form_facts
from portal.rendering.complaint_papers import case_form_pdf
from portal.web.arguments import AViewer, TheSettings
from portal.web.guards import OWN_UNITS, requires
from portal.web.papers import paper


@get(
    "/complaints/{complaint_reference:str}/papers/form",
    guards=[requires(Permission.READ_OWN_COMPLAINTS)],
    opt=OWN_UNITS,
)
async def show_form(
    complaint_reference: FromPath[str], viewer: AViewer, settings: TheSettings
) -> Response[bytes]:
    """The form in the reader's language, to be kept or signed (rules C1, C8)."""
    async with viewer.unit():
        facts = await case_form_facts(complaint_reference, by=viewer.actor)
    render = partial(
        case_form_pdf,
        facts,
        settings.supplier_name,
        settings.base_url,
        viewer.reader.locale,
    )
    return await paper(f"{complaint_reference}.pdf", render)


ROUTES = [show_form]
