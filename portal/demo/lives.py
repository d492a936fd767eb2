"""How orders go on once they are placed, as far as the time until the seeding allows.

A life plans the beats of a story from the acceptance of the quote to the payment; what would come
after the moment of seeding has not happened yet. Orders that show one rule each have plots of
their own in `portal.demo.order_plots`.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from portal.demo import order_cases as cases
from portal.demo import order_moves as moves
from portal.demo.data_files import read_rows
from portal.demo.story import Story
from portal.domain.common.payment_terms import PaymentTerms

_DAY = timedelta(days=1)
_OURS = "HD-"
_MORNING = time(9, 20)
# Days after the invoice on which customers usually pay.
_PAID_AFTER = {PaymentTerms.DAYS_30: 27, PaymentTerms.DAYS_60: 52}


def usual(story: Story) -> None:
    """Confirmed, paid or on account, shipped by the promised day, signed for, invoiced, paid."""
    _confirmed(story)
    if story.customer.terms is PaymentTerms.DEPOSIT:
        story.then(story.cashier, moves.pay_deposit, hours=5)  # rule O8
    _ready(story)
    if not story.customer.terms.on_account:
        story.then(story.cashier, moves.pay, hours=0.4)  # rules O8, O9
    story.then(story.customer.representative, moves.schedule, hours=0.3)
    shipped(story)
    _after_delivery(story)


def in_parts(story: Story) -> None:
    """The customer agrees to parts; a first one has left and the rest has its day (rule O15)."""
    _confirmed(story)
    story.then(story.buyer, cases.agree_to_parts, hours=3)
    story.then(story.customer.representative, moves.schedule, hours=1)
    story.then(story.keeper, moves.prepare, hours=2)
    story.then(story.keeper, moves.ship, hours=2)
    _on_the_road(story)
    story.then(story.keeper, moves.deliver, hours=1, alone=True)
    story.then(story.keeper, cases.tell_short, hours=2)
    story.then(story.customer.representative, cases.state_rest, hours=1)


def cancelled(story: Story) -> None:
    """The customer cancels in time (rule O11)."""
    _confirmed(story)
    story.then(story.buyer, cases.cancel, hours=4)


def shipped(story: Story) -> None:
    """Taken from the shelf and handed to the carrier."""
    quick = "urgent" in story.script
    if quick:
        story.soon(story.keeper, moves.prepare, minutes=15)
        story.soon(story.keeper, moves.ship, minutes=35)
    else:
        story.then(story.keeper, moves.prepare, hours=0.6)
        story.then(story.keeper, moves.ship, hours=1.1)


def go_on(story: Story) -> None:
    """Let the order of an accepted quote have the life its script names."""
    LIVES[story.script.get("order", "usual")](story)


def _confirmed(story: Story) -> None:
    story.ready_on = _ready_on(story)
    if "urgent" in story.script:
        story.soon(story.customer.representative, moves.confirm, minutes=11)
    else:
        story.then(story.customer.representative, moves.confirm, hours=1.2)


def _ready(story: Story) -> None:
    """The goods are there: from stock at once, else on the promised day, or late (O2, O4, O7)."""
    if story.ready_on:
        morning = _moment(story, story.ready_on)
        if morning > story.at:
            story.at_moment(morning, story.keeper, moves.restock)
            return
    story.then(story.keeper, moves.restock, hours=0.2)


def _ready_on(story: Story) -> date | None:
    """The last working day until the promised one for what is made, later where it slips."""
    if story.ship_on is None or not (_is_made(story) or "slip" in story.script):
        return None
    on = story.ship_on + timedelta(days=story.script.get("slip", 0))
    while not story.customer.branch.office_hours.is_working_day(on):
        on -= _DAY
    return on


def _is_made(story: Story) -> bool:
    """Whether something is made for the order: an item made to order, or nothing of our list."""
    lines = story.script["lines"] + [story.said(name) for name in ("extra2", "gift_line")]
    goods = [text.split()[0] for text in lines if text]
    return any(sku in _made_to_order() or not sku.startswith(_OURS) for sku in goods)


@cache
def _made_to_order() -> frozenset[str]:
    return frozenset(row["sku"] for row in read_rows("items") if row["kind"] == "made_to_order")


def _after_delivery(story: Story) -> None:
    _on_the_road(story)
    story.then(story.keeper, moves.deliver, hours=1.5, alone=True)
    story.at += _DAY
    story.then(story.cashier, moves.invoice, hours=2)
    if story.customer.terms.on_account:
        paid_after = _PAID_AFTER[story.customer.terms]
        story.at += timedelta(days=paid_after + story.rng.randrange(6))
        story.then(story.cashier, moves.pay, hours=1)


def _on_the_road(story: Story) -> None:
    if "urgent" not in story.script:
        story.at += _DAY


def _moment(story: Story, on: date) -> datetime:
    minutes = timedelta(minutes=story.rng.randrange(70))
    return datetime.combine(on, _MORNING, ZoneInfo(story.customer.timezone)) + minutes


LIVES: Mapping[str, Callable[[Story], None]] = {
    "cancelled": cancelled,
    "in_parts": in_parts,
    "usual": usual,
}
