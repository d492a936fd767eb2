"""Papers of visits 回访记录表 and of their rounds 回访总结报告 (rule V6)."""

from functools import partial

from litestar import Response, get
from litestar.params import FromPath

from portal.domain.common.permissions import Permission
from portal.domain.visits.paper_facts import visit_paper_facts
from portal.domain.visits.rounds import round_facts
from portal.rendering.visit_papers import visit_record_pdf
from portal.rendering.visit_round_paper import visit_round_pdf
from portal.web.arguments import AViewer, TheSettings
from portal.web.guards import OWN_UNITS, requires
from portal.web.papers import paper

_READS = [requires(Permission.READ_VISITS)]
_PAPERS = "/staff/visits/{visit_reference:str}/papers"


@get(f"{_PAPERS}/record", guards=_READS, opt=OWN_UNITS)
async def show_record(
    visit_reference: FromPath[str], viewer: AViewer, settings: TheSettings
) -> Response[bytes]:
    """The record, to be filled in by hand until the visit is made (rules V5-V8)."""
    async with viewer.unit():
        facts = await visit_paper_facts(visit_reference, by=viewer.actor)
    render = partial(
        visit_record_pdf, facts, settings.supplier_name, settings.base_url, viewer.reader.locale
    )
    return await paper(f"{visit_reference}.pdf", render)


@get("/staff/visits/rounds/{round_key:str}/paper", guards=_READS, opt=OWN_UNITS)
async def show_round(
    round_key: FromPath[str], viewer: AViewer, settings: TheSettings
) -> Response[bytes]:
    """The summary of a round, in the reader's language (rule V6)."""
    async with viewer.unit():
        facts = await round_facts(round_key, by=viewer.actor)
    render = partial(
        visit_round_pdf, facts, settings.supplier_name, settings.base_url, viewer.reader
    )
    return await paper(f"{round_key}.pdf", render)


ROUTES = [show_record, show_round]
