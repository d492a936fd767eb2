"""What the timeline says of release, money and promises, in three languages and for both sides."""

from datetime import date, datetime
from decimal import Decimal

from portal.domain.common.activity import timeline
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.permissions import StaffRole
from portal.domain.orders import (
    approvals,
    guarantees,
    invoicing,
    payments,
    promises,
    refunds,
    scheduling,
)
from portal.domain.orders.finding import lines_of
from portal.domain.orders.release_story import ReleaseHappening
from portal.domain.orders.story import phrase_of
from portal.domain.orders.tables import SUBJECT_KIND, SalesOrder
from portal.rendering.i18n import LOCALES
from portal.rendering.phrases import phrase_words
from portal.rendering.reader import Reader
from tests.domain.orders.release_orders import business_time, confirmed, monday, state, taken_order
from tests.factories import Factory, acting
from tests.order_scenarios import Ordered, loaded

WEDNESDAY, THURSDAY = date(2026, 8, 26), date(2026, 8, 27)


async def through_it_all(make: Factory) -> Ordered:
    """An order to which everything happens that release, money and promises know."""
    ordered = await taken_order(make, "in_advance", price=None, stock=5)
    await make.owner.execute(
        "UPDATE item SET kind = 'made_to_order' WHERE id = $1", ordered.cast.item_id
    )
    await confirmed(ordered)
    sales, supervisor = ordered.cast.representative, ordered.cast.supervisor
    finance = await make.staff(StaffRole.FINANCE)
    async with acting(supervisor):
        order = await loaded(ordered.reference, supervisor)
        await approvals.consent_on_stock(order, "Worth it", by=supervisor)
        (line,) = await lines_of(order.id)
        await approvals.set_production(order, line.id, THURSDAY, by=supervisor)
        await approvals.move_production(order, line.id, WEDNESDAY, "Line stands", by=supervisor)
    async with acting(sales):
        order = await loaded(ordered.reference, sales)
        await guarantees.guarantee_payment(order, WEDNESDAY, "Called", by=sales)
        await promises.state_ship_date(order, THURSDAY, "Truck is late", by=sales)
        await scheduling.schedule(order, by=sales)
        await scheduling.unschedule(order, "Typo", by=sales)
    await make.stock(ordered.cast.item_id, 50)
    async with acting(sales):
        await scheduling.schedule(await loaded(ordered.reference, sales), by=sales)
    await state(make, ordered, "delivered")
    async with acting(finance):
        order = await loaded(ordered.reference, finance)
        await invoicing.invoice(order, "INV-7", by=finance)
        paid = await pay_all(order, finance)
        await payments.reverse_payment(order, paid, "Bounced", by=finance)
        await payments.record_payment(order, money(Decimal(order.gross_total) + 10), by=finance)
        given_back = (await refunds.give_money_back(order, money(Decimal(10)), by=finance)).rows[-1]
        await payments.reverse_payment(order, given_back.id, "Bounced too", by=finance)
    return ordered


async def pay_all(order: SalesOrder, by: Actor) -> int:
    paid = await payments.record_payment(order, money(Decimal(order.gross_total)), by=by)
    return paid.rows[0].id


def money(amount: Decimal) -> payments.PaymentFacts:
    return payments.PaymentFacts(amount, date(2026, 8, 24), "BOC 4711")


async def test_everything_that_happens_has_its_sentence(make: Factory) -> None:  # rules A5, O21
    async with business_time(make, monday(10)):
        ordered = await through_it_all(make)
        story = {}
        for by, audience in (
            (ordered.cast.buyer, Audience.CUSTOMER),
            (ordered.cast.representative, Audience.INTERNAL),
        ):
            async with acting(by):
                order = await loaded(ordered.reference, by)
                story[audience] = await timeline(SUBJECT_KIND, order.id, visible_to=audience)
    verbs = {audience: {entry.verb for entry in entries} for audience, entries in story.items()}
    assert {each.value for each in ReleaseHappening} <= verbs[Audience.INTERNAL]
    for_staff_alone = {
        ReleaseHappening.UNSCHEDULED,
        ReleaseHappening.CONSENTED,
        ReleaseHappening.PRODUCTION_REASON,
        ReleaseHappening.GUARANTEED,
        ReleaseHappening.REVERSAL_REASON,
    }
    assert not verbs[Audience.CUSTOMER] & for_staff_alone
    for locale in LOCALES:
        reader = Reader(locale, "Asia/Shanghai", datetime(2026, 8, 24, 3, tzinfo=monday(1).tzinfo))
        said = [phrase_words(phrase_of(entry), reader) for entry in story[Audience.INTERNAL]]
        assert all(sentence and "%(" not in sentence for sentence in said)
        if locale == "en":
            assert "Production of line 1 moved forward from Thu 27 Aug to Wed 26 Aug" in said
            assert "Payment of CN¥141.25 received on Mon 24 Aug" in said
            assert "CN¥10.00 given back on Mon 24 Aug" in said
            assert "Ships by Thu 27 Aug: Truck is late" in said
