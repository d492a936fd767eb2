"""A payment that was recorded in error is reversed, never deleted."""

from typing import Annotated, Any

from litestar import Request, Response, get, post
from pydantic import StringConstraints

from portal.domain.common.errors import Conflict, FieldError, FieldErrors
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.orders.finance_list import payment_by_id
from portal.domain.orders.finding import order_by_reference
from portal.domain.orders.payments import reverse_payment
from portal.staff.finance.tabs import PATH
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AnId, AViewer
from portal.web.forms import Form, FormModel
from portal.web.guards import requires
from portal.web.viewer import Viewer

_RECORDS = [requires(Permission.RECORD_PAYMENTS)]


class Reason(FormModel):
    reason: Annotated[str, StringConstraints(max_length=10_000)] = ""


@get(f"{PATH}/payments/{{payment_id:int}}/reversal", guards=_RECORDS)
async def ask(payment_id: AnId, viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """What reversing it means, and why it is done."""
    return await _page(payment_id, Form(), viewer, answer)


@post(f"{PATH}/payments/{{payment_id:int}}/reversal", guards=_RECORDS)
async def reverse(
    payment_id: AnId, request: Request[Any, Any, Any], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Add the row that takes it back; what was settled is open again (rule O22)."""
    form = await Form.sent(request)
    payment = await payment_by_id(payment_id, by=viewer.actor)
    given = form.read(Reason)
    if given is not None:
        order = await order_by_reference(payment.order_reference, by=viewer.actor)
        try:
            await reverse_payment(order, payment_id, given.reason, by=viewer.actor)
        except (FieldError, FieldErrors) as error:
            form.refuse_by(error)
        except Conflict as error:
            form.refuse("", error.message, **error.words)
            return await _page(payment_id, form, viewer, answer, status=409)
        else:
            return answer.see_other(
                f"/staff/orders/{payment.order_reference}#money", toast=N_("Payment reversed.")
            )
    return await _page(payment_id, form, viewer, answer)


async def _page(
    payment_id: int, form: Form, viewer: Viewer, answer: Answer, *, status: int = 200
) -> Response[str]:
    payment = await payment_by_id(payment_id, by=viewer.actor)
    return answer.page(
        "staff/finance/reversal.html",
        title=N_("Reverse a payment"),
        section="finance",
        form=form,
        status=status,
        payment=payment,
    )


ROUTES = [ask, reverse]
