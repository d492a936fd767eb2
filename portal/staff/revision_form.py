"""The form in which a revision is priced: its fields, what they say, and how a revision fills it.

Percentages are typed as such: 13 in the tax column is a rate of 0.13. One choice a line says
whether it is charged, free, or free with the file in which the customer confirms it (rule Q6).
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any

from pydantic import StringConstraints

from portal.domain.common.errors import FieldError, FieldErrors
from portal.domain.common.payment_terms import PaymentTerms
from portal.domain.quotes.revision_facts import PriceFacts, RevisionFacts
from portal.domain.quotes.views import PricedLine, Revision
from portal.web.forms import Day, Form, FormModel, Number, Whole

LINES = "lines"
FREE = "free"
# Shown beside a line and never read: what the account is normally asked, and what the line makes.
SHOWN = ("asked", "net")
_HUNDRED = Decimal(100)
_Text = Annotated[str, StringConstraints(max_length=10_000)]
# The domain's names of fields that are called otherwise here.
_FIELD_OF = {"tax_rate": "tax_percent"}
_ORDER = (
    "lines",
    "discount_percent",
    "valid_until",
    "promised_ship_on",
    "promised_ship_note",
    "payment_terms",
    "alternative",
    "note",
    "judgement",
)


class PriceFields(FormModel):
    """One row of the table of lines."""

    sku: _Text = ""
    description: _Text = ""
    quantity: Number | None = None
    unit: _Text = ""
    unit_price: Number | None = None
    discount_percent: Number = Decimal(0)
    tax_percent: Number | None = None
    gift_document: _Text = ""
    note: _Text = ""


class RevisionFields(FormModel):
    """The whole form. `judgement` is ticked where the request can be met as asked (rule Q4)."""

    valid_until: Day | None = None
    promised_ship_on: Day | None = None
    promised_ship_note: _Text = ""
    payment_terms: PaymentTerms
    discount_percent: Number = Decimal(0)
    note: _Text = ""
    alternative: _Text = ""
    judgement: _Text = ""
    version: Whole
    lines: list[PriceFields] = []


def without_shown(form: Form) -> Form:
    """The form as it was sent, without the cells that only show something."""
    form.put_rows(
        LINES,
        [
            {name: cell for name, cell in row.items() if name not in SHOWN}
            for row in form.rows(LINES)
        ],
    )
    return form


def read_revision(form: Form, *, new_document: int | None = None) -> RevisionFacts | None:
    """What the form says, None where it cannot be read: then it has its errors.

    `new_document` confirms the free lines that have no document yet.
    """
    fields = form.read(RevisionFields, lines=(LINES,))
    if fields is None:
        return None
    filled = [
        row
        for row, cells in enumerate(form.rows(LINES))
        if any(cell.strip() for cell in cells.values())
    ]
    return RevisionFacts(
        valid_until=fields.valid_until,
        promised_ship_on=fields.promised_ship_on,
        promised_ship_note=fields.promised_ship_note,
        payment_terms=fields.payment_terms,
        discount_percent=fields.discount_percent,
        note=fields.note,
        alternative=bool(fields.alternative),
        lines=[
            _facts(row, line, new_document) for row, line in zip(filled, fields.lines, strict=True)
        ],
    )


def _facts(row: int, line: PriceFields, new_document: int | None) -> PriceFacts:
    document = int(line.gift_document) if line.gift_document.isdecimal() else None
    is_gift = bool(line.gift_document)
    return PriceFacts(
        row=row,
        sku=line.sku,
        description=line.description,
        quantity=line.quantity,
        unit=line.unit,
        unit_price=line.unit_price,
        discount_percent=line.discount_percent,
        tax_rate=None if line.tax_percent is None else line.tax_percent / _HUNDRED,
        gift=is_gift,
        gift_document_id=(document or new_document) if is_gift else None,
        note=line.note,
    )


def refuse_revision(form: Form, error: FieldError | FieldErrors) -> None:
    """Note what the domain refused, under the names that the form has for it."""
    for each in error.errors if isinstance(error, FieldErrors) else (error,):
        *cell, column = each.field.split("-")
        field = "-".join([*cell, _FIELD_OF.get(column, column)])
        form.refuse(field, each.field_message, **each.words)
    form.order_errors(_ORDER)


def form_of(revision: Revision) -> Form:
    """The form filled with a revision as it stands."""
    form = Form.showing(
        valid_until=revision.valid_until,
        promised_ship_on=revision.promised_ship_on,
        promised_ship_note=revision.promised_ship_note,
        payment_terms=revision.payment_terms.value,
        discount_percent=revision.discount_percent or None,
        note=revision.note,
        alternative=revision.alternative,
        version=revision.version,
    )
    form.put_rows(LINES, [_row(line) for line in revision.lines])
    return form


def show_asked(form: Form, revision: Revision) -> None:
    """Fill the cells that only show something, for the lines that are those of `revision`."""
    saved = list(revision.lines)
    rows = form.rows(LINES)
    form.put_rows(LINES, [dict(row) | _shown(row, saved) for row in rows])


def _shown(row: Mapping[str, str], saved: Sequence[PricedLine]) -> dict[str, Any]:
    for line in saved:
        if (row.get("sku", ""), row.get("description", "")) == (line.sku, line.description):
            return {"asked": asked_of(line), "net": f"{line.net.amount:,.2f}"}
    return {"asked": "", "net": ""}


def asked_of(line: PricedLine) -> str:
    """What this account and everybody is asked per unit: "11.8 / 1,250"; a dash for none."""
    prices = (line.account_price, line.list_price)
    if not any(price is not None for price in prices):
        return ""
    return " / ".join("–" if price is None else _plain(price) for price in prices)


def _row(line: PricedLine) -> dict[str, Any]:
    gift = FREE if line.gift else ""
    return {
        "sku": line.sku,
        "description": line.description,
        "quantity": line.quantity,
        "unit": line.unit,
        "unit_price": line.unit_price,
        "discount_percent": line.discount_percent or None,
        "tax_percent": line.tax_rate * _HUNDRED,
        "gift_document": line.gift_document_id if line.gift_document_id else gift,
        "note": line.note,
    }


def _plain(price: Decimal) -> str:
    text = f"{price:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
