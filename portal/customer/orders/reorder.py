"""Order again what an order had: at the prices agreed today, confirmed by sales (rule O1).

The form is checked before anything is placed; the page of the check carries what was typed, so
that it works without script and "Change" leads back to it.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from pydantic import StringConstraints

from portal.customer.orders.record import PATH
from portal.customer.whom_to_call import people_for_urgent
from portal.domain import policy
from portal.domain.accounts.addresses import addresses_of
from portal.domain.accounts.details import one_line
from portal.domain.accounts.team import team_of
from portal.domain.catalogue.kinds import unit_label
from portal.domain.common.errors import FieldErrors
from portal.domain.common.money import Money
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.orders.finding import lines_of, order_by_reference
from portal.domain.orders.intake import OrderFacts, OrderLineFacts, place_reorder, reorder_facts
from portal.domain.orders.order_check import check
from portal.domain.orders.order_facts import CheckedOrder
from portal.domain.orders.tables import SalesOrder
from portal.domain.policy.order_figures import URGENT_DELIVERY
from portal.domain.quotes.account_facts import account_facts
from portal.domain.quotes.states import Transport
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import Day, Form, FormModel, Number, Whole
from portal.web.guards import requires
from portal.web.viewer import Viewer

_ORDERS = [requires(Permission.PLACE_ORDER)]
_REORDER = f"{PATH}/{{order_reference:str}}/reorder"
LINES = "lines"
_PLAIN = (
    "ordered_by_name",
    "purchase_order_number",
    "wanted_on",
    "transport",
    "ship_to",
    "urgent",
)
_PAGE_ORDER = (LINES, "wanted_on", "urgent", "transport", "ship_to", *_PLAIN[:2])
Text = Annotated[str, StringConstraints(max_length=500)]


class LineFields(FormModel):
    """How many of a line of the earlier order; nothing leaves it out."""

    position: Whole
    quantity: Number | None = None


class ReorderFields(FormModel):
    """The whole form."""

    ordered_by_name: Text = ""
    purchase_order_number: Text = ""
    wanted_on: Day | None = None
    transport: Text = ""
    ship_to: Whole | None = None
    urgent: Text = ""
    lines: list[LineFields] = []


@get(_REORDER, guards=_ORDERS)
async def show_form(
    order_reference: FromPath[str], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """The form, filled with what the order had."""
    source = await order_by_reference(order_reference, by=viewer.actor)
    offered = await reorder_facts(source, viewer.actor)
    return await _form_page(_form_of(offered), source, offered, viewer, answer)


@post(f"{_REORDER}/check", guards=_ORDERS)
async def check_form(
    order_reference: FromPath[str],
    request: Request[Any, Any, Any],
    viewer: AViewer,
    answer: AnAnswer,
) -> Response[str]:
    """What would be ordered, at which prices; nothing has been ordered yet."""
    source = await order_by_reference(order_reference, by=viewer.actor)
    offered = await reorder_facts(source, viewer.actor)
    form = await Form.sent(request)
    facts = None if form.pressed("_change") else _read(form, offered)
    checked = await _checked(form, facts, source, viewer) if facts else None
    if checked is None:
        return await _form_page(form, source, offered, viewer, answer)
    return await _check_page(form, source, checked, viewer, answer)


@post(_REORDER, guards=_ORDERS)
async def place(
    order_reference: FromPath[str],
    request: Request[Any, Any, Any],
    viewer: AViewer,
    answer: AnAnswer,
) -> Response[str]:
    """Place the order. Sent twice, both lead to the one order."""
    source = await order_by_reference(order_reference, by=viewer.actor)
    offered = await reorder_facts(source, viewer.actor)
    form = await Form.sent(request)
    facts = _read(form, offered)
    if facts is not None:
        try:
            placed = await place_reorder(source, facts, by=viewer.actor, form_key=form.key)
        except FieldErrors as errors:
            form.refuse_by(errors)
        else:
            return answer.see_other(f"{PATH}/{placed.reference}/placed")
    return await _form_page(form, source, offered, viewer, answer)


def _form_of(offered: OrderFacts) -> Form:
    form = Form.showing(
        ordered_by_name=offered.ordered_by_name,
        transport=offered.transport or Transport.SUPPLIER_CHOICE.value,
        ship_to=offered.ship_to_id,
    )
    rows = [{"position": line.position, "quantity": line.quantity} for line in offered.lines]
    form.put_rows(LINES, rows)
    return form


def _read(form: Form, offered: OrderFacts) -> OrderFacts | None:
    """What the form orders, None after noting what cannot be read."""
    fields = form.read(ReorderFields, lines=(LINES,))
    if fields is None:
        return None
    known = {line.position: line for line in offered.lines}
    return replace(
        offered,
        ordered_by_name=fields.ordered_by_name,
        purchase_order_number=fields.purchase_order_number,
        urgent=bool(fields.urgent),
        wanted_on=fields.wanted_on,
        transport=fields.transport,
        ship_to_id=fields.ship_to,
        lines=tuple(
            _line(row, line, known)
            for row, line in enumerate(fields.lines)
            if line.quantity is not None
        ),
    )


def _line(row: int, line: LineFields, known: Mapping[int | None, OrderLineFacts]) -> OrderLineFacts:
    ordered = known.get(line.position, OrderLineFacts(row=row, position=line.position))
    return replace(ordered, row=row, quantity=line.quantity)


async def _checked(
    form: Form, facts: OrderFacts, source: SalesOrder, viewer: Viewer
) -> CheckedOrder | None:
    try:
        return await check(
            facts,
            by=viewer.actor,
            account_id=source.account_id,
            before=await lines_of(source.id),
        )
    except FieldErrors as errors:
        form.refuse_by(errors)
        return None


async def _form_page(
    form: Form, source: SalesOrder, offered: OrderFacts, viewer: Viewer, answer: Answer
) -> Response[str]:
    form.order_errors(_PAGE_ORDER)
    return answer.page(
        "customer/orders/reorder.html",
        title=N_("Order again"),
        section="orders",
        form=form,
        source=source,
        offered=offered.lines,
        currency=(await account_facts(viewer.account_id)).currency,
        addresses=[
            (each.id, f"{each.label}: {one_line(each.address)}")
            for each in await addresses_of(viewer.account_id)
        ],
        transports=[(each.value, answer.translated(each.label)) for each in Transport],
        on_call=people_for_urgent(await team_of(viewer.account_id)),
        urgent_within=await _urgent_within(viewer),
        unit_label=unit_label,
        price=Money,
    )


async def _check_page(
    form: Form, source: SalesOrder, checked: CheckedOrder, viewer: Viewer, answer: Answer
) -> Response[str]:
    places = {each.id: each for each in await addresses_of(viewer.account_id)}
    return answer.page(
        "customer/orders/reorder_check.html",
        title=N_("Check your order"),
        section="orders",
        form=form,
        source=source,
        checked=checked,
        amounts=checked.amounts,
        ship_to=places.get(checked.ship_to_id) if checked.ship_to_id else None,
        transport=Transport(checked.transport) if checked.transport else None,
        typed=_typed(form),
        urgent_within=await _urgent_within(viewer),
        unit_label=unit_label,
        price=Money,
    )


def _typed(form: Form) -> list[tuple[str, str]]:
    """Every field word for word, for the page that asks before it is placed."""
    cells = [
        (f"{LINES}-{index}-{column}", cell)
        for index, row in enumerate(form.rows(LINES))
        for column, cell in row.items()
    ]
    return [*((name, form.value(name)) for name in _PLAIN), *cells]


async def _urgent_within(viewer: Viewer) -> timedelta:
    """Within what an urgent standard part is delivered (rule O6)."""
    scope = policy.Scope(account_id=viewer.account_id)
    return (await policy.figure(URGENT_DELIVERY, scope=scope)).value.due


ROUTES = [show_form, check_form, place]
