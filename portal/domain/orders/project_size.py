"""Which orders look like large project orders: a suggestion, a person marks them (rule O8)."""

from datetime import datetime

from portal.domain.common.money import Money
from portal.domain.orders.states import OrderStatus
from portal.domain.orders.tables import SalesOrder
from portal.domain.policy import Rulebook
from portal.domain.policy.order_figures import PROJECT_SIZE

# Once a part has left it is settled how the order is paid for.
_CAN_BE_MARKED = frozenset(
    {
        OrderStatus.PLACED,
        OrderStatus.CONFIRMED,
        OrderStatus.SCHEDULED,
        OrderStatus.IN_PREPARATION,
    }
)


def looks_like_project(order: SalesOrder, book: Rulebook, now: datetime) -> Money | None:
    """The policy's size, tax included, where an unmarked order reaches it and nothing has left yet.

    `book` is the policy, of which holds what held at `now`. Totals in another currency than the
    policy's are not compared.
    """
    if order.project or order.state not in _CAN_BE_MARKED:
        return None
    size: Money = book.figure(PROJECT_SIZE, at=now).value
    reached = order.currency == size.currency and order.gross_total >= size.amount
    return size if reached else None
