"""The fields of an order taken by phone: what the form holds, and what it says to the domain."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import StringConstraints

from portal.domain.orders.order_facts import OrderFacts, OrderLineFacts
from portal.domain.orders.tables import SalesOrder, SalesOrderLine
from portal.web.forms import Day, Form, FormModel, Number, Whole
from portal.web.request_fields import unit_code

LINES = "lines"
PAGE_ORDER = (
    "contact",
    "ordered_by_name",
    "title",
    LINES,
    "wanted_on",
    "transport",
    "ship_to",
    "purchase_order_number",
    "urgent",
)
_COLUMNS = ("sku", "description", "quantity", "unit", "unit_price")
Text = Annotated[str, StringConstraints(max_length=4000)]


class LineFields(FormModel):
    """One row; what is missing is the domain's to say. `position` names a line that exists."""

    position: Whole | None = None
    sku: Text = ""
    description: Text = ""
    quantity: Number | None = None
    unit: Text = ""
    unit_price: Number | None = None


class OrderFields(FormModel):
    """The whole form."""

    title: Text = ""
    purchase_order_number: Text = ""
    contact: Whole | None = None
    ordered_by_name: Text = ""
    urgent: Text = ""
    wanted_on: Day | None = None
    transport: Text = ""
    ship_to: Whole | None = None
    lines: list[LineFields] = []


def read_facts(form: Form) -> OrderFacts | None:
    """What the form says; None after noting an error at every field that cannot be read."""
    fields = form.read(OrderFields, lines=(LINES,))
    if fields is None:
        return None
    rows = [row for row, line in enumerate(form.rows(LINES)) if _is_filled(line)]
    return OrderFacts(
        title=fields.title,
        purchase_order_number=fields.purchase_order_number,
        contact_id=fields.contact,
        ordered_by_name=fields.ordered_by_name,
        urgent=bool(fields.urgent),
        wanted_on=fields.wanted_on,
        transport=fields.transport,
        ship_to_id=fields.ship_to,
        lines=tuple(
            OrderLineFacts(
                row=row,
                position=line.position,
                sku=line.sku,
                description=line.description,
                quantity=line.quantity,
                unit=unit_code(line.unit),
                unit_price=line.unit_price,
            )
            for row, line in zip(rows, fields.lines, strict=True)
        ),
    )


def form_of(order: SalesOrder, lines: list[SalesOrderLine]) -> Form:
    """The order as far as it is known, to be completed."""
    form = Form.showing(
        title=order.title,
        purchase_order_number=order.purchase_order_number,
        ordered_by_name=order.ordered_by_name,
        wanted_on=order.wanted_on,
        transport=order.transport,
        ship_to=order.ship_to_id,
        version=order.version,
    )
    form.put_rows(
        LINES, [{"position": line.position, "unit_price": line.unit_price} for line in lines]
    )
    return form


def change_rows(form: Form, picked: Mapping[str, Any] | None = None) -> bool:
    """Add or remove a row as the pressed button says, or take over a `picked` item."""
    rows = form.rows(LINES)
    if form.pressed(f"_add_{LINES}"):
        form.put_rows(LINES, [*rows, {"sku": ""}])
    elif form.pressed(f"_remove_{LINES}"):
        gone = form.value(f"_remove_{LINES}")
        form.put_rows(LINES, [row for index, row in enumerate(rows) if str(index) != gone])
    elif picked is not None:
        filled = [row for row in rows if _is_filled(row)]
        form.put_rows(LINES, [*filled, {column: picked.get(column, "") for column in _COLUMNS}])
    else:
        return form.pressed("_find") or form.pressed("_pick")
    return True


def _is_filled(row: Mapping[str, str]) -> bool:
    return any(cell.strip() for cell in row.values())
