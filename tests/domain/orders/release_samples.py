"""Facts of orders to decide on: complete, confirmed, in stock, within the limit unless said."""

from datetime import date, time
from decimal import Decimal
from typing import Any

from portal.domain.common.money import Money
from portal.domain.common.payment_terms import PaymentTerms
from portal.domain.orders.release import (
    Check,
    CheckKind,
    CheckState,
    LineFacts,
    ReleaseFacts,
    decide,
)
from portal.domain.orders.states import OrderStatus

TODAY = date(2026, 8, 24)  # a Monday
TOMORROW = date(2026, 8, 25)
YESTERDAY = date(2026, 8, 23)


def cny(amount: str | int) -> Money:
    return Money(Decimal(amount), "CNY")


def line(quantity: int = 40, **facts: Any) -> LineFacts:
    """A line that is wholly reserved unless `reserved` says otherwise."""
    values = {"reserved": quantity, **facts}
    decimals = {name: Decimal(values[name]) for name in ("reserved", "shipped") if name in values}
    return LineFacts(quantity=Decimal(quantity), **{**values, **decimals})


def facts(**changes: Any) -> ReleaseFacts:
    """An order of CNY 10,000 on account that may ship; `changes` are what is otherwise."""
    return ReleaseFacts(
        **{
            "status": OrderStatus.SCHEDULED,
            "today": TODAY,
            "terms": PaymentTerms.DAYS_30,
            "gross": cny(10_000),
            "paid": cny(0),
            "lines": (line(),),
            "deposit_share": Decimal(50),
            "cut_off": time(15, 30),
            "ordered_by": "Li Wei",
            "confirmed_on": YESTERDAY,
            "confirmed_by": "Chen Jie",
            "credit_limit": cny(100_000),
            "credit_ahead": cny(0),
            **changes,
        }
    )


def check(kind: CheckKind, **changes: Any) -> Check:
    """The check of `kind` of an order with these changes."""
    found = [each for each in decide(facts(**changes)).checks if each.kind is kind]
    assert len(found) == 1
    return found[0]


def state(kind: CheckKind, **changes: Any) -> CheckState:
    return check(kind, **changes).state
