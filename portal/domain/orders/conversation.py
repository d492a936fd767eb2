"""The thread of an order: replies and internal notes (rule O21). What is wrong is a complaint.

A message sent twice by one form is written once. Files chosen in that form go with it. People may
write for as long as the order is there, also when it is settled or cancelled.
"""

from portal.database import execute, fetch_row
from portal.domain.accounts.team import representative_of
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.permissions import Permission
from portal.domain.common.posting import NO_FORM, FormFiles, post
from portal.domain.orders.events import OrderEvent
from portal.domain.orders.tables import SUBJECT_KIND, SalesOrder
from portal.domain.orders.telling import tell
from portal.domain.quotes.progress import require
from portal.domain.service_levels import responses
from portal.domain.service_levels.clock import OwedUntil


async def write(
    order: SalesOrder,
    body: str,
    *,
    by: Actor,
    audience: Audience,
    form: FormFiles = NO_FORM,
) -> int | None:
    """Add to the thread: a reply, or with `Audience.INTERNAL` a note that only we read.

    A customer's message starts the clock of the next response, a reply ends it. Returns the
    message's id, None where this form had written it already. Raises `FieldError` for `body`.
    """
    internal = audience is Audience.INTERNAL
    if internal:
        require(by, Permission.READ_ORDERS)
    else:
        require(by, Permission.WRITE_MESSAGE, Permission.WORK_ON_ORDERS)
    await _queue_up(order)
    message_id = await post(order.subject, body, by=by, audience=audience, form=form)
    if message_id is None or internal:
        return message_id
    if by.is_staff:
        await responses.staff_replied(order.subject)
    else:
        await responses.customer_wrote(order.subject, lambda: _owed_response(order))
    await tell(order, OrderEvent.MESSAGE, by=by, message_id=message_id, side=by.side.value)
    return message_id


async def _queue_up(order: SalesOrder) -> None:
    """One message of an order at a time; a customer can lock no order that is settled."""
    await execute(
        "SELECT pg_advisory_xact_lock(hashtextextended($1, $2))", f"{SUBJECT_KIND}.thread", order.id
    )


async def _owed_response(order: SalesOrder) -> OwedUntil:
    """Who is owed an answer to a message on `order`, and by whom."""
    account = await fetch_row("SELECT name, branch_id FROM account WHERE id = $1", order.account_id)
    assert account is not None  # noqa: S101 - the account of an order is there
    owner = await representative_of(order.account_id)
    return OwedUntil(
        account_id=order.account_id,
        account_name=account["name"],
        branch_id=account["branch_id"],
        title=order.title or order.reference,
        owner_id=owner.staff_member_id if owner else None,
    )
