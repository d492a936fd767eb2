"""When a line short of stock is expected, told line by line on the day's list (rule O15)."""

from typing import Any

from litestar import Request, Response, post

from portal.domain.common.errors import Conflict, FieldError, NotFound
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.orders.short_lines import confirm_short
from portal.domain.orders.warehouse_list import line_exists
from portal.staff.warehouse.lists import short_page
from portal.staff.warehouse.tabs import PATH
from portal.web.arguments import AnAnswer, AnId, AViewer
from portal.web.forms import Day, Form, FormModel
from portal.web.guards import requires


class Expected(FormModel):
    available_on: Day


@post(f"{PATH}/lines/{{line_id:int}}/availability", guards=[requires(Permission.READ_ORDERS)])
async def confirm(
    line_id: AnId, request: Request[Any, Any, Any], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Say by when the line is expected in stock; the customer is told a new day."""
    form = await Form.sent(request)
    if not await line_exists(line_id, by=viewer.actor):
        raise NotFound
    given = form.read(Expected)
    if given is not None:
        try:
            await confirm_short(line_id, given.available_on, by=viewer.actor)
        except FieldError as error:
            form.refuse_by(error)
        except Conflict as error:
            # Done meanwhile: the list shows what is left.
            path = f"{PATH}/short"
            return answer.see_other(path, toast=error.message, tone="warning", **error.words)
        else:
            return answer.see_other(f"{PATH}/short", toast=N_("Date confirmed."))
    return await short_page(viewer, answer, line_id=line_id, form=form)


ROUTES = [confirm]
