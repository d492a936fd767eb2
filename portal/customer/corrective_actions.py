"""The corrective action that answers one's complaint: its stages, and the 8D report (rule C9)."""

from functools import partial

from litestar import Response, get
from litestar.params import FromPath

from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.corrective_actions.customer_view import action_of_complaint
from portal.rendering.corrective_action_paper import report_of_customer
from portal.web.arguments import AnAnswer, AViewer, TheSettings
from portal.web.guards import OWN_UNITS, requires
from portal.web.papers import paper

PATH = "/complaints"
ACTION = f"{PATH}/{{complaint_reference:str}}/corrective-action"
_READS = [requires(Permission.READ_OWN_COMPLAINTS)]


@get(ACTION, guards=_READS)
async def show(
    complaint_reference: FromPath[str], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """How far it is and what each discipline came to; nobody of ours, no other customer."""
    action = await action_of_complaint(complaint_reference, by=viewer.actor)
    return answer.page(
        "customer/corrective_actions/show.html",
        title=N_("Corrective action for complaint %(reference)s"),
        words={"reference": complaint_reference},
        section="complaints",
        action=action,
    )


@get(f"{ACTION}/report", guards=_READS, opt=OWN_UNITS)
async def show_report(
    complaint_reference: FromPath[str], viewer: AViewer, settings: TheSettings
) -> Response[bytes]:
    """The 8D report 纠正和预防措施处理单 for this complaint."""
    async with viewer.unit():
        action = await action_of_complaint(complaint_reference, by=viewer.actor)
    render = partial(
        report_of_customer,
        action,
        viewer.account_name,
        settings.supplier_name,
        origin=settings.base_url,
        locale=viewer.reader.locale,
        timezone=viewer.reader.timezone,
    )
    return await paper(f"{complaint_reference}-8D.pdf", render)


ROUTES = [show, show_report]
