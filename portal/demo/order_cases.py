"""What happens to some orders only, by the verbs of the domain: each shows a rule at work.

Each is called inside a unit of work of the person it is given.
"""

from datetime import date, timedelta
from decimal import Decimal

from portal.database import database_now
from portal.demo.order_moves import day_of, line_id_of, order_of, shipment_of
from portal.demo.story import Story
from portal.domain.common.actor import Actor
from portal.domain.orders import changes
from portal.domain.orders.approvals import consent_on_stock, move_production
from portal.domain.orders.credit import request_limit
from portal.domain.orders.delivery import note_exception
from portal.domain.orders.guarantees import guarantee_payment
from portal.domain.orders.lost_shipments import report_lost
from portal.domain.orders.promises import state_ship_date
from portal.domain.orders.registrations import (
    RegistrationFacts,
    register,
    registration_by_reference,
    sign,
    watch_new_orders,
)
from portal.domain.orders.reserving import short_lines_of
from portal.domain.orders.short_lines import ShortDay, confirm_short_lines

_UNTIL_REST = timedelta(days=16)


async def consent(story: Story, by: Actor) -> None:
    """The supervisor consents on stock for an order outside a contract (rule O1)."""
    await consent_on_stock(await order_of(story, by), story.said("consent"), by=by)


async def tell_short(story: Story, by: Actor) -> None:
    """The warehouse says at once by when all missing goods are expected (rule O15)."""
    order = await order_of(story, by)
    told = _rest_on(story)
    if "told" in story.script:
        told = day_of(story, await database_now()) + timedelta(days=story.script["told"])
    short = [line for line in await short_lines_of(order.id) if line.item_id]
    days = [ShortDay(row, line.line_id, told) for row, line in enumerate(short)]
    if days:
        await confirm_short_lines(order, days, by=by)


async def state_rest(story: Story, by: Actor) -> None:
    """The day of what has not left yet, with a reason that the customer reads (rule O4)."""
    await state_ship_date(await order_of(story, by), _rest_on(story), story.said("rest"), by=by)


async def move_forward(story: Story, by: Actor) -> None:
    """The supervisor lets the order jump the queue (rule O7)."""
    order = await order_of(story, by)
    today = day_of(story, await database_now())
    to = today + timedelta(days=story.script["forward"])
    await move_production(order, await line_id_of(order), to, story.said("reason"), by=by)


async def mark_project(story: Story, by: Actor) -> None:
    """A large project order: a deposit first, the balance before it ships (rule O8)."""
    await changes.mark(await order_of(story, by), urgent=False, project=True, by=by)


async def vouch(story: Story, by: Actor) -> None:
    """The sales representative vouches for the payment for at most three days (rule O9)."""
    pay_by = day_of(story, await database_now()) + timedelta(days=3)
    await guarantee_payment(await order_of(story, by), pay_by, story.said("reason"), by=by)


async def ask_for_credit(story: Story, by: Actor) -> None:
    """Sales ask for a higher limit; it waits for somebody else's decision (rule A16)."""
    amount = Decimal(story.script["limit"])
    await request_limit(story.customer.id, amount, story.said("reason"), by=by)


async def hold(story: Story, by: Actor) -> None:
    """The goods wait in a place of their own, as the customer asked (rule O12)."""
    order = await order_of(story, by)
    await changes.hold(order, story.said("reason"), story.said("place"), by=by, as_asked=True)


async def redirect(story: Story, by: Actor) -> None:
    """It goes to another place; the warehouse has not seen it yet (rule O13)."""
    order, elsewhere = await order_of(story, by), story.customer.ship_to_ids[1]
    await changes.change_ship_to(order, elsewhere, story.said("reason"), by=by)


async def combine(story: Story, by: Actor) -> None:
    """It travels together with another order of the customer (rule O12)."""
    other = story.cast.orders[story.said("with")]
    await changes.combine_with(await order_of(story, by), other, by=by)


async def agree_to_parts(story: Story, by: Actor) -> None:
    """The customer agrees that what is there ships before the rest (rule O15)."""
    await changes.agree_to_parts(await order_of(story, by), by.name, by=by)


async def cancel(story: Story, by: Actor) -> None:
    """The customer in time, or staff as long as nothing has left (rule O11)."""
    await changes.cancel(await order_of(story, by), story.said("reason"), by=by)


async def report_exception(story: Story, by: Actor) -> None:
    """Something went wrong on the way: the customer is told at once, with a new day (rule O14)."""
    expected_on = day_of(story, story.cast.now) + timedelta(days=3)
    shipment = await shipment_of(story, by)
    await note_exception(shipment, story.said("exception"), expected_on, by=by)


async def report_loss(story: Story, by: Actor) -> None:
    """It never arrives: the goods are sent again, and the customer knows (rule O14)."""
    shipment = await shipment_of(story, by)
    await report_lost(shipment, story.said("loss"), send_again=True, by=by)


async def register_project(story: Story, by: Actor) -> None:
    """Sales record the customer's project (rule O17)."""
    today = day_of(story, await database_now())
    (sku, quantity), term = story.script["lines"][0].split(), story.script["term"]
    facts = RegistrationFacts(
        project_name=story.script["title"],
        site=story.said("site"),
        sku=sku,
        quantity=Decimal(quantity),
        starts_on=today,
        ends_on=today + timedelta(days=term),
    )
    project = await register(facts, by=by, account_id=story.customer.id)
    story.reference = project.reference


async def sign_project(story: Story, by: Actor) -> None:
    """The duty manager signs: from now on orders of others are watched (rule O17)."""
    await sign(await registration_by_reference(story.reference, by=by), by=by)


async def watch(_: Story, __: Actor) -> None:
    """The worker's look at what others have ordered since (rule O17)."""
    await watch_new_orders()


def _rest_on(story: Story) -> date:
    return day_of(story, story.cast.now) + _UNTIL_REST
