"""A request for quotation from draft to submission, by the customer or taken by phone (rule Q1).

Forms are handed over as typed: a flat mapping of field names to text. Names are `title`, `urgency`
("normal" or "urgent"), `urgent_reason`, `wanted_on` (ISO date), `transport` (a `Transport`),
`ship_to` (id), `remarks`, `customer_reference`, and for each line n from 0
`lines-n-sku`, `lines-n-description`, `lines-n-quantity`, `lines-n-unit`, `lines-n-wanted_on`.
Staff add `channel` ("phone", "email") and `contact` (id). Empty lines are skipped; errors name the
field or cell.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portal.domain.common.actor import Actor
from portal.domain.quotes.tables import QuoteRequest
from portal.domain.service_levels.promise import Promise


@dataclass(frozen=True, slots=True)
class RequestedLine:
    """One checked line. `position` counts from 1; `index` is the row of the form it came from."""

    position: int
    index: int
    item_id: int | None
    sku: str
    description: str
    quantity: Decimal
    unit: str
    wanted_on: date | None


@dataclass(frozen=True, slots=True)
class CheckedRequest:
    """A complete request as check-your-answers shows it. Days are days at the account's place."""

    title: str
    urgent: bool
    urgent_reason: str
    wanted_on: date | None
    transport: str
    ship_to_id: int | None
    ship_to_address: str
    remarks: str
    customer_reference: str
    channel: str
    contact_id: int | None
    lines: tuple[RequestedLine, ...]


@dataclass(frozen=True, slots=True)
class Submitted:
    """What the confirmation says: reference, who has it, by when it will be answered."""

    reference: str
    owner_name: str
    owner_phone: str
    promise: Promise


async def save_draft(
    fields: Mapping[str, str], *, by: Actor, account_id: int, draft: QuoteRequest | None = None
) -> QuoteRequest:
    """Keep what was typed, complete or not, word for word; makes the draft if there is none."""
    raise NotImplementedError


def typed_in(draft: QuoteRequest) -> Mapping[str, str]:
    """The fields of a draft as they were typed, to fill the form again."""
    raise NotImplementedError


async def check(fields: Mapping[str, str], *, by: Actor, account_id: int) -> CheckedRequest:
    """The complete request. Raises `FieldErrors` with every field and cell that is not right."""
    raise NotImplementedError


async def submit(
    fields: Mapping[str, str],
    *,
    by: Actor,
    account_id: int,
    draft: QuoteRequest | None = None,
) -> Submitted:
    """File the request, start the clock of rule Q2, tell representative and assistant (rule Q1).

    Raises `FieldErrors` like `check`; `WrongState` when the draft was filed or discarded already.
    """
    raise NotImplementedError


async def discard(draft: QuoteRequest, *, by: Actor) -> None:
    """Throw a draft away."""
    raise NotImplementedError


async def withdraw(request: QuoteRequest, *, by: Actor, reason: str = "") -> None:
    """The customer no longer wants a quote."""
    raise NotImplementedError
