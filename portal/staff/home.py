"""My work: what I owe by when, what lies with my team, what waits for my review."""

from litestar import Response, get

from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.quotes.home import staff_home
from portal.staff.quotes import rail_of
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AViewer, AVisit
from portal.web.guards import requires
from portal.web.viewer import Viewer

_WORKLIST = [requires(Permission.READ_WORKLIST)]


@get("/staff", guards=_WORKLIST)
async def show(viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """The first page of the day."""
    return await _page(viewer, answer)


@get("/staff/fragments/worklist", guards=_WORKLIST)
async def worklist(viewer: AViewer, visit: AVisit, answer: AnAnswer) -> Response[str]:
    """The lists alone, asked for again while the page stays open."""
    if not visit.is_htmx:
        return await _page(viewer, answer)
    home = await staff_home(by=viewer.actor) if _reads_quotes(viewer) else None
    return answer.fragment("staff/home/_worklist.html", home=home)


async def _page(viewer: Viewer, answer: Answer) -> Response[str]:
    home = await staff_home(by=viewer.actor) if _reads_quotes(viewer) else None
    queues = rail_of(home.counts) if home else []
    for each in queues:
        each["label"] = answer.translated(each["label"])
    return answer.page(
        "staff/home/show.html", title=N_("My work"), section="home", home=home, queues=queues
    )


def _reads_quotes(viewer: Viewer) -> bool:
    return viewer.actor.may(Permission.READ_QUOTES)


ROUTES = [show, worklist]
