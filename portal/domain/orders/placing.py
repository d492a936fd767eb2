"""What placing an order writes that is no accepted quote: its header and its lines."""

from dataclasses import dataclass
from typing import Any

from portal.database import database_now, execute, fetch_value
from portal.domain.common.actor import Actor
from portal.domain.common.record import readable
from portal.domain.common.references import next_reference
from portal.domain.common.search import search_terms
from portal.domain.orders.completeness import Missing, missing_of
from portal.domain.orders.finding import lines_of
from portal.domain.orders.order_facts import CheckedOrder
from portal.domain.orders.states import OrderStatus, Origin
from portal.domain.orders.tables import SalesOrder


@dataclass(frozen=True, slots=True)
class PlacedOrder:
    """What the confirmation says: the order, and what is missing before it is processed."""

    order: SalesOrder
    missing: tuple[Missing, ...]

    @property
    def id(self) -> int:
        return int(self.order.id)

    @property
    def reference(self) -> str:
        return str(self.order.reference)


async def as_placed(order: SalesOrder) -> PlacedOrder:
    """The order with what is missing of it (rule O1)."""
    return PlacedOrder(order, missing_of(order, await lines_of(order.id)))


async def write_order(
    checked: CheckedOrder, origin: Origin, *, by: Actor, reordered_from_id: int | None = None
) -> SalesOrder:
    """The order of a checked form, placed on the account's own terms of payment."""
    reference = await next_reference("SO")
    amounts = checked.amounts
    columns: dict[str, Any] = {
        "account_id": checked.account.id,
        "reference": reference,
        "status": OrderStatus.PLACED.value,
        "origin": origin.value,
        "reordered_from_id": reordered_from_id,
        "title": checked.title,
        "purchase_order_number": checked.purchase_order_number,
        "ordered_by_name": checked.ordered_by_name,
        "contact_id": checked.contact_id,
        "urgent": checked.urgent,
        "off_contract": checked.off_contract,
        "currency": checked.account.currency,
        "net_total": amounts.net.amount,
        "tax_total": amounts.tax.amount,
        "gross_total": amounts.gross.amount,
        "payment_terms": checked.account.payment_terms,
        "ship_to_id": checked.ship_to_id,
        "transport": checked.transport,
        "wanted_on": checked.wanted_on,
        "placed_by": by.person_id,
        "placed_at": await database_now(),
        "search_terms": _terms(checked, reference),
    }
    places = ", ".join(f"${number}" for number in range(1, len(columns) + 1))
    order_id = await fetch_value(
        f"INSERT INTO sales_order ({', '.join(columns)}) VALUES ({places}) RETURNING id",  # noqa: S608
        *columns.values(),
    )
    await _write_lines(checked, order_id)
    written = (
        await SalesOrder.select(*readable(SalesOrder)).where(SalesOrder.id == order_id).first()
    )
    assert written is not None  # noqa: S101 - a moment ago
    return SalesOrder(**written)


async def _write_lines(checked: CheckedOrder, order_id: int) -> None:
    currency = checked.account.currency
    rows = [
        (
            line.position,
            line.item_id,
            line.description,
            line.quantity,
            line.unit,
            line.unit_price,
            line.tax_rate,
            line.amounts(currency).net.amount,
            line.amounts(currency).tax.amount,
        )
        for line in checked.lines
    ]
    await execute(
        """INSERT INTO sales_order_line (account_id, order_id, position, item_id, description,
               quantity, unit, unit_price, tax_rate, net, tax)
           SELECT $1, $2, * FROM unnest($3::integer[], $4::bigint[], $5::text[], $6::numeric[],
               $7::text[], $8::numeric[], $9::numeric[], $10::numeric[], $11::numeric[])""",
        checked.account.id,
        order_id,
        *(list(column) for column in zip(*rows, strict=True)),
    )


def _terms(checked: CheckedOrder, reference: str) -> list[str]:
    return search_terms(
        reference,
        checked.account.name,
        checked.account.code,
        checked.title,
        checked.purchase_order_number,
        *(part for line in checked.lines for part in (line.sku, line.description)),
    )
