"""What the release decision rests on and what it says; `release.decide` makes it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any

from portal.domain.common.money import Money
from portal.domain.common.payment_terms import PaymentTerms
from portal.domain.common.words import Phrase
from portal.domain.orders import release_words as words
from portal.domain.orders.release_words import CheckKind, CheckState, Resolver, Step
from portal.domain.orders.states import OrderStatus


@dataclass(frozen=True, slots=True)
class LineFacts:
    """A line: `left` is not shipped yet, `reserved` of it is set aside.

    `available_on` is when a short line is expected.
    """

    quantity: Decimal
    reserved: Decimal = Decimal(0)
    shipped: Decimal = Decimal(0)
    made_to_order: bool = False
    production_on: date | None = None
    available_on: date | None = None

    @property
    def left(self) -> Decimal:
        return self.quantity - self.shipped

    @property
    def is_short(self) -> bool:
        return self.reserved < self.left


@dataclass(frozen=True, slots=True)
class Guarantee:
    """The newest word of a sales representative for a payment: it holds through `pay_by` (O9)."""

    pay_by: date
    name: str = ""


@dataclass(frozen=True, slots=True)
class ReleaseFacts:
    """All that the decision rests on. Amounts are in the currency of the order.

    `today` is the date at the serving branch; `missing` are message ids. `deposit_share` (per
    cent) and `cut_off` are the policy's. `latest_guarantee` is the last day until which a payment
    can be guaranteed today, none for accounts that are small or pay unreliably (rule O9).
    `credit_ahead` is what the account owes or will owe on account for goods that are out and for
    orders that were confirmed before this one; without `credit_limit` the limit is zero (A16).
    """

    status: OrderStatus
    today: date
    terms: PaymentTerms
    gross: Money
    paid: Money
    lines: tuple[LineFacts, ...]
    deposit_share: Decimal
    cut_off: time
    missing: tuple[str, ...] = ()
    ordered_by: str = ""
    confirmed_on: date | None = None
    confirmed_by: str = ""
    off_contract: bool = False
    consented_on: date | None = None
    project: bool = False
    guarantee: Guarantee | None = None
    latest_guarantee: date | None = None
    pays_reliably: bool = True
    credit_limit: Money | None = None
    credit_ahead: Money | None = None
    partial_agreed_by: str = ""
    held: bool = False
    held_as_asked: bool = False
    hold_reason: str = ""
    hold_place: str = ""
    ship_to_changed: bool = False
    unseen_ship_to: str = ""

    @property
    def needs_deposit(self) -> bool:
        """Whether a deposit is due before scheduling, the balance before shipping (rule O8)."""
        return self.project or self.terms is PaymentTerms.DEPOSIT

    @property
    def on_account(self) -> bool:
        """Whether goods ship first, within the credit limit (rules O10, A16)."""
        return self.terms.on_account and not self.needs_deposit

    @property
    def in_advance(self) -> bool:
        """Whether all is paid before shipping, or guaranteed (rule O9)."""
        return self.terms is PaymentTerms.IN_ADVANCE and not self.needs_deposit

    @property
    def open_amount(self) -> Money:
        """What is unpaid; nothing where more came than was owed."""
        return self._money(max(Decimal(0), self.gross.amount - self.paid.amount))

    @property
    def is_paid(self) -> bool:
        """Whether nothing is unpaid."""
        return not self.open_amount.amount

    @property
    def ships_in_parts(self) -> bool:
        """Whether what is reserved may leave without the rest (rule O15)."""
        return bool(self.partial_agreed_by) and any(line.reserved for line in self.lines)

    def _money(self, amount: Decimal) -> Money:
        return Money(amount, self.gross.currency)

    @property
    def deposit_threshold(self) -> Money:
        """More than this has to be paid before the order is scheduled (rule O8)."""
        return self._money(self.gross.amount * self.deposit_share / 100)

    @property
    def credit_used(self) -> Money:
        """What is used of the limit with this order (rule A16)."""
        return self.open_amount + (self.credit_ahead or self._money(Decimal(0)))


@dataclass(frozen=True, slots=True)
class Check:
    """One reason. `blocks` names what it stands in the way of while it is open.

    `words` are for staff, `for_customer` for the customer where it is their part. `resolver` is
    there while it is open.
    """

    kind: CheckKind
    state: CheckState
    blocks: frozenset[Step]
    words: Phrase
    rule: str
    for_customer: Phrase | None = None
    resolver: Resolver | None = None

    @property
    def is_open(self) -> bool:
        return self.state is CheckState.OPEN

    @property
    def without_amounts(self) -> Phrase:
        """`words` for those who see no money: the warehouse."""
        if not self.words.has_amounts:
            return self.words
        sentence = words.STILL_OPEN if self.is_open else words.SETTLED
        return Phrase(sentence, {"kind": self.kind})


@dataclass(frozen=True, slots=True)
class CheckRow:
    """A line of the checklist: what it is about, which rule asks for it, what it stands before."""

    kind: CheckKind
    rule: str
    blocks: frozenset[Step]

    def met(self, sentence: str, for_customer: str | None = None, **said: Any) -> Check:
        return self._check(CheckState.MET, sentence, for_customer, None, said)

    def not_needed(self, sentence: str) -> Check:
        return self._check(CheckState.NOT_NEEDED, sentence, None, None, {})

    def open(
        self, resolver: Resolver, sentence: str, for_customer: str | None = None, **said: Any
    ) -> Check:
        return self._check(CheckState.OPEN, sentence, for_customer, resolver, said)

    def _check(
        self,
        state: CheckState,
        sentence: str,
        for_customer: str | None,
        resolver: Resolver | None,
        said: dict[str, Any],
    ) -> Check:
        return Check(
            self.kind,
            state,
            self.blocks,
            _phrase(sentence, said),
            self.rule,
            _phrase(for_customer, said) if for_customer else None,
            resolver,
        )


def _phrase(sentence: str, said: Mapping[str, Any]) -> Phrase:
    """The sentence with what it says, and nothing that is for others to read."""
    return Phrase(sentence, {name: each for name, each in said.items() if f"%({name})" in sentence})


@dataclass(frozen=True, slots=True)
class Verdict:
    """The decision with every check, in the order in which an order meets them."""

    checks: tuple[Check, ...]
    may_schedule: bool
    may_ship: bool

    def blocking(self, step: Step) -> tuple[Check, ...]:
        """What still stands in the way of `step`."""
        return tuple(check for check in self.checks if check.is_open and step in check.blocks)

    @property
    def open_checks(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if check.is_open)

    @property
    def for_customer(self) -> tuple[Phrase, ...]:
        """What the customer reads: their part of what is open, and a payment still due."""
        return tuple(check.for_customer for check in self.checks if check.for_customer)


def expected_on(short: Iterable[LineFacts]) -> date | None:
    """When the last of these lines is produced or arrives; none unless all of them have a day."""
    days = [line.available_on or line.production_on for line in short]
    return max((day for day in days if day), default=None) if all(days) else None
