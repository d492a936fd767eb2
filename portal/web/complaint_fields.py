"""The fields of a complaint: what the form of either portal holds, and what it says to the domain.

Fields are named as `ComplaintFacts` names them; rows of goods are `lines-<row>-<column>`.
"""

from collections.abc import Mapping
from typing import Annotated

from pydantic import StringConstraints

from portal.domain.complaints.complaint_facts import ComplaintFacts, LineFacts
from portal.domain.complaints.states import CaseKind
from portal.web.forms import Day, Form, FormModel, Number, RecordId, Whole
from portal.web.request_fields import unit_code

LINES = "lines"
# In this order on the page; errors are summed up in it.
PAGE_ORDER = (
    "channel",
    "contact",
    "reported_name",
    "order",
    "shipment",
    "kind",
    "category",
    "description",
    "title",
    "occurred_on",
    LINES,
    "files",
    "wish",
    "wish_note",
)
Text = Annotated[str, StringConstraints(max_length=10_000)]


class LineFields(FormModel):
    """One row of goods; what is missing is the domain's to say."""

    order_line: Whole | None = None
    sku: Text = ""
    description: Text = ""
    quantity: Number | None = None
    unit: Text = ""
    batch: Text = ""


class ComplaintFields(FormModel):
    """The whole form."""

    kind: Text = CaseKind.COMPLAINT.value
    category: Text = ""
    title: Text = ""
    description: Text = ""
    wish: Text = ""
    wish_note: Text = ""
    occurred_on: Day | None = None
    order: Text = ""
    shipment: Text = ""
    channel: Text = ""
    contact: RecordId | None = None
    reported_name: Text = ""
    lines: list[LineFields] = []


def read_complaint(form: Form) -> ComplaintFacts:
    """What the form says. What cannot be read is refused at its field and left out here.

    So every other field can be checked as well, and all that is wrong is said at once.
    """
    fields = form.read(ComplaintFields, lines=(LINES,))
    if fields is None:
        fields = form.without_refused().read(ComplaintFields, lines=(LINES,)) or ComplaintFields()
    typed = [(row, line) for row, line in enumerate(form.rows(LINES)) if is_filled(line)]
    readable = iter(fields.lines)
    # A row of which nothing could be read is still a row: its other cells are missing.
    lines = [
        _line_facts(row, next(readable) if _has_readable(form, row, line) else LineFields())
        for row, line in typed
    ]
    return ComplaintFacts(
        kind=fields.kind,
        category=fields.category,
        title=fields.title,
        description=fields.description,
        wish=fields.wish,
        wish_note=fields.wish_note,
        occurred_on=fields.occurred_on,
        order=fields.order.strip().upper(),
        shipment=fields.shipment.strip().upper(),
        lines=lines,
        channel=fields.channel,
        contact_id=fields.contact,
        reported_name=fields.reported_name,
    )


def change_rows(form: Form) -> bool:
    """Add or remove a row of goods as the pressed button says; whether one was pressed."""
    rows = form.rows(LINES)
    if form.pressed(f"_add_{LINES}"):
        form.put_rows(LINES, [*rows, {"sku": ""}])
        return True
    if form.pressed(f"_remove_{LINES}"):
        gone = form.value(f"_remove_{LINES}")
        form.put_rows(LINES, [row for index, row in enumerate(rows) if str(index) != gone])
        return True
    return False


def is_filled(row: Mapping[str, str]) -> bool:
    """Whether anything was typed into a row."""
    return any(cell.strip() for cell in row.values())


def _has_readable(form: Form, row: int, line: Mapping[str, str]) -> bool:
    return any(
        cell.strip() and not form.refuses(f"{LINES}-{row}-{column}")
        for column, cell in line.items()
    )


def _line_facts(row: int, line: LineFields) -> LineFacts:
    return LineFacts(
        row=row,
        order_line=line.order_line,
        sku=line.sku,
        description=line.description,
        quantity=line.quantity,
        unit=unit_code(line.unit),
        batch=line.batch,
    )
