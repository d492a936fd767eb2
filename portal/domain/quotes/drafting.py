"""Working out a revision: prefilled, changed by one or several colleagues, priced (rule Q3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portal.domain.common.actor import Actor
from portal.domain.quotes.tables import Quote, QuoteRequest


@dataclass(frozen=True, slots=True)
class PriceFacts:
    """A line as the form has it; `row` is its index there. Unit price and tax rate as in `Line`.

    `tax_rate` is a fraction (0.13 is 13 %); left out, it is the item's. `gift_document_id` is the
    stored file in which the customer confirms free goods (rule Q6).
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
    """A revision as the form has it. To be saved, lines need description, quantity and unit only.

    Errors name the fields as they are called here, cells as `lines-<row>-<column>`.
    """

    valid_until: date | None = None
    promised_ship_on: date | None = None
    promised_ship_note: str = ""
    payment_terms: str = ""
    discount_percent: Decimal = Decimal(0)
    note: str = ""
    alternative: bool = False
    lines: Sequence[PriceFacts] = ()


async def prepare(request: QuoteRequest, *, by: Actor) -> Quote:
    """The revision in work; a new one is prefilled from the revision sent last, else the request.

    Prices are the account's, else the list's, where they are in the account's currency.
    """
    raise NotImplementedError


async def save(quote: Quote, facts: RevisionFacts, *, by: Actor, expected_version: int) -> None:
    """Keep the priced lines and terms; an approval that was given lapses with a change.

    Raises `FieldErrors` for what cannot be kept, `Conflict` when a colleague saved first.
    """
    raise NotImplementedError
