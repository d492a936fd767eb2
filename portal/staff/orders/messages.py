"""What staff write at an order: replies to the customer, and internal notes.

Replies and notes have an address, a form and a field each, so that the two cannot be confused.
Chosen files are kept before the words are looked at: a refused form does not lose them.
"""

from litestar import Response, post
from litestar.params import FromPath

from portal.domain.common.actor import Audience
from portal.domain.common.errors import Conflict, FieldError
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.orders import conversation
from portal.domain.orders.finding import order_by_reference
from portal.domain.quotes.conversation import FormFiles
from portal.staff.orders.desk import AnyRequest, Desk
from portal.staff.orders.handling import ORDER
from portal.staff.orders.panels import Panel
from portal.web.after_commit import tell_after_commit
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import Form
from portal.web.guards import OWN_UNITS, requires
from portal.web.uploads import is_choosing, is_dropping, keep_chosen, shown_files

_READS = [requires(Permission.READ_ORDERS)]
_WORKS = [requires(Permission.WORK_ON_ORDERS)]


@post(f"{ORDER}/messages", guards=_WORKS, opt=OWN_UNITS)
async def reply(
    order_reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Write to the customer."""
    said = N_("Reply sent to the customer.")
    desk = Desk(order_reference, viewer, answer)
    return await _written(desk, request, Panel.REPLY, Audience.CUSTOMER, said)


@post(f"{ORDER}/notes", guards=_READS, opt=OWN_UNITS)
async def note(
    order_reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Write down what colleagues should know; no customer can read it."""
    said = N_("Internal note saved.")
    desk = Desk(order_reference, viewer, answer)
    return await _written(desk, request, Panel.NOTE, Audience.INTERNAL, said)


async def _written(
    desk: Desk, request: AnyRequest, panel: Panel, audience: Audience, said: str
) -> Response[str]:
    body, files = f"{panel.value}_body", f"{panel.value}_files"
    viewer = desk.viewer
    form = await Form.sent(request)
    if is_choosing(form, field=files):
        async with viewer.unit():  # nothing is kept for what one may not see
            await order_by_reference(desk.reference, by=viewer.actor)
        await keep_chosen(form, viewer, field=files)
    conflict = None
    if not is_dropping(form, field=files) and not form.is_refused:
        try:
            async with viewer.unit() as unit:
                order = await order_by_reference(desk.reference, by=viewer.actor)
                shown = FormFiles(form.key, shown_files(form, field=files))
                await conversation.write(
                    order, form.value(body), by=viewer.actor, audience=audience, form=shown
                )
            tell_after_commit(unit)
            return desk.answer.see_other(f"{desk.path}#conversation", toast=said)
        except FieldError as error:
            field = {"body": body, "files": files}.get(error.field, error.field)
            form.refuse(field, error.field_message, **error.words)
        except Conflict as error:
            conflict = error
    async with viewer.unit():
        return await desk.show(panel, form, conflict)


ROUTES = [reply, note]
