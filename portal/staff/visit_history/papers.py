"""Papers of visits 回访记录表, 回访单, 客户拜访征询函, of rounds 回访总结报告 (V2, V4, V6)."""

from functools import partial

from litestar import Response, get
from litestar.params import FromPath

from portal.domain.common.errors import NotFound
from portal.domain.common.permissions import Permission
from portal.domain.surveys import definition
from portal.domain.surveys.listing import survey_of_occasion
from portal.domain.surveys.states import Occasion
from portal.domain.visits.paper_facts import visit_paper_facts
from portal.domain.visits.rounds import round_facts
from portal.rendering.visit_inquiry_paper import inquiry_pdf
from portal.rendering.visit_papers import visit_order_pdf, visit_record_pdf
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


@get(f"{_PAPERS}/order", guards=_READS, opt=OWN_UNITS)
async def show_order(
    visit_reference: FromPath[str], viewer: AViewer, settings: TheSettings
) -> Response[bytes]:
    """The order for the dealer who makes the visit, in the account's language (rule V2)."""
    async with viewer.unit():
        facts = await visit_paper_facts(visit_reference, by=viewer.actor)
    if facts.dealer is None:
        raise NotFound
    render = partial(
        visit_order_pdf, facts, settings.supplier_name, settings.base_url, facts.locale
    )
    return await paper(f"{visit_reference}-order.pdf", render)


@get(f"{_PAPERS}/inquiry", guards=_READS, opt=OWN_UNITS)
async def show_inquiry(
    visit_reference: FromPath[str], viewer: AViewer, settings: TheSettings
) -> Response[bytes]:
    """The feedback form that the customer fills in by hand, in the account's language (rule V4).

    It asks what the survey in force for it asks. Without one there is no such page.
    """
    async with viewer.unit():
        facts = await visit_paper_facts(visit_reference, by=viewer.actor)
        asked = await survey_of_occasion(Occasion.INQUIRY)
    if asked is None:
        raise NotFound
    _, version = asked
    render = partial(
        inquiry_pdf,
        facts,
        definition.read(version.definition),
        settings.supplier_name,
        settings.base_url,
    )
    return await paper(f"{visit_reference}-feedback.pdf", render)


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


ROUTES = [show_record, show_order, show_inquiry, show_round]
