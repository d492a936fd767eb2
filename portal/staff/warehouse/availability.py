"""When lines short of stock are expected, told order by order on the day's list (rule O15)."""

from typing import Any

from litestar import Request, Response, post
from litestar.params import FromPath

from portal.domain.common.errors import Conflict, FieldErrors
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.orders.finding import order_by_reference
from portal.domain.orders.short_lines import ShortDay, confirm_short_lines
from portal.staff.warehouse.lists import short_page
from portal.staff.warehouse.tabs import PATH
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import Day, Form, FormModel, Whole
from portal.web.guards import requires

LINES = "lines"
_NO_DAY = N_("Say by when at least one of the lines is expected.")


class Expected(FormModel):
    line: Whole
    available_on: Day | None = None


class Days(FormModel):
    lines: list[Expected] = []


@post(
    f"{PATH}/orders/{{order_reference:str}}/availability",
    guards=[requires(Permission.READ_ORDERS)],
)
async def confirm(
    order_reference: FromPath[str],
    request: Request[Any, Any, Any],
    viewer: AViewer,
    answer: AnAnswer,
) -> Response[str]:
    """Say by when the lines are expected in stock; the customer is told once of the new days."""
    form = await Form.sent(request)
    order = await order_by_reference(order_reference, by=viewer.actor)
    days = _days(form)
    if days:
        try:
            await confirm_short_lines(order, days, by=viewer.actor)
        except FieldErrors as error:
            form.refuse_by(error)
        except Conflict as error:
            # Done meanwhile: the list shows what is left.
            path = f"{PATH}/short"
            return answer.see_other(path, toast=error.message, tone="warning", **error.words)
        else:
            said = N_("Dates confirmed.") if len(days) > 1 else N_("Date confirmed.")
            return answer.see_other(f"{PATH}/short", toast=said)
    return await short_page(viewer, answer, reference=order.reference, form=form)


def _days(form: Form) -> list[ShortDay]:
    """The lines that have a day; none after noting what is wrong."""
    fields = form.read(Days, lines=(LINES,))
    if fields is None:
        return []
    days = [
        ShortDay(row, line.line, line.available_on)
        for row, line in enumerate(fields.lines)
        if line.available_on
    ]
    if not days:
        form.refuse(f"{LINES}-0-available_on", _NO_DAY)
    return days


ROUTES = [confirm]
