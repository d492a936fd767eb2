"""Whether an order is complete, and what is missing if not (rule O1)."""

from collections.abc import Iterable

from portal.domain.common.words import N_, Worded
from portal.domain.orders.tables import SalesOrder, SalesOrderLine
from portal.domain.quotes.states import Transport


class Missing(Worded):
    """What an order has to say before it is processed. The label fits into a list of them."""

    ITEM = "item", N_("item")
    QUANTITY = "quantity", N_("quantity")
    DELIVERY_TIME = "delivery_time", N_("delivery time")
    TRANSPORT = "transport", N_("transport")
    PLACE = "place", N_("place of delivery")
    PRICE = "price", N_("price")


def missing_of(order: SalesOrder, lines: Iterable[SalesOrderLine]) -> tuple[Missing, ...]:
    """What is missing of item, quantity, delivery time, transport, place and price (rule O1).

    Pure. The delivery time is the customer's wish or the date that we promised on the quote: what
    is confirmed had one, whatever became of it since (rule O14). What the customer collects needs
    no place.
    """
    each = list(lines)
    collected = order.transport == Transport.PICKUP
    is_there = {
        Missing.ITEM: each and all(line.item_id or line.description.strip() for line in each),
        Missing.QUANTITY: each and all(line.ordered > 0 for line in each),
        Missing.DELIVERY_TIME: order.wanted_on or order.promised_ship_on or order.confirmed_at,
        Missing.TRANSPORT: order.transport,
        Missing.PLACE: order.ship_to_id or collected,
        Missing.PRICE: each and all(line.gift or line.unit_price is not None for line in each),
    }
    return tuple(part for part, there in is_there.items() if not there)
