"""Whether an order may be scheduled and may ship: one pure decision, with every reason.

`release_facts.verdict_of` reads the facts; nothing here knows the database or the clock.
"""

from typing import Any

from portal.domain.common.money import Money
from portal.domain.orders import release_words as words
from portal.domain.orders.release_words import CheckKind, CheckState, Resolver, Step
from portal.domain.orders.verdict import (
    Check,
    CheckRow,
    Guarantee,
    LineFacts,
    ReleaseFacts,
    Verdict,
    expected_on,
)

__all__ = [
    "Check",
    "CheckKind",
    "CheckState",
    "Guarantee",
    "LineFacts",
    "ReleaseFacts",
    "Resolver",
    "Step",
    "Verdict",
    "decide",
]

_BOTH = frozenset({Step.SCHEDULE, Step.SHIP})
_SHIPPING = frozenset({Step.SHIP})
_COMPLETE = CheckRow(CheckKind.COMPLETE, "O1", _BOTH)
_CUSTOMER = CheckRow(CheckKind.CUSTOMER_CONFIRMED, "Q5", _BOTH)
_SALES = CheckRow(CheckKind.STAFF_CONFIRMED, "O1", _BOTH)
_CONSENT = CheckRow(CheckKind.STOCK_CONSENT, "O1", _BOTH)
_DEPOSIT = CheckRow(CheckKind.DEPOSIT, "O8", _BOTH)
_BALANCE = CheckRow(CheckKind.BALANCE, "O8", _SHIPPING)
_PAYMENT = CheckRow(CheckKind.PAYMENT, "O9", _SHIPPING)
_GUARANTEE = CheckRow(CheckKind.GUARANTEE, "O9", _SHIPPING)
_CREDIT = CheckRow(CheckKind.CREDIT, "O10", _SHIPPING)
_PRODUCTION_DATE = CheckRow(CheckKind.PRODUCTION, "O7", _BOTH)
_PRODUCTION = CheckRow(CheckKind.PRODUCTION, "O7", _SHIPPING)
_STOCK = CheckRow(CheckKind.STOCK, "O15", _SHIPPING)
_HOLD = CheckRow(CheckKind.HOLD, "O12", _SHIPPING)
_SHIP_TO = CheckRow(CheckKind.SHIP_TO_SEEN, "O13", _SHIPPING)


def decide(facts: ReleaseFacts) -> Verdict:
    """The one release decision (rules O1, O7 to O10, O12, O13, O15, A16).

    Only an order with something left to ship may be scheduled or may ship.
    """
    checks = (
        _complete(facts),
        _customer_confirmed(facts),
        _staff_confirmed(facts),
        _stock_consent(facts),
        _deposit(facts),
        _balance(facts),
        _payment(facts),
        _credit(facts),
        _production(facts),
        _stock(facts),
        _hold(facts),
        _ship_to_seen(facts),
    )
    blocked = {step for check in checks if check.is_open for step in check.blocks}
    is_open = facts.status.is_open
    return Verdict(
        checks=checks,
        may_schedule=is_open and Step.SCHEDULE not in blocked,
        may_ship=is_open and Step.SHIP not in blocked,
    )


def _complete(facts: ReleaseFacts) -> Check:  # rule O1
    if not facts.missing:
        return _COMPLETE.met(words.COMPLETE)
    return _COMPLETE.open(
        Resolver.SALES_REPRESENTATIVE,
        words.INCOMPLETE,
        words.INCOMPLETE_FOR_CUSTOMER,
        missing=facts.missing,
    )


def _customer_confirmed(facts: ReleaseFacts) -> Check:  # rules O1, Q5
    if facts.ordered_by:
        return _CUSTOMER.met(words.ORDERED_BY, name=facts.ordered_by)
    return _CUSTOMER.open(
        Resolver.SALES_REPRESENTATIVE, words.NOBODY_ORDERED, words.NOBODY_ORDERED_FOR_CUSTOMER
    )


def _staff_confirmed(facts: ReleaseFacts) -> Check:  # rule O1
    if facts.confirmed_on is not None:
        return _SALES.met(words.CONFIRMED, name=facts.confirmed_by, date=facts.confirmed_on)
    return _SALES.open(
        Resolver.SALES_REPRESENTATIVE, words.UNCONFIRMED, words.UNCONFIRMED_FOR_CUSTOMER
    )


def _stock_consent(facts: ReleaseFacts) -> Check:  # rule O1
    if not facts.off_contract:
        return _CONSENT.not_needed(words.AT_AGREED_PRICES)
    if facts.consented_on is not None:
        return _CONSENT.met(words.CONSENTED, date=facts.consented_on)
    return _CONSENT.open(Resolver.SUPERVISOR, words.NO_CONSENT, words.NO_CONSENT_FOR_CUSTOMER)


def _deposit(facts: ReleaseFacts) -> Check:  # rule O8
    if not facts.needs_deposit:
        return _DEPOSIT.not_needed(words.NO_DEPOSIT)
    if facts.is_paid:
        return _DEPOSIT.met(words.PAID_IN_FULL, total=facts.gross)
    said: dict[str, Any] = {
        "paid": facts.paid,
        "total": facts.gross,
        "share": facts.deposit_share,
        "threshold": facts.deposit_threshold,
    }
    # More than the share: as much as it is not enough.
    if facts.paid.amount > facts.deposit_threshold.amount:
        return _DEPOSIT.met(words.DEPOSIT_PAID, **said)
    return _DEPOSIT.open(
        Resolver.FINANCE, words.DEPOSIT_OPEN, words.DEPOSIT_OPEN_FOR_CUSTOMER, **said
    )


def _balance(facts: ReleaseFacts) -> Check:  # rule O8
    if not facts.needs_deposit:
        return _BALANCE.not_needed(words.NO_BALANCE)
    if facts.is_paid:
        return _BALANCE.met(words.PAID_IN_FULL, total=facts.gross)
    return _BALANCE.open(
        Resolver.FINANCE,
        words.BALANCE_OPEN,
        words.BALANCE_OPEN_FOR_CUSTOMER,
        amount=facts.open_amount,
    )


def _payment(facts: ReleaseFacts) -> Check:  # rule O9
    """Paid in full, or guaranteed for an account that a guarantee can be given for."""
    if not facts.in_advance:
        return _PAYMENT.not_needed(words.NO_PAYMENT)
    if facts.is_paid:
        return _PAYMENT.met(words.PAID_IN_FULL, total=facts.gross)
    given, latest = facts.guarantee, facts.latest_guarantee
    said: dict[str, Any] = {"amount": facts.open_amount, "total": facts.gross}
    if latest is None:
        resolver, sentence = Resolver.FINANCE, words.PAYMENT_OPEN_NO_GUARANTEE
    elif given is None:
        resolver, sentence = Resolver.SALES_REPRESENTATIVE, words.PAYMENT_OPEN
        said |= {"cut_off": facts.cut_off, "latest": latest}
    else:
        said |= {"date": given.pay_by, "name": given.name}
        if facts.today <= given.pay_by:  # the day of payment included
            return _GUARANTEE.met(words.GUARANTEED, words.GUARANTEED_FOR_CUSTOMER, **said)
        resolver, sentence = Resolver.FINANCE, words.GUARANTEE_OVER
    return _PAYMENT.open(resolver, sentence, words.PAYMENT_OPEN_FOR_CUSTOMER, **said)


def _credit(facts: ReleaseFacts) -> Check:  # rules O10, A16
    if not facts.on_account:
        return _CREDIT.not_needed(words.NOT_ON_ACCOUNT)
    if facts.is_paid:
        return _CREDIT.met(words.PAID_IN_FULL, total=facts.gross)
    used, limit = facts.credit_used, facts.credit_limit
    if limit is None:
        return _CREDIT.open(
            Resolver.DUTY_MANAGER,
            words.NO_LIMIT,
            words.NO_LIMIT_FOR_CUSTOMER,
            amount=facts.open_amount,
        )
    if used.amount <= limit.amount:  # as much as the limit is not beyond it
        return _CREDIT.met(words.WITHIN_LIMIT, used=used, limit=limit)
    return _CREDIT.open(
        Resolver.DUTY_MANAGER,
        words.BEYOND_LIMIT,
        words.BEYOND_LIMIT_FOR_CUSTOMER,
        used=used,
        limit=limit,
        excess=Money(used.amount - limit.amount, used.currency),
    )


def _production(facts: ReleaseFacts) -> Check:  # rule O7
    made = [line for line in facts.lines if line.made_to_order]
    if not made:
        return _PRODUCTION.not_needed(words.NOTHING_MADE)
    awaited = [line for line in made if line.is_short]
    if not awaited:
        return _PRODUCTION.met(words.PRODUCED)
    undated = sum(line.production_on is None for line in awaited)
    if undated:
        return _PRODUCTION_DATE.open(
            Resolver.SALES_REPRESENTATIVE,
            words.NO_PRODUCTION_DATE,
            words.NO_PRODUCTION_DATE_FOR_CUSTOMER,
            count=undated,
        )
    last = max(line.production_on for line in awaited if line.production_on)
    if last <= facts.today:
        return _PRODUCTION.met(words.PRODUCTION_REACHED, date=last)
    # What is reserved may leave before it where shipping in parts is agreed (rule O15).
    if facts.ships_in_parts:
        return _PRODUCTION.met(
            words.PRODUCTION_AHEAD, words.PRODUCTION_AHEAD_FOR_CUSTOMER, date=last
        )
    return _PRODUCTION.open(
        Resolver.SUPERVISOR,
        words.PRODUCTION_AHEAD,
        words.PRODUCTION_AHEAD_FOR_CUSTOMER,
        date=last,
    )


def _stock(facts: ReleaseFacts) -> Check:  # rule O15
    short = [line for line in facts.lines if line.is_short]
    if not short:
        return _STOCK.met(words.IN_STOCK)
    said: dict[str, Any] = {"short": len(short), "count": len(facts.lines)}
    if facts.ships_in_parts:
        return _STOCK.met(words.IN_PARTS, name=facts.partial_agreed_by, **said)
    if facts.partial_agreed_by:
        sentence, for_customer = words.NO_PART_YET, words.NO_PART_YET_FOR_CUSTOMER
    elif expected := expected_on(short):
        said["date"] = expected
        sentence, for_customer = words.SHORT_UNTIL, words.SHORT_UNTIL_FOR_CUSTOMER
    else:
        sentence, for_customer = words.SHORT, words.SHORT_FOR_CUSTOMER
    return _STOCK.open(Resolver.WAREHOUSE, sentence, for_customer, **said)


def _hold(facts: ReleaseFacts) -> Check:  # rule O12
    if not facts.held:
        return _HOLD.met(words.NOT_HELD)
    for_customer = words.HELD_FOR_CUSTOMER
    if facts.held_as_asked:
        for_customer = words.HELD_AS_ASKED_FOR_CUSTOMER
    return _HOLD.open(
        Resolver.SALES_REPRESENTATIVE,
        words.HELD_AT if facts.hold_place else words.HELD,
        for_customer,
        reason=facts.hold_reason,
        place=facts.hold_place,
    )


def _ship_to_seen(facts: ReleaseFacts) -> Check:  # rule O13
    if not facts.ship_to_changed:
        return _SHIP_TO.not_needed(words.SHIP_TO_UNCHANGED)
    if not facts.unseen_ship_to:
        return _SHIP_TO.met(words.SHIP_TO_SEEN)
    return _SHIP_TO.open(Resolver.WAREHOUSE, words.SHIP_TO_UNSEEN, place=facts.unseen_ship_to)
