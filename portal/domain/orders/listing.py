"""Lists of orders: the staff's queue, due first, and the customer's own, newest first.

Answers that customers wait for are a list of their own: they are
owed in any state of the order, also long after it was settled.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from portal.database import database_now
from portal.domain.common.actor import Actor
from portal.domain.common.found import Searched, live_found, newest_found, own_found
from portal.domain.common.narrowing import Narrowed
from portal.domain.common.search import query_terms
from portal.domain.orders.list_pages import (
    ANSWERS,
    BY_AGE,
    NEWEST,
    OF_TO_SHIP,
    OWED,
    TO_SHIP,
    WAIT_FOR_PAYMENT,
    Source,
    listed,
    page,
    page_size,
)
from portal.domain.orders.order_rows import WAITS_FOR_PAYMENT, OrderListing
from portal.domain.orders.order_scope import all_visible, my_accounts, my_teams, of_branch
from portal.domain.orders.states import OrderStatus
from portal.domain.quotes.queue_scope import EVERYBODY, QueueScope
from portal.domain.quotes.request_rows import place_of_key

_S = OrderStatus


class StatusGroup(StrEnum):
    """What the filter offers besides single states."""

    TO_SHIP = "to_ship"
    TO_CONFIRM = "to_confirm"
    TO_PREPARE = "to_prepare"
    ON_THE_WAY = "on_the_way"
    TO_INVOICE = "to_invoice"
    TO_SETTLE = "to_settle"
    ANSWERS_OWED = "answers_owed"
    UNDER_WAY = "under_way"
    RECEIVED = "received"
    OPEN = "open"
    CLOSED = "closed"


class OwnerFilter(StrEnum):
    """Whose orders: of the accounts I serve, of those of my team and line, or all I may see.

    `ME` includes the accounts of colleagues I stand in for today.
    """

    ME = "me"
    TEAM = "team"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """What a list is narrowed to. `status` is an `OrderStatus` or a `StatusGroup` value, or empty.

    `unpaid`: waits for money before it may go on (rules O8, O9). `late`: its shipment was not there
    in time, or is not now. `text` searches reference, goods, customer and the customer's own
    number. What is unknown is treated as not given, so that old links keep working.
    """

    owner: str = OwnerFilter.ALL
    status: str = ""
    held: bool = False
    unpaid: bool = False
    late: bool = False
    account_id: int | None = None
    branch_id: int | None = None
    text: str = ""
    after: str = ""
    before: str = ""
    size: int = 50


_SEARCHED = Searched("sales_order", "o", "placed_at", live=OF_TO_SHIP)
GROUPS: dict[str, Collection[OrderStatus]] = {
    StatusGroup.TO_SHIP: TO_SHIP,
    StatusGroup.TO_CONFIRM: (_S.PLACED,),
    StatusGroup.TO_PREPARE: (_S.SCHEDULED, _S.PARTLY_SHIPPED),
    StatusGroup.ON_THE_WAY: (_S.SHIPPED,),
    StatusGroup.TO_INVOICE: (_S.DELIVERED,),
    StatusGroup.TO_SETTLE: (_S.INVOICED,),
    # What customers ask for: what is still to come, and what has arrived.
    StatusGroup.UNDER_WAY: (*sorted(TO_SHIP), _S.SHIPPED),
    StatusGroup.RECEIVED: (_S.DELIVERED, _S.INVOICED, _S.SETTLED),
    StatusGroup.OPEN: tuple(status for status in _S if status not in {_S.SETTLED, _S.CANCELLED}),
    StatusGroup.CLOSED: (_S.SETTLED, _S.CANCELLED),
}


async def orders(wanted: OrderFilter, *, by: Actor) -> OrderListing:
    """The orders that `by` may see (rule A6): staff's due first while they are owed, else newest.

    `ANSWERS_OWED` is for staff, by when the answer is due. One statement, besides the business
    clock; one more to search.
    """
    statuses = statuses_of(wanted.status)
    if wanted.unpaid:
        # Only these wait for money: each is a walk of its own.
        statuses = [each for each in statuses or OrderStatus if each in WAIT_FOR_PAYMENT]
        if not statuses:
            return OrderListing(())
    sources = _sources(wanted.status, by=by)
    narrowed = Narrowed()
    scope = _scope(wanted.owner, by=by)
    narrowed.values += scope.values
    _add_filters(narrowed, wanted)
    if wanted.branch_id is not None:
        scope = of_branch(scope, *narrowed.places(wanted.branch_id))
    if wanted.account_id is not None or wanted.held or wanted.text:
        # Few rows are left: one walk with the scope as a condition beats one for each account.
        narrowed.conditions.append(scope.condition("o"))
        scope = EVERYBODY
    now = await database_now()
    late = narrowed.places(now) if wanted.late else []
    if terms := query_terms(wanted.text):
        if by.is_staff and sources is BY_AGE:
            return await _found_page(narrowed, terms, wanted, statuses, late)
        narrowed.add_found("o", terms, await _found_of(terms, sources, by=by))
    return await page(narrowed, wanted, scope, sources, statuses, late=late)


async def _found_of(terms: list[str], sources: Sequence[Source], *, by: Actor) -> list[int] | None:
    """What the words find of the customer's own or of what is to be shipped, if that is little."""
    if not by.is_staff:
        return await own_found("own_orders_found", terms)
    return await live_found(_SEARCHED, terms) if sources is OWED else None


async def _found_page(
    narrowed: Narrowed,
    terms: list[str],
    wanted: OrderFilter,
    statuses: Sequence[OrderStatus],
    late: list[str],
) -> OrderListing:
    """A page of the newest orders with these words."""
    looked = narrowed.copy()
    if statuses:
        looked.conditions.append(f"o.status IN ({listed(statuses)})")
    if late:
        looked.conditions.append(NEWEST.late.format(*late))
    start, backwards = place_of_key(wanted.before or wanted.after), bool(wanted.before)
    if start is not None:
        looked.add(f"(o.placed_at, o.id) {'>' if backwards else '<'} ({{0}}, {{1}})", *start)
    found = await newest_found(
        _SEARCHED,
        terms,
        looked.conditions or ["TRUE"],
        looked.values,
        size=page_size(wanted) + 1,
        start=start[0] if start else None,
        newest_first=start is None or not backwards,
    )
    if found is None:
        narrowed.add_found("o", terms, None)
        return await page(narrowed, wanted, EVERYBODY, BY_AGE, statuses, late=late)
    if not found:
        return OrderListing(())
    these = Narrowed(["o.id = ANY ($1::bigint[])"], [found])
    return await page(these, wanted, EVERYBODY, BY_AGE)


def statuses_of(status: str) -> list[OrderStatus]:
    """The states that a filter's value stands for, in their order; empty for any."""
    if status in GROUPS:
        return [each for each in OrderStatus if each in GROUPS[status]]
    return [OrderStatus(status)] if status in set(OrderStatus) else []


def _sources(status: str, *, by: Actor) -> Sequence[Source]:
    """What the list of these states walks along."""
    if not by.is_staff:
        return BY_AGE
    if status == StatusGroup.ANSWERS_OWED:
        return ANSWERS
    statuses = set(statuses_of(status))
    return OWED if statuses and statuses <= TO_SHIP else BY_AGE


def _scope(owner: str, *, by: Actor) -> QueueScope:
    if owner == OwnerFilter.ME:
        return my_accounts(by, place=1)
    return my_teams(by, place=1) if owner == OwnerFilter.TEAM else all_visible(by, place=1)


def _add_filters(narrowed: Narrowed, wanted: OrderFilter) -> None:
    if wanted.held:
        narrowed.add("o.held_at IS NOT NULL")
    if wanted.unpaid:
        narrowed.add(WAITS_FOR_PAYMENT)
    if wanted.account_id is not None:
        narrowed.add("o.account_id = {0}", wanted.account_id)
