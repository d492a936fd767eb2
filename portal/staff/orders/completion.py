"""What was missing of an order is filled in; only then it is confirmed (rule O1)."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from portal.domain.catalogue.kinds import unit_label
from portal.domain.common.errors import Conflict, FieldError, FieldErrors, WrongState
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_, Phrase
from portal.domain.orders.completeness import missing_of
from portal.domain.orders.finding import lines_of, order_by_reference
from portal.domain.orders.intake import complete_order
from portal.domain.orders.release_words import INCOMPLETE
from portal.domain.orders.states import OrderStatus
from portal.domain.orders.tables import SUBJECT_KIND, SalesOrder, SalesOrderLine
from portal.domain.quotes.states import Transport
from portal.staff.orders.entry import delivery_choices
from portal.staff.orders.entry_form import LINES, PAGE_ORDER, form_of, read_facts
from portal.staff.orders.handling import ORDER
from portal.staff.orders.page import PATH
from portal.staff.two_versions import TWO_VERSIONS, theirs
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import Form, FormModel, Whole
from portal.web.guards import requires

_WORKS = [requires(Permission.WORK_ON_ORDERS)]
_LABELS = {
    "ordered_by_name": N_("Who ordered"),
    "title": N_("Subject"),
    "wanted_on": N_("Wanted on"),
    "transport": N_("Transport"),
    "ship_to": N_("Ship to"),
    "purchase_order_number": N_("Their order number"),
}


class Version(FormModel):
    version: Whole


@get(f"{ORDER}/completion", guards=_WORKS)
async def ask(order_reference: FromPath[str], viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """What is missing, and where to fill it in; once confirmed, the order itself."""
    order = await order_by_reference(order_reference, by=viewer.actor)
    if order.state is not OrderStatus.PLACED:
        return answer.see_other(f"{PATH}/{order.reference}")
    return await _page(order, form_of(order, await lines_of(order.id)), answer)


@post(f"{ORDER}/completion", guards=_WORKS)
async def complete(
    order_reference: FromPath[str],
    request: Request[Any, Any, Any],
    viewer: AViewer,
    answer: AnAnswer,
) -> Response[str]:
    """Fill it in; what the customer has said already stays as it is (rule O11)."""
    form = await Form.sent(request)
    order = await order_by_reference(order_reference, by=viewer.actor)
    given, facts = form.read(Version), read_facts(form)
    if given is not None and facts is not None:
        try:
            placed = await complete_order(
                order, facts, by=viewer.actor, expected_version=given.version
            )
        except (FieldError, FieldErrors) as error:
            form.refuse_by(error)
        except WrongState:
            raise
        except Conflict:
            return await _both(order, form, answer)
        else:
            said = N_("Saved. Something is still missing.") if placed.missing else N_("Complete.")
            tone = "warning" if placed.missing else "done"
            return answer.see_other(f"{PATH}/{order.reference}", toast=said, tone=tone)
    return await _page(order, form, answer)


async def _both(order: SalesOrder, form: Form, answer: Answer) -> Response[str]:
    """What a colleague saved meanwhile, beside what was typed here."""
    now = form_of(order, await lines_of(order.id))
    their = await theirs(
        SUBJECT_KIND,
        order.id,
        typed=form,
        now=now,
        labels=_LABELS,
        choices={"transport": Transport},
    )
    return await _page(order, form, answer, title=TWO_VERSIONS, status=409, theirs=their)


def _missing(order: SalesOrder, lines: list[SalesOrderLine]) -> Phrase | None:
    parts = missing_of(order, lines)
    return Phrase(INCOMPLETE, {"missing": tuple(part.label for part in parts)}) if parts else None


async def _page(
    order: SalesOrder,
    form: Form,
    answer: Answer,
    *,
    title: str = N_("Complete the order"),
    **context: Any,
) -> Response[str]:
    form.order_errors(PAGE_ORDER)
    lines = await lines_of(order.id)
    return answer.page(
        "staff/orders/completion.html",
        title=title,
        section="orders",
        form=form,
        order=order,
        lines=lines,
        lines_name=LINES,
        unit_label=unit_label,
        missing=_missing(order, lines),
        **await delivery_choices(order.account_id, answer),
        **context,
    )


ROUTES = [ask, complete]
