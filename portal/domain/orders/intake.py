"""Orders that come without a new quote: ordered again by the customer, or taken by phone (O1).

Both wait for sales to confirm them (`portal.domain.orders.confirmation`). A form sent twice makes
one order: the second post gets what the first did.
"""

from portal.database import database_now, fetch
from portal.domain.accounts.addresses import addresses_of
from portal.domain.accounts.confidentiality import may_see
from portal.domain.common import form_keys
from portal.domain.common.actor import Actor
from portal.domain.common.errors import NotFound
from portal.domain.common.permissions import Permission
from portal.domain.orders.agreed_prices import NOTHING_AGREED, agreed_prices, goods_of
from portal.domain.orders.completing import complete_order
from portal.domain.orders.events import OrderEvent
from portal.domain.orders.finding import lines_of, order_by_reference
from portal.domain.orders.order_check import check
from portal.domain.orders.order_facts import OrderFacts, OrderLineFacts
from portal.domain.orders.placing import PlacedOrder, as_placed, write_order
from portal.domain.orders.progress import note_that
from portal.domain.orders.states import Origin
from portal.domain.orders.story import OrderHappening
from portal.domain.orders.tables import SalesOrder
from portal.domain.orders.telling import tell
from portal.domain.quotes.account_facts import account_facts
from portal.domain.quotes.progress import require

__all__ = [
    "OrderFacts",
    "OrderLineFacts",
    "PlacedOrder",
    "complete_order",
    "enter_phone_order",
    "place_reorder",
    "reorder_facts",
]


async def reorder_facts(order: SalesOrder, by: Actor) -> OrderFacts:
    """The form to order again what `order` had: the same goods, today's agreed prices, no gifts.

    A line without `unit_price` has no agreed price: sales names one. The delivery time is left
    open, and so is an address that is no longer in use.
    """
    account = await account_facts(order.account_id)
    lines = [line for line in await lines_of(order.id) if not line.gift]
    goods = [goods_of(line.item_id, line.description) for line in lines]
    today = account.day_of(await database_now())
    agreed = await agreed_prices(account.id, account.currency, goods, on=today)
    skus = await _skus([line.item_id for line in lines if line.item_id])
    in_use = {address.id for address in await addresses_of(account.id)}
    return OrderFacts(
        title=order.title,
        ordered_by_name="" if by.is_staff else by.name,
        transport=order.transport,
        ship_to_id=order.ship_to_id if order.ship_to_id in in_use else None,
        lines=tuple(
            OrderLineFacts(
                row=row,
                position=line.position,
                sku=skus.get(line.item_id, ""),
                description=line.description,
                quantity=line.ordered,
                unit=line.unit,
                unit_price=agreed.get(key, NOTHING_AGREED).asked,
            )
            for row, (line, key) in enumerate(zip(lines, goods, strict=True))
        ),
    )


async def place_reorder(
    source: SalesOrder, facts: OrderFacts, *, by: Actor, form_key: str = ""
) -> PlacedOrder:
    """Order again what `source` had, at the prices agreed today; sales confirms it (rule O1).

    `facts.lines` name lines of `source` by `position` and say how many of each. Staff do this for
    a customer who called. A line without an agreed price leaves the order incomplete when the
    customer places it; staff name one or get what we list, outside the contract. Raises
    `FieldErrors`.
    """
    require(by, Permission.PLACE_ORDER, Permission.WORK_ON_ORDERS)
    if made := await _made_with(form_key, by=by):
        return made
    before = await lines_of(source.id)
    checked = await check(facts, by=by, account_id=source.account_id, before=before)
    order = await write_order(checked, Origin.REORDER, by=by, reordered_from_id=source.id)
    await note_that(order, OrderHappening.REORDERED, by=by, after={"order": source.reference})
    return await _placed(order, form_key, by=by)


async def enter_phone_order(
    facts: OrderFacts, *, by: Actor, account_id: int, form_key: str = ""
) -> PlacedOrder:
    """Take an order by phone; the sales representative confirms it (rule O1).

    What the caller could not say may be missing: the order is kept and says so. Raises
    `FieldErrors`, and `NotFound` for an account that `by` may not act for (rule A6).
    """
    require(by, Permission.WORK_ON_ORDERS)
    if not await may_see(account_id, by):
        raise NotFound
    if made := await _made_with(form_key, by=by):
        return made
    checked = await check(facts, by=by, account_id=account_id)
    order = await write_order(checked, Origin.PHONE, by=by)
    words = {"name": order.ordered_by_name}
    await note_that(order, OrderHappening.TAKEN_BY_PHONE, by=by, after=words)
    return await _placed(order, form_key, by=by)


async def _placed(order: SalesOrder, form_key: str, *, by: Actor) -> PlacedOrder:
    placed = await as_placed(order)
    if form_key and by.person_id is not None:
        await form_keys.remember(by.person_id, form_key, order.reference)
    await tell(order, OrderEvent.PLACED, by=by)
    if placed.missing:
        labels = [part.label for part in placed.missing]
        await tell(order, OrderEvent.INCOMPLETE, by=by, missing=labels)
    return placed


async def _made_with(form_key: str, *, by: Actor) -> PlacedOrder | None:
    if not form_key or by.person_id is None:
        return None
    reference = await form_keys.made_by(by.person_id, form_key)
    return await as_placed(await order_by_reference(reference, by=by)) if reference else None


async def _skus(item_ids: list[int]) -> dict[int, str]:
    rows = await fetch("SELECT id, sku FROM item WHERE id = ANY ($1::bigint[])", item_ids)
    return {row["id"]: row["sku"] for row in rows}
