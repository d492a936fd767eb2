"""Whether a proposal can be made as it was written (rules C7, C8)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from portal.domain.common.money import round_to_currency
from portal.domain.common.words import N_
from portal.domain.complaints.states import ChargedTo, Measure
from portal.domain.orders.days_ahead import refusal_of
from portal.domain.quotes.field_checks import TOO_LARGE, FieldChecks
from portal.domain.quotes.pricing import LARGEST_QUANTITY

NOTHING = Decimal(0)
_LARGEST = Decimal(10) ** 12
_STEP = Decimal("0.001")

_MEASURE = N_("Choose a measure.")
_DESCRIPTION = N_("Say what is done, as the customer is to read it.")
_BY_WHEN = N_("Say by when it is done.")
_OVER = N_("This day is over: choose one that is still to come.")
_AMOUNT = N_("Enter an amount, zero for none.")
_DECIMALS = N_("Amounts in %(currency)s have fewer decimals.")
_PIECES = N_("Enter the number of pieces, zero for none.")
_THREE_PLACES = N_("Use at most 3 decimal places.")
_HOW_MANY = N_("Say how many pieces are compensated.")
_HOW_MUCH = N_("Say what is paid for these pieces.")
_CONTAINED = N_("The compensation is part of the cost: the cost cannot be less.")
_WHOM = N_("Say to whom this is charged.")
_WHAT = N_("Say how much is charged.")
_CHARGED_TOO_MUCH = N_("No more can be charged than it costs.")
_TWO_PLACES = N_("Use at most 2 decimal places.")
_PERCENT = N_("Enter a share between 0 and 100.")
_ADVANCE = N_("An advance is on a compensation that is charged to the factory.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalFacts:
    """A proposal as the form has it; errors name the fields as they are called here.

    Amounts are in the account's currency. `cost` is what it costs us, the compensation contained.
    `description` and `ready_on`, a day at the branch, are what the customer reads once it is
    chosen; `reasoning`, cost and charge stay with us. `advance_percent` is the share of a
    compensation that we advance where the factory does not cooperate (rule C7).
    """

    measure: Measure | None = None
    description: str = ""
    reasoning: str = ""
    ready_on: date | None = None
    cost: Decimal | None = None
    compensated_units: Decimal | None = NOTHING
    compensation: Decimal | None = NOTHING
    charged_to: ChargedTo | None = None
    charged_amount: Decimal | None = NOTHING
    advance_percent: Decimal | None = NOTHING


def checked_proposal(facts: ProposalFacts, currency: str, today: date) -> Mapping[str, Any]:
    """`facts` as the record keeps them. Raises `FieldErrors`."""
    checks = FieldChecks()
    if facts.measure is None:
        checks.refuse("measure", _MEASURE)
    description = checks.text(
        "description", facts.description, 2000, needed=True, missing=_DESCRIPTION
    )
    reasoning = checks.text("reasoning", facts.reasoning, 2000)
    if facts.ready_on is None:
        checks.refuse("ready_on", _BY_WHEN)
    elif message := refusal_of(facts.ready_on, today=today, over=_OVER):
        checks.refuse("ready_on", message)
    cost = check_amount(checks, "cost", facts.cost, currency)
    units = _check_units(checks, facts.compensated_units)
    compensation = check_amount(checks, "compensation", facts.compensation, currency)
    charged = check_amount(checks, "charged_amount", facts.charged_amount, currency)
    _check_compensation(checks, units, compensation, cost)
    _check_charge(checks, facts, charged, cost)
    _check_advance(checks, facts, compensation)
    checks.done()
    assert facts.measure is not None  # noqa: S101 - checked above
    return {
        "measure": facts.measure.value,
        "description": description,
        "reasoning": reasoning,
        "ready_on": facts.ready_on,
        "currency": currency,
        "cost": cost,
        "compensated_units": units,
        "compensation": compensation,
        "charged_to": facts.charged_to.value if facts.charged_to else "",
        "charged_amount": charged,
        "advance_percent": facts.advance_percent,
    }


def check_amount(checks: FieldChecks, field: str, amount: Decimal | None, currency: str) -> Decimal:
    """`amount` after noting what is wrong with it as money of `currency`; zero where it is."""
    if amount is None or not amount.is_finite() or amount < 0:
        checks.refuse(field, _AMOUNT)
    elif amount >= _LARGEST:
        checks.refuse(field, TOO_LARGE)
    elif amount != round_to_currency(amount, currency):
        checks.refuse(field, _DECIMALS, currency=currency)
    else:
        return amount
    return NOTHING


def _check_units(checks: FieldChecks, units: Decimal | None) -> Decimal:
    field = "compensated_units"
    if units is None or not units.is_finite() or units < 0:
        checks.refuse(field, _PIECES)
    elif units > LARGEST_QUANTITY:
        checks.refuse(field, TOO_LARGE)
    elif units != units.quantize(_STEP):
        checks.refuse(field, _THREE_PLACES)
    else:
        return units
    return NOTHING


def _check_compensation(
    checks: FieldChecks, units: Decimal, compensation: Decimal, cost: Decimal
) -> None:
    if compensation and not units:
        checks.refuse("compensated_units", _HOW_MANY)
    if units and not compensation:
        checks.refuse("compensation", _HOW_MUCH)
    if cost < compensation:
        checks.refuse("cost", _CONTAINED)


def _check_charge(
    checks: FieldChecks, facts: ProposalFacts, charged: Decimal, cost: Decimal
) -> None:
    if charged and facts.charged_to is None:
        checks.refuse("charged_to", _WHOM)
    if facts.charged_to and not charged:
        checks.refuse("charged_amount", _WHAT)
    if charged > cost:
        checks.refuse("charged_amount", _CHARGED_TOO_MUCH)


def _check_advance(checks: FieldChecks, facts: ProposalFacts, compensation: Decimal) -> None:
    share = facts.advance_percent
    if share is None or not share.is_finite() or not 0 <= share <= 100:
        checks.refuse("advance_percent", _PERCENT)
    elif share != round(share, 2):
        checks.refuse("advance_percent", _TWO_PLACES)
    elif share and not (compensation and facts.charged_to is ChargedTo.FACTORY):
        checks.refuse("advance_percent", _ADVANCE)  # rule C7
