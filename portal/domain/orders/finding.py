"""Orders and their lines loaded for verbs: through the viewer, never by their bare id."""

from portal.database import fetch_row
from portal.domain.common.actor import Actor
from portal.domain.common.errors import NotFound
from portal.domain.common.record import readable, readable_sql
from portal.domain.orders.access import visible_orders_condition
from portal.domain.orders.tables import SalesOrder, SalesOrderLine


async def order_by_reference(reference: str, *, by: Actor) -> SalesOrder:
    """The record of `reference`, for verbs.

    Raises `NotFound` for unknown, foreign and confidential ones alike (rule A6).
    """
    condition, values = visible_orders_condition(by, "o.account_id", place=2)
    row = await fetch_row(
        f"""SELECT {readable_sql(SalesOrder, "o")} FROM sales_order o
            WHERE o.reference = $1 AND {condition}""",  # noqa: S608 - constants
        reference,
        *values,
    )
    if row is None:
        raise NotFound
    return SalesOrder(**dict(row))


async def lines_of(order_id: int) -> list[SalesOrderLine]:
    """The lines of an order by position."""
    rows = (
        await SalesOrderLine.select(*readable(SalesOrderLine))
        .where(SalesOrderLine.order_id == order_id)
        .order_by(SalesOrderLine.position)
    )
    return [SalesOrderLine(**row) for row in rows]
