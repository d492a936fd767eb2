"""What the customer does with an order: writes, cancels in time, agrees to shipping in parts.

What comes too late is explained on the record page, which shows what is true now (409).
"""

from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery
from pydantic import StringConstraints

from portal.customer.orders.pages import form_page, record_answer
from portal.customer.orders.record import ABOUT, PATH
from portal.domain.common.actor import Audience
from portal.domain.common.errors import Conflict, FieldError, FieldErrors
from portal.domain.common.permissions import Permission
from portal.domain.common.posting import FormFiles
from portal.domain.common.words import N_
from portal.domain.orders import changes, conversation
from portal.domain.orders.finding import order_by_reference
from portal.domain.orders.record_page import order_page
from portal.web.after_commit import tell_after_commit
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import Form, FormModel, Whole
from portal.web.guards import OWN_UNITS, requires
from portal.web.uploads import is_choosing, is_dropping, keep_chosen, shown_files

_CANCELS = [requires(Permission.CANCEL_OWN_ORDER)]
_AGREES = [requires(Permission.PLACE_ORDER)]
_ORDER = f"{PATH}/{{order_reference:str}}"
_CANCEL = N_("Cancel order %(reference)s")
_PARTS = N_("Ship %(reference)s in parts")
Text = Annotated[str, StringConstraints(max_length=10_000)]


class Cancellation(FormModel):
    version: Whole
    reason: Text = ""


class Agreement(FormModel):
    version: Whole
    name: Text = ""


@post(f"{_ORDER}/messages", guards=[requires(Permission.WRITE_MESSAGE)], opt=OWN_UNITS)
async def write(
    *,
    order_reference: FromPath[str],
    request: Request[Any, Any, Any],
    viewer: AViewer,
    answer: AnAnswer,
    about: FromQuery[str] = "",
) -> Response[str]:
    """Add to the thread; `about` says what the message was opened for."""
    form = await Form.sent(request)
    if is_choosing(form):
        async with viewer.unit():  # nothing is kept for what one may not see
            await order_by_reference(order_reference, by=viewer.actor)
        await keep_chosen(form, viewer)
    if not form.is_refused and not is_dropping(form):
        try:
            async with viewer.unit() as unit:
                await conversation.write(
                    await order_by_reference(order_reference, by=viewer.actor),
                    form.value("body"),
                    by=viewer.actor,
                    audience=Audience.CUSTOMER,
                    form=FormFiles(form.key, shown_files(form)),
                )
        except FieldError as error:
            form.refuse_by(error)
        else:
            tell_after_commit(unit)
            toast = N_("Sent. You get an answer here.") if about in ABOUT else N_("Message sent.")
            return answer.see_other(f"{PATH}/{order_reference}#thread", toast=toast)
    async with viewer.unit():
        return await record_answer(order_reference, viewer, answer, form=form, about=about)


@get(f"{_ORDER}/cancel", guards=_CANCELS)
async def show_cancel(
    order_reference: FromPath[str], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Ask why, before the order is cancelled; where it is too late, the record, which says so."""
    order = await order_page(order_reference, by=viewer.actor)
    if not order.can_cancel:
        return answer.see_other(f"{PATH}/{order_reference}")
    form = Form.showing(version=order.version)
    return form_page(answer, order, form, "cancel", title=_CANCEL)


@post(f"{_ORDER}/cancel", guards=_CANCELS)
async def cancel(
    order_reference: FromPath[str],
    request: Request[Any, Any, Any],
    viewer: AViewer,
    answer: AnAnswer,
) -> Response[str]:
    """Cancel the order in time, with the reason (rule O11)."""
    order = await order_by_reference(order_reference, by=viewer.actor)
    form = await Form.sent(request)
    given = form.read(Cancellation)
    if given is not None:
        try:
            await changes.cancel(
                order, given.reason, by=viewer.actor, expected_version=given.version
            )
        except Conflict as conflict:
            return await record_answer(order_reference, viewer, answer, conflict=conflict)
        except FieldErrors as errors:
            form.refuse_by(errors)
        else:
            return answer.see_other(f"{PATH}/{order_reference}", toast=N_("Order cancelled."))
    page = await order_page(order_reference, by=viewer.actor)
    return form_page(answer, page, form, "cancel", title=_CANCEL)


@get(f"{_ORDER}/parts", guards=_AGREES)
async def show_parts(
    order_reference: FromPath[str], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """What would ship first and what later, before the customer agrees to it."""
    order = await order_page(order_reference, by=viewer.actor)
    if not order.can_agree_to_parts:
        return answer.see_other(f"{PATH}/{order_reference}")
    form = Form.showing(version=order.version, name=viewer.name)
    return form_page(answer, order, form, "parts", title=_PARTS)


@post(f"{_ORDER}/parts", guards=_AGREES)
async def agree_to_parts(
    order_reference: FromPath[str],
    request: Request[Any, Any, Any],
    viewer: AViewer,
    answer: AnAnswer,
) -> Response[str]:
    """Agree that what is there ships before the rest (rule O15)."""
    order = await order_by_reference(order_reference, by=viewer.actor)
    form = await Form.sent(request)
    given = form.read(Agreement)
    if given is not None:
        try:
            await changes.agree_to_parts(
                order, given.name, by=viewer.actor, expected_version=given.version
            )
        except Conflict as conflict:
            return await record_answer(order_reference, viewer, answer, conflict=conflict)
        except FieldErrors as errors:
            form.refuse_by(errors)
        else:
            toast = N_("Agreed. What is in stock ships first.")
            return answer.see_other(f"{PATH}/{order_reference}", toast=toast)
    page = await order_page(order_reference, by=viewer.actor)
    return form_page(answer, page, form, "parts", title=_PARTS)


ROUTES = [write, show_cancel, cancel, show_parts, agree_to_parts]
