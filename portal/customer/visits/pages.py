"""One appointment: when and where, what can be said to it, what came of it (rules V5, V6)."""

from typing import Any

from litestar import Response, get
from litestar.params import FromPath, FromQuery

from portal.customer.record import Happened
from portal.domain.common.activity import timeline
from portal.domain.common.actor import Audience
from portal.domain.common.errors import Conflict
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.meetings.of_visit import report_of_visit, report_owed_after
from portal.domain.service_levels.owed import owed_to
from portal.domain.service_levels.promise import TargetKind
from portal.domain.visits.customer_view import CustomerVisit, customer_visit
from portal.domain.visits.story import phrase_of
from portal.domain.visits.tables import SUBJECT_KIND
from portal.rendering.phrases import phrase_words
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AViewer, AVisit
from portal.web.forms import Form
from portal.web.guards import requires
from portal.web.live import live_url
from portal.web.notices import page_opened
from portal.web.viewer import Viewer

PATH = "/visits"
VISIT = f"{PATH}/{{visit_reference:str}}"
_READS = [requires(Permission.READ_OWN_VISITS)]
_FORMS = ("confirm", "other-time")


@get(VISIT, guards=_READS)
async def show(
    visit_reference: FromPath[str], viewer: AViewer, answer: AnAnswer, do: FromQuery[str] = ""
) -> Response[str]:
    """The appointment; `do` opens one of its forms."""
    page = await record_answer(visit_reference, viewer, answer, panel=do)
    await page_opened(viewer, f"{PATH}/{visit_reference}")
    return page


@get(f"{VISIT}/fragments/state", guards=_READS)
async def show_state(
    visit_reference: FromPath[str], viewer: AViewer, visit: AVisit, answer: AnAnswer
) -> Response[str]:
    """The part that says where it stands; opened directly, the whole page."""
    context = await _context(visit_reference, viewer)
    if visit.is_htmx:
        return answer.fragment("customer/visits/_state.html", **{**context, "is_swap": True})
    return _page(context, answer)


async def record_answer(
    reference: str,
    viewer: Viewer,
    answer: Answer,
    /,
    *,
    panel: str = "",
    about: str = "",  # noqa: ARG001 - no form here is about a part of the record
    form: Form | None = None,
    conflict: Conflict | None = None,
) -> Response[str]:
    """The whole page.

    With a refused `form` in its `panel` (422), or with why something came too late (409).
    """
    context = await _context(reference, viewer, panel=panel, form=form)
    if conflict is None:
        return _page(context, answer, form=form)
    said = answer.translated(conflict.message, **conflict.words)
    return _page({**context, "conflict": said}, answer, status=conflict.status)


async def _context(
    reference: str, viewer: Viewer, *, panel: str = "", form: Form | None = None
) -> dict[str, Any]:
    appointment = await customer_visit(reference, by=viewer.actor)
    record = appointment.record
    history = await timeline(SUBJECT_KIND, record.id, visible_to=Audience.CUSTOMER)
    is_owed = any(opinion.ended_at is None for opinion in appointment.opinions)
    answers_owed = await owed_to(viewer.actor, (TargetKind.OPINION,)) if is_owed else ()
    report = await report_of_visit(record.id, by=viewer.actor)
    return {
        "appointment": appointment,
        "report": report,
        "report_owed": None if report or not record.made_at else await report_owed_after(record.id),
        "owed": {promise.reference: promise for promise in answers_owed},
        "history": [
            Happened(entry.at, entry.actor_name, phrase_words(phrase_of(entry), viewer.reader))
            for entry in history
        ],
        "forms": {
            name: form if form and name == panel else Form.showing(version=record.version)
            for name in _FORMS
        },
        "panel": panel,
        "earliest": viewer.reader.local(viewer.reader.now).strftime("%Y-%m-%dT%H:%M"),
        "live": live_url(viewer, PATH, SUBJECT_KIND, record.id),
        "conflict": "",
        "is_swap": False,
    }


def _page(
    context: dict[str, Any], answer: Answer, *, form: Form | None = None, status: int = 200
) -> Response[str]:
    appointment: CustomerVisit = context["appointment"]
    return answer.page(
        "customer/visits/show.html",
        title=N_("Appointment %(reference)s"),
        words={"reference": appointment.reference},
        section="visits",
        form=form,
        status=status,
        **context,
    )


ROUTES = [show, show_state]
