"""Papers of a case for staff: the form 客户投诉处理单, the investigation 客户投诉调查处理表.

What the customer signs is in the account's language, what we work with in the reader's.
"""

from functools import partial

from litestar import Response, get
from litestar.params import FromPath

from portal.domain.common.permissions import Permission
from portal.domain.complaints.paper_facts import case_form_facts, investigation_facts
from portal.rendering.complaint_papers import case_form_pdf, investigation_pdf
from portal.web.arguments import AViewer, TheSettings
from portal.web.guards import OWN_UNITS, requires
from portal.web.papers import paper

_READS = [requires(Permission.READ_COMPLAINTS)]
_PAPERS = "/staff/complaints/{complaint_reference:str}/papers"


@get(f"{_PAPERS}/form", guards=_READS, opt=OWN_UNITS)
async def show_form(
    complaint_reference: FromPath[str], viewer: AViewer, settings: TheSettings
) -> Response[bytes]:
    """The form as the customer gets it, to be confirmed by signature (rules C1, C8)."""
    async with viewer.unit():
        facts = await case_form_facts(complaint_reference, by=viewer.actor)
    render = partial(case_form_pdf, facts, settings.supplier_name, settings.base_url, facts.locale)
    return await paper(f"{complaint_reference}.pdf", render)


@get(f"{_PAPERS}/investigation", guards=_READS, opt=OWN_UNITS)
async def show_investigation(
    complaint_reference: FromPath[str], viewer: AViewer, settings: TheSettings
) -> Response[bytes]:
    """What was found out and decided, for the file (rules C3-C8)."""
    async with viewer.unit():
        facts = await investigation_facts(complaint_reference, by=viewer.actor)
    render = partial(
        investigation_pdf,
        facts,
        settings.supplier_name,
        settings.base_url,
        viewer.reader.locale,
    )
    return await paper(f"{complaint_reference}-investigation.pdf", render)


ROUTES = [show_form, show_investigation]
