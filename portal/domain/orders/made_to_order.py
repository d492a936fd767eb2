"""Which lines of an order are made for it and have a production date (rule O7)."""

from portal.database import fetch


async def lines_to_make(order_id: int) -> frozenset[int]:
    """The ids of the lines that are produced for the order: made-to-order items, and no items."""
    rows = await fetch(
        """SELECT l.id FROM sales_order_line l LEFT JOIN item i ON i.id = l.item_id
           WHERE l.order_id = $1 AND (l.item_id IS NULL OR i.kind = 'made_to_order')
             AND l.shipped < l.quantity""",
        order_id,
    )
    return frozenset(row["id"] for row in rows)
