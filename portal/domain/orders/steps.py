"""How far an order is: every step with its date, who took it and what is promised next (rule O21).

Pure: the page view gathers the facts. Goods and money go side by side, because what is paid in
advance is settled before anything ships.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from portal.domain.common.permissions import StaffRole
from portal.domain.common.words import N_
from portal.domain.orders.states import OrderStatus

_S = OrderStatus

GOODS = (_S.PLACED, _S.CONFIRMED, _S.SCHEDULED, _S.IN_PREPARATION, _S.SHIPPED, _S.DELIVERED)
MONEY = (_S.INVOICED, _S.SETTLED)
# Whose turn it is, as long as nobody in particular is known for it.
_DOERS: Mapping[OrderStatus, str] = {
    _S.CONFIRMED: StaffRole.SALES_REPRESENTATIVE.label,
    _S.SCHEDULED: StaffRole.SALES_REPRESENTATIVE.label,
    _S.IN_PREPARATION: StaffRole.WAREHOUSE.label,
    _S.SHIPPED: StaffRole.WAREHOUSE.label,
    _S.DELIVERED: N_("Carrier"),
    _S.INVOICED: StaffRole.FINANCE.label,
    _S.SETTLED: N_("Customer"),
}
_REPRESENTED = frozenset({_S.CONFIRMED, _S.SCHEDULED})


class StepState(StrEnum):
    """Whether a step lies behind the order, is where it stands, or lies ahead."""

    DONE = "done"
    CURRENT = "current"
    NEXT = "next"


@dataclass(frozen=True, slots=True)
class Reached:
    """When a step was taken (aware) and by whom; either may be unknown."""

    at: datetime | None = None
    who: str = ""


@dataclass(frozen=True, slots=True)
class StepFacts:
    """What the steps of one order are made of.

    `reached` may hold moments of steps that were taken back since: `status` decides. `planned` is
    what is promised or expected of a step, as a day or a moment. `representative` is our sales
    representative's name, `carrier` whom the goods went with.
    """

    status: OrderStatus
    reached: Mapping[OrderStatus, Reached]
    planned: Mapping[OrderStatus, date | datetime] = field(default_factory=dict)
    representative: str = ""
    carrier: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `at` is when it was taken, `planned` what is promised while it was not.

    `who` is a name, `role` a message id: a step ahead often has a role only. For a delivery, `who`
    is the customer's person who signed for it (rule O16).
    """

    status: OrderStatus
    state: StepState
    at: datetime | None = None
    planned: date | datetime | None = None
    who: str = ""
    role: str = ""

    @property
    def label(self) -> str:
        """Message id of the step's name."""
        return self.status.label

    @property
    def is_ahead(self) -> bool:
        return self.state is StepState.NEXT


@dataclass(frozen=True, slots=True)
class Progress:
    """The way of the goods and the way of the money, each in its order."""

    goods: tuple[Step, ...]
    money: tuple[Step, ...]

    @property
    def ahead(self) -> Step | None:
        """The next step of the goods, None where none follows."""
        return next((step for step in self.goods if step.is_ahead), None)


def progress_of(facts: StepFacts) -> Progress:
    """Every step of an order with its state (rule O21); invoicing and settlement too (rule O22)."""
    if facts.status is _S.CANCELLED:
        return Progress(_until_cancelled(facts), ())
    place = _place(facts.status)
    goods = tuple(_step(facts, each, number - place) for number, each in enumerate(GOODS))
    paid_up_to = MONEY.index(facts.status) if facts.status in MONEY else -1
    money = tuple(_step(facts, each, number - paid_up_to) for number, each in enumerate(MONEY))
    return Progress(goods, money)


def _place(status: OrderStatus) -> int:
    """Where the goods are; what is invoiced was delivered."""
    if status is _S.PARTLY_SHIPPED:
        return GOODS.index(_S.SHIPPED)
    return GOODS.index(status) if status in GOODS else len(GOODS)


def _step(facts: StepFacts, status: OrderStatus, ahead_by: int) -> Step:
    if ahead_by > 0:
        name = _expected_doer(facts, status)
        return Step(
            status,
            StepState.NEXT,
            planned=facts.planned.get(status),
            who=name,
            role="" if name and status is _S.DELIVERED else _DOERS.get(status, ""),
        )
    is_last = status in {GOODS[-1], MONEY[-1]}
    state = StepState.CURRENT if ahead_by == 0 and not is_last else StepState.DONE
    if status is _S.SHIPPED and facts.status is _S.PARTLY_SHIPPED:
        status = _S.PARTLY_SHIPPED
    return _taken(facts, status, state)


def _taken(facts: StepFacts, status: OrderStatus, state: StepState) -> Step:
    reached = facts.reached.get(status, Reached())
    # The rest of what went in parts is still promised.
    planned = facts.planned.get(_S.SHIPPED) if status is _S.PARTLY_SHIPPED else None
    return Step(status, state, at=reached.at, planned=planned, who=reached.who)


def _expected_doer(facts: StepFacts, status: OrderStatus) -> str:
    if status in _REPRESENTED:
        return facts.representative
    return facts.carrier if status is _S.DELIVERED else ""


def _until_cancelled(facts: StepFacts) -> tuple[Step, ...]:
    """What had been reached, and the end of it (rule O11)."""
    behind = [each for each in GOODS if facts.reached.get(each, Reached()).at]
    end = facts.reached.get(_S.CANCELLED, Reached())
    return (
        *(_taken(facts, each, StepState.DONE) for each in behind),
        Step(_S.CANCELLED, StepState.CURRENT, at=end.at, who=end.who),
    )
