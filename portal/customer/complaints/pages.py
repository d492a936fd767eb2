"""One complaint: where it stands and by when, what is asked, what was found, what is done."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery
from litestar.response import Stream

from portal.customer.complaints.new_form import PATH
from portal.customer.complaints.record import FILES, record_context
from portal.domain.common.errors import Conflict
from portal.domain.common.permissions import Permission
from portal.domain.common.story import NEWEST, Part
from portal.domain.common.words import N_
from portal.domain.complaints.complaint_files import file_of_complaint
from portal.domain.complaints.page_view import CustomerComplaint, customer_complaint
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AViewer, AVisit
from portal.web.forms import Form
from portal.web.guards import OWN_UNITS, requires
from portal.web.notices import page_opened
from portal.web.story_parts import part_of, thread_fragment
from portal.web.uploads import download
from portal.web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
_READS = [requires(Permission.READ_OWN_COMPLAINTS)]
COMPLAINT = f"{PATH}/{{complaint_reference:str}}"


@get(COMPLAINT, guards=_READS)
async def show(
    request: AnyRequest,
    complaint_reference: FromPath[str],
    viewer: AViewer,
    answer: AnAnswer,
    do: FromQuery[str] = "",
) -> Response[str]:
    """The record; `do` opens one of its forms.

    `before`, `m` and `events` show an earlier part of what was said and happened.
    """
    part = part_of(request.query_params)
    page = await record_answer(complaint_reference, viewer, answer, panel=do, part=part)
    await page_opened(viewer, f"{PATH}/{complaint_reference}")
    return page


@get(f"{COMPLAINT}/fragments/state", guards=_READS)
async def show_state(
    complaint_reference: FromPath[str], viewer: AViewer, visit: AVisit, answer: AnAnswer
) -> Response[str]:
    """The part of the record that says where it stands; opened directly, the record."""
    context = await _context(complaint_reference, viewer)
    if visit.is_htmx:
        return answer.fragment("customer/complaints/_state.html", **{**context, "is_swap": True})
    return _page(context, answer)


@get(f"{COMPLAINT}/fragments/thread", guards=_READS)
async def show_thread(
    request: AnyRequest,
    complaint_reference: FromPath[str],
    viewer: AViewer,
    visit: AVisit,
    answer: AnAnswer,
) -> Response[str]:
    """The messages of the record; opened directly, the record."""
    part = part_of(request.query_params, of_fragment=visit.is_htmx)
    context = await _context(complaint_reference, viewer, part=part)
    if not visit.is_htmx:
        return _page(context, answer)
    template = "customer/complaints/_thread.html"
    return thread_fragment(answer, template, part, context, context["thread"])


@get(f"{COMPLAINT}/received", guards=_READS)
async def show_received(
    complaint_reference: FromPath[str], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """The confirmation: its reference, who has it, the dates to expect, what is next (rule C2)."""
    complaint = await customer_complaint(complaint_reference, by=viewer.actor)
    return answer.page(
        "customer/complaints/received.html",
        title=N_("%(reference)s is with us"),
        words={"reference": complaint.reference},
        section="complaints",
        complaint=complaint,
    )


@get(f"{FILES}/{{public_id:str}}", guards=_READS, opt=OWN_UNITS)
async def show_file(public_id: FromPath[str], viewer: AViewer) -> Stream:
    """One file of a complaint, to be kept; no connection is held while it goes out."""
    async with viewer.unit():
        file = await file_of_complaint(public_id, by=viewer.actor)
    return await download(file)


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
    part: Part = NEWEST,
) -> Response[str]:
    """The whole record page.

    With a refused `form` in its `panel` (422), or with why something came too late (409).
    """
    context = await _context(reference, viewer, panel=panel, form=form, part=part)
    if conflict is None:
        return _page(context, answer, form=form)
    said = answer.translated(conflict.message, **conflict.words)
    return _page({**context, "conflict": said}, answer, status=conflict.status)


async def _context(
    reference: str,
    viewer: Viewer,
    *,
    panel: str = "",
    form: Form | None = None,
    part: Part = NEWEST,
) -> dict[str, Any]:
    complaint = await customer_complaint(reference, by=viewer.actor)
    return await record_context(complaint, viewer, form=form, panel=panel, part=part)


def _page(
    context: dict[str, Any], answer: Answer, *, form: Form | None = None, status: int = 200
) -> Response[str]:
    complaint: CustomerComplaint = context["complaint"]
    return answer.page(
        "customer/complaints/show.html",
        title=N_("%(reference)s: %(title)s"),
        words={"reference": complaint.reference, "title": complaint.record.title},
        section="complaints",
        form=form,
        status=status,
        **context,
    )


ROUTES = [show, show_state, show_thread, show_received, show_file]
