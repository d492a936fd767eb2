"""Working out a revision: prefilled, changed by one or several colleagues, priced (rules Q3, Q6).

The form is handed over as typed, a flat mapping: `currency`, `valid_until`, `promised_ship_on`,
`promised_ship_note`, `payment_terms`, `discount_percent`, `note`, `alternative` ("yes"), and for
each line n from 0 `lines-n-sku`, `-description`, `-quantity`, `-unit`, `-unit_price`,
`-discount_percent`, `-tax_rate` (per cent), `-gift` ("yes"), `-gift_document` (file id), `-note`.
Only description, quantity and unit must be there to save; what else is missing stops the review.
"""

from collections.abc import Mapping

from portal.domain.common.actor import Actor
from portal.domain.quotes.tables import Quote, QuoteRequest
from portal.domain.quotes.views import Revision


async def prepare(request: QuoteRequest, *, by: Actor) -> Quote:
    """The revision in work; a new one is prefilled from the revision sent last, else the request.

    Prices are the account's, else the list's, where they are in the account's currency.
    """
    raise NotImplementedError


async def save(
    quote: Quote, fields: Mapping[str, str], *, by: Actor, expected_version: int
) -> None:
    """Keep the priced lines and terms; an approval that was given lapses with a change.

    Raises `FieldErrors` for cells that cannot be read, `Conflict` when a colleague saved first.
    """
    raise NotImplementedError


def fields_of(revision: Revision) -> Mapping[str, str]:
    """The fields of the form that `save` takes, filled from a saved revision."""
    raise NotImplementedError
