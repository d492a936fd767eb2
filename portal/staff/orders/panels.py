"""The forms of an order's page: which of them this viewer can open now, and where each belongs."""

from collections.abc import Mapping

from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_, Worded
from portal.domain.orders.page_view import OrderPage
from portal.domain.orders.release_words import CheckKind, CheckState
from portal.domain.orders.states import CANCELLABLE_BY_CUSTOMER, OrderStatus
from portal.domain.orders.verdict import Verdict

_S = OrderStatus
_MAY = Permission


class Panel(Worded):
    """A form that can stand open on the page. The value is in the address: `?do=hold`."""

    HOLD = "hold", N_("Put on hold")
    SHIP_TO = "ship-to", N_("Change the delivery place")
    COMBINE = "combine", N_("Ship together with another order")
    PARTS = "parts", N_("Record the agreement to ship in parts")
    UNSCHEDULE = "unschedule", N_("Take it off the schedule")
    SHIP_DATE = "ship-date", N_("State another ship date")
    MARK = "mark", N_("Mark as urgent or project")
    CANCEL = "cancel", N_("Cancel the order")
    CANCEL_REST = "cancel-rest", N_("Cancel what has not shipped")
    DELAY = "delay", N_("Something went wrong on the way")
    LOST = "lost", N_("Lost on the way")
    CONSENT = "consent", N_("Consent on stock")
    GUARANTEE = "guarantee", N_("Guarantee the payment")
    LIMIT = "limit", N_("Ask for a credit limit")
    AVAILABLE = "available", N_("Tell when short lines come")
    SAFETY = "safety", N_("Release safety stock")
    PRODUCTION = "production", N_("Set the production date")
    MOVE_PRODUCTION = "move-production", N_("Move production forward")
    PAYMENT = "payment", N_("Record a payment")
    INVOICE = "invoice", N_("Record the invoice")
    REFUND = "refund", N_("Record money given back")
    REPLY = "reply", N_("Reply to customer")
    NOTE = "note", N_("Internal note")


# What the customer reads of it, and what stays with us, show in the ground of the form.
INTERNAL = frozenset(
    {
        Panel.CONSENT,
        Panel.GUARANTEE,
        Panel.LIMIT,
        Panel.SAFETY,
        Panel.MOVE_PRODUCTION,
        Panel.UNSCHEDULE,
    }
)
COMPOSERS = frozenset({Panel.REPLY, Panel.NOTE})
# A form that resolves a check stands open right under it.
_RESOLVING: Mapping[CheckKind, tuple[Panel, ...]] = {
    CheckKind.STOCK_CONSENT: (Panel.CONSENT,),
    CheckKind.DEPOSIT: (Panel.PAYMENT,),
    CheckKind.BALANCE: (Panel.PAYMENT,),
    CheckKind.PAYMENT: (Panel.PAYMENT, Panel.GUARANTEE),
    CheckKind.GUARANTEE: (Panel.GUARANTEE, Panel.PAYMENT),
    CheckKind.CREDIT: (Panel.LIMIT, Panel.PAYMENT),
    CheckKind.STOCK: (Panel.AVAILABLE, Panel.SAFETY, Panel.PARTS),
    CheckKind.PRODUCTION: (Panel.PRODUCTION, Panel.MOVE_PRODUCTION),
}
_BEFORE_PACKING = frozenset({_S.PLACED, _S.CONFIRMED, _S.SCHEDULED})
# What was lost on the way is made once more, also beside what has left (rule O7).
_UNPACKED = _BEFORE_PACKING | {_S.PARTLY_SHIPPED}
_ON_THE_WAY = frozenset({_S.PARTLY_SHIPPED, _S.SHIPPED})
_CONFIRMED = frozenset({_S.CONFIRMED, _S.SCHEDULED, _S.IN_PREPARATION, _S.PARTLY_SHIPPED})
_CANCELLABLE = CANCELLABLE_BY_CUSTOMER | {_S.IN_PREPARATION}


def offered_panels(
    order: OrderPage, verdict: Verdict, *, is_travelling: bool = False
) -> list[Panel]:
    """The forms that this viewer can open now, in the order of the work.

    `is_travelling`: a shipment of it is on its way.
    """
    may, status, record = order.actor.may, order.status, order.record
    works, supervises = may(_MAY.WORK_ON_ORDERS), may(_MAY.SUPERVISE_ORDERS)
    manages = works or supervises
    is_made = any(
        check.kind is CheckKind.PRODUCTION and check.state is not CheckState.NOT_NEEDED
        for check in verdict.checks
    )
    offers = {
        Panel.CONSENT: supervises and record.off_contract and status in _BEFORE_PACKING,
        Panel.GUARANTEE: may(_MAY.GUARANTEE_PAYMENT) and status in _CONFIRMED,
        Panel.LIMIT: may(_MAY.REQUEST_CREDIT) and record.terms.on_account and status.is_open,
        Panel.AVAILABLE: (works or may(_MAY.WORK_IN_WAREHOUSE)) and order.is_short,
        Panel.SAFETY: supervises and order.is_short,
        Panel.PARTS: works and order.is_short and record.partial_agreed_at is None,
        Panel.PRODUCTION: manages and is_made and status in _UNPACKED,
        Panel.MOVE_PRODUCTION: supervises and any(line.production_on for line in order.lines),
        Panel.UNSCHEDULE: manages and status is _S.SCHEDULED,
        Panel.SHIP_DATE: works and status in _CONFIRMED,
        Panel.HOLD: manages and status.is_open and not record.is_held,
        Panel.SHIP_TO: manages and status.is_open,
        Panel.COMBINE: manages and status in _BEFORE_PACKING and not order.combined_with,
        Panel.MARK: manages and status.is_open,
        Panel.PAYMENT: may(_MAY.RECORD_PAYMENTS) and status is not _S.PLACED,
        Panel.INVOICE: may(_MAY.RECORD_PAYMENTS) and status is _S.DELIVERED,
        Panel.REFUND: may(_MAY.RECORD_PAYMENTS) and order.to_give_back is not None,
        Panel.DELAY: works and status in _ON_THE_WAY and is_travelling,
        Panel.LOST: manages and status in _ON_THE_WAY and is_travelling,
        Panel.CANCEL_REST: manages and status is _S.PARTLY_SHIPPED,
        Panel.CANCEL: manages and status in _CANCELLABLE,
    }
    return [panel for panel, is_offered in offers.items() if is_offered]


def resolving(kind: CheckKind, offered: list[Panel]) -> list[Panel]:
    """The forms by which this viewer can resolve an open check."""
    return [panel for panel in _RESOLVING.get(kind, ()) if panel in offered]


def at_the_top(offered: list[Panel]) -> list[Panel]:
    """The forms that belong to the order as a whole, not to one of its checks."""
    resolve = {panel for panels in _RESOLVING.values() for panel in panels}
    return [panel for panel in offered if panel not in resolve]
