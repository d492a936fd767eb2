"""What a revision says: as the form hands it in, and checked so far that it can be kept."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from portal.domain.common.payment_terms import PaymentTerms
from portal.domain.common.words import N_
from portal.domain.quotes.field_checks import TOO_LARGE, FieldChecks
from portal.domain.quotes.pricing import (
    HUNDRED,
    LARGEST_AMOUNT,
    LARGEST_PRICE,
    LARGEST_QUANTITY,
    Terms,
    line_amounts,
)
from portal.domain.quotes.request_check import MOST_LINES, check_quantity

_NO_LINES = N_("A quote has at least one line.")
_TOO_MANY_LINES = N_("Put at most %(count)s lines on one quote.")
_NO_ITEM = N_("There is no item %(sku)s. Leave the number out and describe what is offered.")
_PERCENT = N_("Enter a percentage from 0 to 100.")
_TAX = N_("Enter a tax rate from 0 to 99 %%.")
_PRICE = N_("Enter 0 or more.")
_TWO_PLACES = N_("Use at most 2 decimal places.")
_FOUR_PLACES = N_("Use at most 4 decimal places.")
_NO_DOCUMENT = N_("Choose one of the files of this request.")
_NOT_OFFERED = N_("This customer is not offered these terms: choose others.")


@dataclass(frozen=True, slots=True)
class PriceFacts:
    """A line as the form has it; `row` is its index there, so that an error finds its cell.

    `unit_price` excludes tax. `tax_rate` is a fraction (0.13 is 13 %); left out, it is the item's.
    `note` is for the customer. `gift_document_id` is the file of this request in which the customer
    confirms free goods in writing (rule Q6).
    """

    row: int
    sku: str = ""
    description: str = ""
    quantity: Decimal | None = None
    unit: str = ""
    unit_price: Decimal | None = None
    discount_percent: Decimal = Decimal(0)
    tax_rate: Decimal | None = None
    gift: bool = False
    gift_document_id: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class RevisionFacts:
    """A revision as the form has it. To be kept, lines need description, quantity and unit only.

    Errors name the fields as they are called here, cells as `lines-<row>-<column>`.
    """

    valid_until: date | None = None
    promised_ship_on: date | None = None
    promised_ship_note: str = ""
    payment_terms: PaymentTerms = PaymentTerms.IN_ADVANCE
    discount_percent: Decimal = Decimal(0)
    note: str = ""
    alternative: bool = False
    lines: Sequence[PriceFacts] = ()


@dataclass(frozen=True, slots=True)
class OfferedItem:
    """What staff see of an item for one account: its prices per unit in the account's currency."""

    id: int
    sku: str
    name: str
    unit: str
    tax_rate: Decimal
    list_price: Decimal | None
    account_price: Decimal | None

    @property
    def asked(self) -> Decimal | None:
        """What the account is normally asked: its own price, else the list's."""
        return self.account_price if self.account_price is not None else self.list_price


@dataclass(frozen=True, slots=True)
class Known:
    """What the database knows of what the form names."""

    items: Mapping[str, OfferedItem]
    usual_tax_rate: Decimal
    files: frozenset[int]
    offered_terms: Collection[PaymentTerms]


@dataclass(frozen=True, slots=True)
class KeptLine:
    """A line that can be kept, with what it is charged by."""

    position: int
    item_id: int | None
    description: str
    unit: str
    terms: Terms
    gift_document_id: int | None
    note: str


def check_revision(facts: RevisionFacts, known: Known, *, currency: str) -> list[KeptLine]:
    """The lines to keep. Raises `FieldErrors` for what no revision can say."""
    checks = FieldChecks()
    checks.text("promised_ship_note", facts.promised_ship_note, 500)
    if facts.payment_terms not in known.offered_terms:
        checks.refuse("payment_terms", _NOT_OFFERED)
    checks.text("note", facts.note, 4000)
    _check_percent(checks, "discount_percent", facts.discount_percent)
    if not facts.lines:
        checks.refuse("lines", _NO_LINES)
    if len(facts.lines) > MOST_LINES:
        checks.refuse("lines", _TOO_MANY_LINES, count=MOST_LINES)
    kept = [
        _kept(checks, line, position, known) for position, line in enumerate(facts.lines, start=1)
    ]
    checks.done()
    for line, shown in zip(kept, facts.lines, strict=True):
        amounts = line_amounts(line.terms, currency=currency)
        if amounts.gross.amount > LARGEST_AMOUNT:
            checks.refuse(f"lines-{shown.row}-unit_price", TOO_LARGE)
    checks.done()
    return kept


def _kept(checks: FieldChecks, line: PriceFacts, position: int, known: Known) -> KeptLine:
    cell = f"lines-{line.row}-"
    sku = line.sku.strip()
    item = known.items.get(sku.upper()) if sku else None
    if sku and item is None:
        checks.refuse(f"{cell}sku", _NO_ITEM, sku=sku)
    description = checks.text(f"{cell}description", line.description, 500, needed=not sku)
    unit = checks.text(f"{cell}unit", line.unit, 20, needed=not sku)
    check_quantity(checks, f"{cell}quantity", line.quantity)
    _check_price(checks, f"{cell}unit_price", line.unit_price)
    _check_percent(checks, f"{cell}discount_percent", line.discount_percent)
    tax_rate = _tax_rate(checks, cell, line, item, known)
    if line.gift_document_id is not None and line.gift_document_id not in known.files:
        checks.refuse(f"{cell}gift_document", _NO_DOCUMENT)
    return KeptLine(
        position=position,
        item_id=item.id if item else None,
        description=description or (item.name if item else ""),
        unit=unit or (item.unit if item else ""),
        terms=Terms(
            quantity=min(line.quantity or Decimal(0), LARGEST_QUANTITY),
            unit_price=line.unit_price,
            tax_rate=tax_rate,
            discount_percent=line.discount_percent,
            gift=line.gift,
            account_price=item.account_price if item else None,
            list_price=item.list_price if item else None,
        ),
        gift_document_id=line.gift_document_id if line.gift else None,
        note=checks.text(f"{cell}note", line.note, 500),
    )


def _tax_rate(
    checks: FieldChecks, cell: str, line: PriceFacts, item: OfferedItem | None, known: Known
) -> Decimal:
    if line.tax_rate is None:
        return item.tax_rate if item else known.usual_tax_rate
    if not 0 <= line.tax_rate < 1:
        checks.refuse(f"{cell}tax_rate", _TAX)
    elif _is_finer(line.tax_rate, "0.0001"):
        checks.refuse(f"{cell}tax_rate", _TWO_PLACES)
    return line.tax_rate


def _check_price(checks: FieldChecks, field: str, price: Decimal | None) -> None:
    if price is None:
        return
    if price < 0:
        checks.refuse(field, _PRICE)
    elif price > LARGEST_PRICE:
        checks.refuse(field, TOO_LARGE)
    elif _is_finer(price, "0.0001"):
        checks.refuse(field, _FOUR_PLACES)


def _check_percent(checks: FieldChecks, field: str, percent: Decimal) -> None:
    if not 0 <= percent <= HUNDRED:
        checks.refuse(field, _PERCENT)
    elif _is_finer(percent, "0.01"):
        checks.refuse(field, _TWO_PLACES)


def _is_finer(number: Decimal, step: str) -> bool:
    return number != number.quantize(Decimal(step))


def header_of(facts: RevisionFacts) -> dict[str, Any]:
    """The columns of `quote` that the form fills."""
    return {
        "valid_until": facts.valid_until,
        "promised_ship_on": facts.promised_ship_on,
        "promised_ship_note": facts.promised_ship_note.strip(),
        "payment_terms": facts.payment_terms.value,
        "discount_percent": facts.discount_percent,
        "note": facts.note.strip(),
        "alternative": facts.alternative,
    }
