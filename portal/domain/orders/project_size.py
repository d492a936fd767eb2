"""Which orders look like large project orders: a suggestion, a person marks them (rule O8)."""

from portal.domain import policy
from portal.domain.orders.tables import SalesOrder
from portal.domain.policy.order_figures import PROJECT_SIZE


async def looks_like_project(order: SalesOrder) -> bool:
    """Whether an unmarked order that is still to be shipped is as large as the policy says.

    Totals in another currency than the policy's are not compared.
    """
    if order.project or not order.state.is_open:
        return False
    size = (await policy.figure(PROJECT_SIZE)).value
    return order.currency == size.currency and order.gross_total >= size.amount
