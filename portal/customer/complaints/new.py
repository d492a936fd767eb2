"""A new complaint, suggestion, enquiry or fault report: one form, sent at once (rules C1, C15).

Buttons of the form that look something up come back to the same form with everything in it, so that
finding a delivery, showing its goods and choosing photos work without script.
"""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromQuery

from portal.customer.complaints.new_form import (
    MATCHES,
    PATH,
    ask_again_for_goods,
    chosen_delivery,
    form_page,
    fragment,
    leave_out_untouched,
    put_delivery,
)
from portal.domain.common.errors import DomainError
from portal.domain.common.permissions import Permission
from portal.domain.complaints.complaint_check import check
from portal.domain.complaints.deliveries import delivery
from portal.domain.complaints.intake import file_complaint
from portal.domain.complaints.states import CaseKind
from portal.web.after_commit import tell_after_commit
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AViewer, AVisit
from portal.web.complaint_fields import change_rows, read_complaint
from portal.web.forms import Form
from portal.web.guards import OWN_UNITS, requires
from portal.web.record_forms import refuse_by
from portal.web.uploads import is_dropping, keep_chosen, kept_files, shown_files
from portal.web.viewer import Viewer

NEW = f"{PATH}/new"
_FILES = [requires(Permission.FILE_COMPLAINT)]
_LONGEST = 100


@get(NEW, guards=_FILES)
async def show_new(
    *,
    viewer: AViewer,
    answer: AnAnswer,
    order: FromQuery[str] = "",
    shipment: FromQuery[str] = "",
    kind: FromQuery[str] = "",
    find: FromQuery[str] = "",
) -> Response[str]:
    """An empty form; about an order or a delivery where the link or the QR code names one."""
    form = _empty(kind)
    if order or shipment:
        put_delivery(form, await delivery(order[:_LONGEST], shipment[:_LONGEST], by=viewer.actor))
    return await form_page(form, viewer, answer, find=find[:_LONGEST])


@post(NEW, guards=_FILES, opt=OWN_UNITS)
async def send_new(
    request: Request[Any, Any, Any], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """File it (rule C1). Sent twice, it is filed once and both lead to the same confirmation."""
    form = await Form.sent(request)
    await keep_chosen(form, viewer)
    is_at_work = change_rows(form) or is_dropping(form)
    find = form.value("find") if form.pressed("_find") else ""
    is_at_work |= form.pressed("_find") or ask_again_for_goods(form)
    if not (is_at_work or form.is_refused) and (reference := await _filed(form, viewer)):
        return answer.see_other(f"{PATH}/{reference}/received")
    async with viewer.unit():
        return await form_page(form, viewer, answer, find=find[:_LONGEST])


@get(f"{NEW}/fragments/deliveries", guards=_FILES)
async def show_deliveries(
    *,
    viewer: AViewer,
    visit: AVisit,
    answer: AnAnswer,
    find: FromQuery[str] = "",
    about: FromQuery[str] = "",
) -> Response[str]:
    """The deliveries that fit `find`, to choose from; opened directly, the form with them."""
    return await _part("_deliveries", about, find, viewer, answer, as_page=not visit.is_htmx)


@get(f"{NEW}/fragments/goods", guards=_FILES)
async def show_goods(
    viewer: AViewer, visit: AVisit, answer: AnAnswer, about: FromQuery[str] = ""
) -> Response[str]:
    """What came with the chosen delivery; opened directly, the form about it."""
    return await _part("_goods", about, "", viewer, answer, as_page=not visit.is_htmx)


@post(f"{PATH}/photos", guards=_FILES, opt=OWN_UNITS)
async def keep_photos(
    request: Request[Any, Any, Any], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Keep photos for the form they were chosen in; answers that field, what was refused with it.

    The page's script sends them ahead of the form, so that they arrive while people still write.
    """
    form = await Form.sent(request)
    await keep_chosen(form, viewer)
    async with viewer.unit():
        kept = await kept_files(form, viewer)
    return fragment("_photos", form, answer, kept=kept)


async def _part(
    name: str, about: str, find: str, viewer: Viewer, answer: Answer, *, as_page: bool
) -> Response[str]:
    form = _empty("")
    put_delivery(form, await chosen_delivery(about[:_LONGEST], viewer))
    partial = "" if as_page else name
    return await form_page(form, viewer, answer, find=find[:_LONGEST], partial=partial)


async def _filed(form: Form, viewer: Viewer) -> str:
    """The reference of what was filed; empty after noting all that is wrong at its field."""
    leave_out_untouched(form)
    facts, by = read_complaint(form), viewer.actor
    try:
        if form.is_refused:
            async with viewer.unit():
                await check(facts, by=by, account_id=viewer.account_id)
            return ""
        async with viewer.unit() as unit:
            complaint = await file_complaint(
                facts, by=by, form_key=form.key, shown_files=shown_files(form)
            )
        tell_after_commit(unit)
    except DomainError as error:
        refuse_by(form, error, MATCHES)
        return ""
    return complaint.reference


def _empty(kind: str) -> Form:
    return Form.showing(kind=kind if kind in set(CaseKind) else CaseKind.COMPLAINT.value)


ROUTES = [show_new, send_new, show_deliveries, show_goods, keep_photos]
