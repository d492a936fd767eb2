"""Orders that show one rule each: from the call or the reorder to where it stands now.

Unlike those that came of quotes, they have gone exactly as far as their plot says.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta

from portal.demo import order_cases as cases
from portal.demo import order_moves as moves
from portal.demo.lives import shipped, usual
from portal.demo.story import Story
from portal.domain.common.actor import SYSTEM
from portal.domain.common.payment_terms import PaymentTerms

_WATCHED_BEFORE = timedelta(hours=2)


def placed(story: Story) -> None:
    """Ordered again by the customer, or taken by phone: sales have not confirmed it (rule O1)."""
    again = "of" in story.script
    by = story.buyer if again else story.customer.assistant
    story.soon(by, moves.place_again if again else moves.take_by_phone)
    if "asks" in story.script:
        story.then(story.buyer, moves.ask, hours=0.3)
    if "reply" in story.script:
        story.then(story.customer.assistant, moves.reply, hours=0.5)
    if "tells" in story.script:
        story.then(story.customer.assistant, moves.tell, hours=0.5)
    if "note" in story.script:
        story.then(story.customer.assistant, moves.note, hours=0.1)


def confirmed(story: Story) -> None:
    placed(story)
    story.then(story.customer.representative, moves.confirm, hours=0.3)


def consented(story: Story) -> None:
    """Outside a contract: shipped after the supervisor has consented on stock (rule O1)."""
    _with_consent(story)
    story.then(story.customer.representative, moves.schedule, hours=0.2)
    shipped(story)


def short(story: Story) -> None:
    """Not enough in stock; the customer knows by when it is (rule O15)."""
    confirmed(story)
    story.then(story.keeper, cases.tell_short, hours=0.8)


def scheduled(story: Story) -> None:
    """The goods are there and the warehouse may take them."""
    confirmed(story)
    story.then(story.keeper, moves.restock, hours=0.1)
    story.then(story.customer.representative, moves.schedule, hours=0.1)


def project(story: Story) -> None:
    """A large project: the deposit has come, the balance has not (rule O8)."""
    placed(story)
    story.then(story.customer.representative, cases.mark_project, hours=0.2)
    story.then(story.customer.representative, moves.confirm, hours=0.2)
    story.then(story.cashier, moves.pay_deposit, hours=6)
    story.then(story.customer.representative, moves.schedule, hours=0.5)
    story.then(story.keeper, moves.restock, hours=4)


def over_limit(story: Story) -> None:
    """Beyond the credit limit nothing ships; sales ask for a higher one (rules O10, A16)."""
    scheduled(story)
    story.then(story.customer.representative, cases.ask_for_credit, hours=0.5)


def guaranteed(story: Story) -> None:
    """Unpaid, and the sales representative vouches for it (rule O9)."""
    scheduled(story)
    story.then(story.customer.representative, cases.vouch, hours=0.2)


def held(story: Story) -> None:
    """The goods wait in a place of their own (rule O12)."""
    scheduled(story)
    story.then(story.customer.assistant, cases.hold, hours=0.5)


def redirected(story: Story) -> None:
    """It goes elsewhere, and the warehouse has not seen that yet (rule O13)."""
    scheduled(story)
    story.then(story.customer.assistant, cases.redirect, hours=0.4)


def combined(story: Story) -> None:
    """It travels with another order of the customer, said before anything is due (rule O12)."""
    placed(story)
    story.then(story.customer.assistant, cases.combine, hours=0.2)
    story.then(story.customer.representative, moves.confirm, hours=0.3)


def preparing(story: Story) -> None:
    confirmed(story)
    if story.customer.terms is PaymentTerms.DEPOSIT:
        story.then(story.cashier, moves.pay_deposit, hours=1)
    story.then(story.keeper, moves.restock, hours=0.1)
    story.then(story.customer.representative, moves.schedule, hours=0.1)
    story.then(story.keeper, moves.prepare, hours=0.3)


def cancelled_late(story: Story) -> None:
    """Staff cancel what is being prepared already (rule O11)."""
    preparing(story)
    story.then(story.customer.assistant, cases.cancel, hours=0.4)


def under_way(story: Story) -> None:
    scheduled(story)
    shipped(story)


def delayed(story: Story) -> None:
    """Something went wrong on the way (rule O14)."""
    under_way(story)
    story.then(story.keeper, cases.report_exception, hours=5)


def lost(story: Story) -> None:
    """It never arrived, and is to be sent again (rule O14)."""
    under_way(story)
    story.then(story.customer.representative, cases.report_loss, hours=2)


def paid_and_cancelled(story: Story) -> None:
    """Paid before it was cancelled: finance has the money to give back (rule O11)."""
    confirmed(story)
    story.then(story.cashier, moves.pay, hours=0.5)
    story.then(story.buyer, cases.cancel, hours=1)


def urgent(story: Story) -> None:
    """An urgent standard part: nobody has to wait for the morning (rule O6)."""
    _rushed(story)


def urgent_delivered(story: Story) -> None:
    """Signed for within six hours, or too late (rule O6)."""
    _rushed(story)
    shipped(story)
    minutes = story.script.get("minutes", 140)
    story.soon(story.keeper, moves.deliver, minutes=minutes, alone=True)
    if "tells" in story.script:
        story.then(story.customer.assistant, moves.tell, hours=0.5)


def made(story: Story) -> None:
    """Made to order: the production date is given, then moved forward (rule O7)."""
    _with_consent(story)
    story.then(story.customer.representative, moves.schedule, hours=1)
    if "forward" in story.script:
        story.then(story.customer.supervisor, cases.move_forward, hours=3)


def ordinary(story: Story) -> None:
    """As most orders go, as far as the time has allowed."""
    placed(story)
    usual(story)


def registered(story: Story) -> None:
    """A project of the customer that waits for the duty manager's signature (rule O17)."""
    story.soon(story.customer.representative, cases.register_project)


def watched(story: Story) -> None:
    """Signed, and an order of another customer looks like it (rule O17)."""
    registered(story)
    story.then(story.duty_manager, cases.sign_project, hours=3)
    story.at_moment(story.cast.now - _WATCHED_BEFORE, SYSTEM, cases.watch)


def _with_consent(story: Story) -> None:
    confirmed(story)
    story.then(story.customer.supervisor, cases.consent, hours=0.3)


def _rushed(story: Story) -> None:
    representative = story.customer.representative
    story.soon(story.customer.assistant, moves.take_by_phone)
    story.soon(representative, moves.confirm, minutes=7)
    story.soon(story.keeper, moves.restock, minutes=5)
    story.soon(representative, moves.schedule, minutes=3)


ORDER_PLOTS: Mapping[str, Callable[[Story], None]] = {
    "cancelled_late": cancelled_late,
    "combined": combined,
    "confirmed": confirmed,
    "consented": consented,
    "delayed": delayed,
    "guaranteed": guaranteed,
    "held": held,
    "lost": lost,
    "made": made,
    "ordinary": ordinary,
    "over_limit": over_limit,
    "paid_and_cancelled": paid_and_cancelled,
    "placed": placed,
    "preparing": preparing,
    "project": project,
    "redirected": redirected,
    "registered": registered,
    "scheduled": scheduled,
    "short": short,
    "under_way": under_way,
    "urgent": urgent,
    "urgent_delivered": urgent_delivered,
    "watched": watched,
}
