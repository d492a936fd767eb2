"""A meeting from its notice on: who, where, when, what, what to confirm, how (rule M2)."""

from litestar import Response, get
from litestar.params import FromPath

from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.meetings.customer_view import customer_meeting
from portal.domain.meetings.tables import MEETING_KIND
from portal.web.arguments import AnAnswer, AViewer
from portal.web.guards import requires
from portal.web.live import live_url
from portal.web.notices import page_opened

PATH = "/meetings"


@get(f"{PATH}/{{meeting_reference:str}}", guards=[requires(Permission.READ_OWN_VISITS)])
async def show(
    meeting_reference: FromPath[str], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """What the notice said, as it stands now."""
    meeting = await customer_meeting(meeting_reference, by=viewer.actor)
    await page_opened(viewer, f"{PATH}/{meeting_reference}")
    return answer.page(
        "customer/meetings/show.html",
        title=N_("%(reference)s: %(title)s"),
        words={"reference": meeting.reference, "title": meeting.record.title},
        section="visits",
        meeting=meeting,
        record=meeting.record,
        live=live_url(viewer, PATH, MEETING_KIND, meeting.record.id),
    )


ROUTES = [show]
