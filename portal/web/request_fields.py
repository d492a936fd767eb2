"""The fields of a request for quotation: what the form holds, and what it says to the domain."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated

from pydantic import StringConstraints

from portal.domain.catalogue.kinds import Unit
from portal.domain.quotes.request_facts import LineFacts, RequestFacts
from portal.domain.quotes.requests import Typed
from portal.domain.quotes.states import Transport
from portal.rendering.i18n import LOCALES, translations
from portal.web.forms import KEY_FIELD, Day, Form, FormModel, Number, Whole

# In this order in the table, in pasted rows and in the draft.
COLUMNS = ("sku", "description", "quantity", "unit", "wanted_on")
LINES = "lines"
PASTED = "pasted"
URGENT = "urgent"
_PLAIN = (
    "title",
    "urgency",
    "urgent_reason",
    "wanted_on",
    "transport",
    "ship_to",
    "remarks",
    "customer_reference",
)
MOST_PASTED = 200
_LONGEST_CELL = 500

Text = Annotated[str, StringConstraints(max_length=4000)]


class LineFields(FormModel):
    """One row; what is missing is the domain's to say."""

    sku: Text = ""
    description: Text = ""
    quantity: Number | None = None
    unit: Text = ""
    wanted_on: Day | None = None


class RequestFields(FormModel):
    """The whole form."""

    title: Text = ""
    urgency: Text = ""
    urgent_reason: Text = ""
    wanted_on: Day | None = None
    transport: Text = ""
    ship_to: Whole | None = None
    remarks: Annotated[str, StringConstraints(max_length=10_000)] = ""
    customer_reference: Text = ""
    lines: list[LineFields] = []


def read_facts(form: Form) -> RequestFacts:
    """What the form says. What cannot be read is refused at its field and left out here.

    So every other field is checked as well, and all that is wrong is said at once.
    """
    fields = form.read(RequestFields, lines=(LINES,))
    if fields is None:
        fields = form.without_refused().read(RequestFields, lines=(LINES,)) or RequestFields()
    typed = [
        (row, line)
        for row, line in enumerate(form.rows(LINES))
        if any(cell.strip() for cell in line.values())
    ]
    readable = iter(fields.lines)
    # A row of which nothing could be read is still a row: its other cells are missing.
    lines = [
        _line_facts(row, next(readable) if _has_readable(form, row, line) else LineFields())
        for row, line in typed
    ]
    return RequestFacts(
        title=fields.title,
        urgent=fields.urgency == URGENT,
        urgent_reason=fields.urgent_reason,
        wanted_on=fields.wanted_on,
        transport=fields.transport or Transport.SUPPLIER_CHOICE,
        ship_to_id=fields.ship_to,
        remarks=fields.remarks,
        customer_reference=fields.customer_reference,
        lines=lines,
    )


def _has_readable(form: Form, row: int, line: Mapping[str, str]) -> bool:
    return any(
        cell.strip() and not form.refuses(f"{LINES}-{row}-{column}")
        for column, cell in line.items()
    )


def _line_facts(row: int, line: LineFields) -> LineFacts:
    return LineFacts(
        row=row,
        sku=line.sku,
        description=line.description,
        quantity=line.quantity,
        unit=unit_code(line.unit),
        wanted_on=line.wanted_on,
    )


def typed_in(form: Form) -> Typed:
    """What a draft keeps: every field word for word, and the key that its files hang on."""
    typed: dict[str, Sequence[str]] = {name: form.values(name) for name in _PLAIN}
    for row, line in enumerate(form.rows(LINES)):
        for column in COLUMNS:
            typed[f"{LINES}-{row}-{column}"] = [line.get(column, "")]
    return typed | {KEY_FIELD: [form.key]}


def form_of(typed: Typed) -> Form:
    """The form of a draft as it was left."""
    return Form(typed, key=next(iter(typed.get(KEY_FIELD, ())), ""))


def filled_rows(form: Form) -> list[dict[str, str]]:
    """The rows with something in them."""
    return [row for row in form.rows(LINES) if any(cell.strip() for cell in row.values())]


def take_in_pasted(form: Form) -> int:
    """Turn what was pasted as text into rows behind those filled in; returns the new ones.

    Columns are those of the table; a first row with their names is left out.
    """
    rows = list(_pasted_rows(form.value(PASTED)))
    if rows:
        form.put_rows(LINES, [*filled_rows(form), *rows])
    form.put(PASTED, None)
    return len(rows)


def _pasted_rows(text: str) -> Iterator[dict[str, str]]:
    for cells in _cells(text)[:MOST_PASTED]:
        row = dict(zip(COLUMNS, cells, strict=False))
        if not _is_heading(row):
            yield row


def _cells(text: str) -> list[list[str]]:
    """Spreadsheets put tabs between cells; text exported from them has commas or semicolons."""
    lines = text.strip("\r\n")
    delimiter = next((mark for mark in "\t;," if mark in lines), "\t")
    rows = csv.reader(io.StringIO(lines), delimiter=delimiter)
    found = [[" ".join(cell.split())[:_LONGEST_CELL] for cell in row] for row in rows]
    return [row for row in found if any(row)]


def _is_heading(row: Mapping[str, str]) -> bool:
    return row.get("quantity", "").casefold() in _quantity_words()


def _quantity_words() -> set[str]:
    said = {translations(locale).gettext(word) for locale in LOCALES for word in _QUANTITY}
    return {word.casefold() for word in said}


_QUANTITY = ("Quantity", "Qty")


def unit_code(typed: str) -> str:
    """The house's code of a unit, whichever language it was typed in; else what was typed."""
    word = typed.strip()
    for unit in Unit:
        names = {unit.value, *(translations(locale).gettext(unit.label) for locale in LOCALES)}
        if word.casefold() in {name.casefold() for name in names}:
            return unit.value
    return word
