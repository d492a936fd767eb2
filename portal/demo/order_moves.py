"""What happens to every order, by the verbs of the domain: placed, confirmed, shipped, paid.

Each is called inside a unit of work of the person it is given, unless it says that it opens its
own. What happens to some is in `portal.demo.order_cases`.
"""

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from portal.database import database_now, fetch, fetch_row, fetch_value
from portal.demo.cast import acting
from portal.demo.enclosures import signed_note
from portal.demo.story import Story
from portal.domain.catalogue.stock import LotKey
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.files.staging import stage
from portal.domain.orders import conversation, intake
from portal.domain.orders.approvals import set_production
from portal.domain.orders.confirmation import confirm as confirm_order
from portal.domain.orders.delivery import record_delivery
from portal.domain.orders.finding import order_by_reference
from portal.domain.orders.intake import OrderFacts, OrderLineFacts
from portal.domain.orders.invoicing import invoice as invoice_order
from portal.domain.orders.payments import PaymentFacts, payments_of, record_payment
from portal.domain.orders.preparation import start_preparation
from portal.domain.orders.reserving import short_lines_of
from portal.domain.orders.scheduling import schedule as schedule_order
from portal.domain.orders.shipments_view import shipment_by_reference
from portal.domain.orders.shipping import HandOver, hand_over
from portal.domain.orders.stock_changes import book_receipt
from portal.domain.orders.tables import SalesOrder, Shipment
from portal.domain.quotes.states import Transport
from portal.web.storage import scanner, storage
from portal.web.uploads import LIMITS

_CENT = Decimal("0.01")
_DEPOSIT = Decimal("0.6")
# Safety stock and who waits longer come first; the last of growing deliveries reaches the order.
_MOST_DELIVERIES = 8


async def order_of(story: Story, by: Actor) -> SalesOrder:
    """The story's order as `by` sees it."""
    return await order_by_reference(story.order, by=by)


async def shipment_of(story: Story, by: Actor) -> Shipment:
    """The newest shipment of the story's order that is not cancelled."""
    order = await order_of(story, by)
    reference = await fetch_value(
        """SELECT reference FROM shipment WHERE order_id = $1 AND status <> 'cancelled'
           ORDER BY id DESC LIMIT 1""",
        order.id,
    )
    return await shipment_by_reference(reference, by=by)


def day_of(story: Story, moment: datetime) -> date:
    """The day of `moment` at the customer's place."""
    return moment.astimezone(ZoneInfo(story.customer.timezone)).date()


async def place_again(story: Story, by: Actor) -> None:
    """The customer orders again what an earlier order had (rule O1)."""
    source = await order_by_reference(story.cast.orders[story.said("of")], by=by)
    facts = await intake.reorder_facts(source, by)
    quantities = story.script.get("quantities", [])
    lines = tuple(facts.lines)
    if quantities:
        lines = tuple(
            OrderLineFacts(row=line.row, position=line.position, quantity=Decimal(quantity))
            for line, quantity in zip(facts.lines, quantities, strict=False)
        )
    placed = await intake.place_reorder(source, await _facts(story, lines), by=by)
    _is_placed(story, placed.reference)


async def take_by_phone(story: Story, by: Actor) -> None:
    """An order by phone; what the caller could not say is missing (rule O1)."""
    lines = tuple(
        OrderLineFacts(row=row, sku=sku, quantity=Decimal(quantity))
        for row, (sku, quantity) in enumerate(text.split() for text in story.script["lines"])
    )
    facts = await _facts(story, lines)
    placed = await intake.enter_phone_order(facts, by=by, account_id=story.customer.id)
    _is_placed(story, placed.reference)


async def confirm(story: Story, by: Actor) -> None:
    """Sales confirm it (rule O1), and date what is made for it (rule O7)."""
    order = await order_of(story, by)
    await confirm_order(order, by=by)
    undated = await _undated_lines(order)
    today = day_of(story, await database_now())
    on = max(today, story.ready_on or today + timedelta(days=story.script.get("production", 0)))
    for line_id in undated:
        await set_production(order, line_id, on, by=by)


async def schedule(story: Story, by: Actor) -> None:
    await schedule_order(await order_of(story, by), by=by)


async def restock(story: Story, by: Actor) -> None:
    """What the order is short of comes in; others who wait may be served first."""
    order = await order_of(story, by)
    for delivery in range(_MOST_DELIVERIES):
        short = [line for line in await short_lines_of(order.id) if line.item_id]
        for line in short:
            key = LotKey(line.item_id or 0, batch=f"B{await database_now():%y%m-%d}")
            quantity = line.missing * 2**delivery
            await book_receipt(key, quantity, reason="供应商送货单", by=by)
        if not short:
            return


async def prepare(story: Story, by: Actor) -> None:
    await start_preparation(await order_of(story, by), by=by)


async def ship(story: Story, by: Actor) -> None:
    """The carrier takes it; the customer is told by when it arrives."""
    shipment = await shipment_of(story, by)
    collected = story.script.get("transport") == Transport.PICKUP.value
    number = "" if collected else f"SF{1_400_000_000 + shipment.id * 7_919}"
    today = day_of(story, await database_now())
    given = HandOver(
        carrier=story.script["by"] if collected else story.said("carrier") or "顺丰速运",
        tracking_number=number,
        parcels=1 + shipment.id % 5,
        expected_on=today + timedelta(days=0 if collected or "urgent" in story.script else 2),
    )
    await hand_over(shipment, given, by=by)


async def deliver(story: Story, by: Actor) -> None:
    """The signed note comes back (rule O16). Opens units of work of its own."""
    async with acting(by):
        shipment = await shipment_of(story, by)
        signed_by = await fetch_value(
            "SELECT coalesce(nullif(recipient, ''), label) FROM ship_to WHERE id = $1",
            shipment.ship_to_id or story.customer.ship_to_ids[0],
        )
        now = await database_now()
    form_key = f"demo-delivery-{shipment.reference}"
    staged = await stage(
        form_key,
        [signed_note(shipment.reference, f"{now:%Y-%m-%d %H:%M}")],
        by=by,
        limits=LIMITS,
        storage=storage(),
        scanner=scanner(),
    )
    if staged.refused:
        raise staged.refused[0]
    async with acting(by):
        await record_delivery(
            shipment,
            signed_by=signed_by,
            delivered_at=now,
            by=by,
            form_key=form_key,
            shown_files=tuple(file.public_id for file in staged.kept),
        )


async def invoice(story: Story, by: Actor) -> None:
    order = await order_of(story, by)
    await invoice_order(order, f"FP-{await database_now():%y%m}-{order.id:05d}", by=by)


async def pay(story: Story, by: Actor) -> None:
    """All that is open comes in (rules O8, O9, O22)."""
    await _pay(story, by, Decimal(1))


async def pay_deposit(story: Story, by: Actor) -> None:
    """More than half, so that it may be scheduled (rule O8)."""
    await _pay(story, by, _DEPOSIT)


async def ask(story: Story, by: Actor) -> None:
    """The customer writes in the thread of the order."""
    await _write(story, "asks", by, Audience.CUSTOMER)


async def reply(story: Story, by: Actor) -> None:
    await _write(story, "reply", by, Audience.CUSTOMER)


async def tell(story: Story, by: Actor) -> None:
    """Staff write first."""
    await _write(story, "tells", by, Audience.CUSTOMER)


async def note(story: Story, by: Actor) -> None:
    await _write(story, "note", by, Audience.INTERNAL)


async def line_id_of(order: SalesOrder, position: int = 1) -> int:
    row = await fetch_row(
        "SELECT id FROM sales_order_line WHERE order_id = $1 AND position = $2", order.id, position
    )
    assert row is not None  # noqa: S101 - the script names a line of its own
    return int(row["id"])


async def _facts(story: Story, lines: tuple[OrderLineFacts, ...]) -> OrderFacts:
    script, today = story.script, day_of(story, await database_now())
    unsaid = "incomplete" in script
    return OrderFacts(
        title=script["title"],
        purchase_order_number=story.said("po"),
        ordered_by_name=story.buyer.name,
        urgent="urgent" in script,
        wanted_on=None if unsaid else today + timedelta(days=script["want"]),
        transport="" if unsaid else script.get("transport", Transport.ROAD.value),
        ship_to_id=None if unsaid else story.customer.ship_to_ids[0],
        lines=lines,
    )


def _is_placed(story: Story, reference: str) -> None:
    story.order = story.cast.orders[story.script["title"]] = reference


async def _pay(story: Story, by: Actor, share: Decimal) -> None:
    order = await order_of(story, by)
    left = (await payments_of(order.id)).balance.amount
    amount = (left * share).quantize(_CENT, rounding=ROUND_HALF_UP)
    today = day_of(story, await database_now())
    reference = f"B{today:%m%d}{order.id:04d}"
    await record_payment(order, PaymentFacts(amount, today, reference), by=by)


async def _write(story: Story, name: str, by: Actor, audience: Audience) -> None:
    await conversation.write(await order_of(story, by), story.said(name), by=by, audience=audience)


async def _undated_lines(order: SalesOrder) -> list[int]:
    """The short lines that are made for the order: of an item made to order, or of none."""
    rows = await fetch(
        """SELECT l.id FROM sales_order_line l LEFT JOIN item i ON i.id = l.item_id
           WHERE l.order_id = $1 AND (i.id IS NULL OR i.kind = 'made_to_order')
             AND l.reserved + l.shipped < l.quantity AND l.production_on IS NULL
           ORDER BY l.position""",
        order.id,
    )
    return [row["id"] for row in rows]
