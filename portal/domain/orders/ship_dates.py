"""The day on which an order is promised to ship, and what that rests on (rules O2, O4, O6, O7).

Pure: days are those of the serving branch, and the day on which what is released now leaves is
handed in.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from portal.domain.common.words import N_
from portal.domain.orders.release_words import CheckKind, Step
from portal.domain.orders.states import PromiseBasis
from portal.domain.orders.verdict import LineFacts, ReleaseFacts, Verdict, expected_on

WAITS_FOR_PAYMENT = N_("waiting for your payment")
WAITS_ON_HOLD = N_("on hold, as you asked")

_MONEY = frozenset({CheckKind.DEPOSIT, CheckKind.BALANCE, CheckKind.PAYMENT})


@dataclass(frozen=True, slots=True)
class ShipDate:
    """A day and what it rests on."""

    on: date
    basis: PromiseBasis


@dataclass(frozen=True, slots=True)
class ShipFacts:
    """What a ship date can rest on.

    `leaves_on` is when goods leave that are released now: today before the cut-off, else on the
    next working day. `quote_on` is the quote's date, `urgent_on` the day by which an urgent
    standard part is delivered. `promised` is what was promised already.
    """

    today: date
    leaves_on: date
    placed_on: date
    may_ship: bool
    lines: tuple[LineFacts, ...]
    quote_on: date | None = None
    urgent_on: date | None = None
    promised: ShipDate | None = None


def ship_date(facts: ShipFacts) -> ShipDate | None:
    """The earliest day that can be promised; none while nothing says when the goods are there.

    It is never later than what was promised before.
    """
    return min(_candidates(facts), key=lambda each: each.on, default=None)


def _candidates(facts: ShipFacts) -> Iterator[ShipDate]:
    """Of two with the same day the first one is meant."""
    if facts.promised:
        yield facts.promised
    if facts.urgent_on:
        yield ShipDate(facts.urgent_on, PromiseBasis.URGENT)  # rule O6
    short = [line for line in facts.lines if line.is_short]
    if facts.may_ship and not short:  # rule O2
        ships_today = facts.leaves_on == facts.today
        yield ShipDate(facts.leaves_on, PromiseBasis.TODAY if ships_today else PromiseBasis.STOCK)
    # A day that was past when the order came cannot be kept: another one is stated. Once a clock
    # runs it is the clock that counts, which waiting for the customer has moved.
    if facts.quote_on and facts.quote_on >= facts.placed_on and not facts.promised:  # rule O4
        yield ShipDate(facts.quote_on, PromiseBasis.QUOTE)
    expected = expected_on(short)
    if expected and expected >= facts.today:  # rule O7; without production, the day told (O15)
        made = any(line.made_to_order for line in short)
        yield ShipDate(expected, PromiseBasis.PRODUCTION if made else PromiseBasis.STATED)


def waits_for_customer(facts: ReleaseFacts, verdict: Verdict) -> str:
    """Why the clock of a promise waits, for both sides to read; empty while it runs.

    It waits while the goods are on hold because the customer asked for it (rule O12), and while
    nothing but their payment stands in the way (rules O8, O9).
    """
    if facts.held and facts.held_as_asked:
        return WAITS_ON_HOLD
    scheduling = {check.kind for check in verdict.blocking(Step.SCHEDULE)}
    shipping = {check.kind for check in verdict.blocking(Step.SHIP)}
    if scheduling and scheduling <= _MONEY:
        return WAITS_FOR_PAYMENT
    return WAITS_FOR_PAYMENT if shipping and shipping <= _MONEY else ""
