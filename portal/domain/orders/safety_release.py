"""Safety stock of other accounts released for an order, by the supervisor alone (rule O5)."""

from decimal import Decimal

from portal.database import database_now, execute
from portal.domain.catalogue.items import item_of
from portal.domain.catalogue.safety_stock import note_cover
from portal.domain.catalogue.stock import lock_levels
from portal.domain.catalogue.stock_figures import ItemFigures, figures_of
from portal.domain.catalogue.tables import Item
from portal.domain.common.activity import record
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import FieldError, NotAllowed, NotFound, WrongState
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.orders import promises
from portal.domain.orders.states import ApprovalKind
from portal.domain.orders.stock_story import StockHappening
from portal.domain.orders.tables import OrderApproval, SalesOrder, SalesOrderLine
from portal.domain.orders.waiting import WAITING

_STEP = Decimal("0.001")


async def releasable(item_id: int, *, account_id: int) -> Decimal:
    """How many good pieces are kept for other accounts and could be released for this one."""
    figures = (await figures_of([item_id]))[item_id]
    return figures.unreserved() - figures.available_to(account_id)


async def release_safety_stock(
    order: SalesOrder, line_id: int, quantity: Decimal, reason: str, *, by: Actor
) -> None:
    """Reserve so many for a line, also of what is kept for other accounts (rule O5).

    What is reserved for other orders stays theirs. Recorded as an approval of the order and, for
    staff, in the file of each account from whose safety stock it came. Raises `FieldError` for
    `quantity` (more than the line misses, or than there is) and `reason`, `WrongState` before sales
    has confirmed the order (rule O1) and when nothing is to be shipped any more, `NotFound` for
    another order's line or one without an item, `NotAllowed` for all but the supervisor.
    """
    if not by.may(Permission.SUPERVISE_ORDERS):
        raise NotAllowed
    reason, quantity = reason.strip(), quantity.quantize(_STEP)
    if not reason:
        raise FieldError("reason", N_("Say why: the reason stays with the approval."))
    await order.lock()
    if order.state not in WAITING:
        raise WrongState(state=order.state.label)
    item = await item_of(await _item_of_line(order, line_id))
    await lock_levels([item.id])
    line = await SalesOrderLine.objects().get(SalesOrderLine.id == line_id)
    assert line is not None  # noqa: S101 - found above, and its order is locked
    before = (await figures_of([item.id]))[item.id]
    missing = line.quantity - line.reserved - line.shipped
    _check(quantity, min(missing, before.unreserved()))
    await execute(
        "UPDATE sales_order_line SET reserved = reserved + $2 WHERE id = $1", line_id, quantity
    )
    await _approve(order, line_id, quantity, reason, by=by)
    words = {"sku": item.sku, "quantity": quantity, "reason": reason}
    await record(
        order.subject,
        StockHappening.SAFETY_RELEASED,
        by=by,
        visible_to=Audience.INTERNAL,
        after=words,
    )
    await _tell_the_files(item, before, (await figures_of([item.id]))[item.id], order, by=by)
    await promises.reconsider(order, by=by)


def _check(quantity: Decimal, most: Decimal) -> None:
    if quantity <= 0:
        raise FieldError("quantity", N_("Enter a quantity above zero."))
    if quantity > most:
        raise FieldError("quantity", N_("At most %(most)s can be released."), most=most)


async def _item_of_line(order: SalesOrder, line_id: int) -> int:
    line = await SalesOrderLine.objects().get(
        (SalesOrderLine.id == line_id) & (SalesOrderLine.order_id == order.id)
    )
    # Gifts are kept for nobody: there is nothing to release.
    if line is None or line.item_id is None or line.gift:
        raise NotFound
    return line.item_id


async def _approve(
    order: SalesOrder, line_id: int, quantity: Decimal, reason: str, *, by: Actor
) -> None:
    await OrderApproval(
        account_id=order.account_id,
        order_id=order.id,
        order_line_id=line_id,
        kind=ApprovalKind.SAFETY_RELEASE.value,
        reason=reason,
        quantity=quantity,
        approved_by=by.person_id,
        approved_at=await database_now(),
    ).save()


async def _tell_the_files(
    item: Item, before: ItemFigures, after: ItemFigures, order: SalesOrder, *, by: Actor
) -> None:
    """Say in the files of the accounts concerned how much of their level is there now.

    The order is not named: it would tell one account's team of another's business (rule A6).
    """
    for hold in before.holds:
        was, now = before.covered(hold.account_id), after.covered(hold.account_id)
        if hold.account_id != order.account_id and now < was:
            await note_cover(hold.account_id, item, was, now, by=by)
