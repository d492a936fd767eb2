"""Orders, credit limits and registered projects: what happened, who is told, in which words.

Customers are told what concerns them and nothing of why we do it. What only follows from a step
that was told before reaches people in the portal, without a mail.
"""

from collections.abc import Mapping

from portal.domain.common.actor import Side
from portal.domain.notices import parts
from portal.domain.notices.about import About
from portal.domain.notices.about_orders import about_credit, about_order, about_registration
from portal.domain.notices.kinds import NoticeKind
from portal.domain.notices.tellings import Telling, Told, by, unless, when
from portal.domain.orders.events import CreditEvent, OrderEvent, RegistrationEvent
from portal.domain.orders.states import OrderStatus


def _order(*tellings: Telling) -> Told:
    return Told(about_order, tellings)


def _urgent(about: About) -> bool:
    return about.urgent


def _ordinary(about: About) -> bool:
    return not about.urgent


def _warehouse_knew(about: About) -> bool:
    """Whether the warehouse had been told to prepare what was cancelled."""
    return about.payload.get("was") in _IN_THE_WAREHOUSE


def _warehouse_knows(about: About) -> bool:
    """Whether the warehouse has been told to prepare it."""
    return about.status in _IN_THE_WAREHOUSE


def _paid_too_much(about: About) -> bool:
    """Whether more came in than is owed: finance gives it back."""
    return bool(about.words.get("to_give_back"))


def _several_lines(about: About) -> bool:
    return len(about.payload.get("line_ids", ())) > 1


def _one_line(about: About) -> bool:
    return not _several_lines(about)


_IN_THE_WAREHOUSE = frozenset(
    {OrderStatus.SCHEDULED, OrderStatus.IN_PREPARATION, OrderStatus.PARTLY_SHIPPED}
)
_E, _K = OrderEvent, NoticeKind
_TO_SALES = (parts.sales, parts.sales_assistant)
_TO_WAREHOUSE = (parts.warehouse,)
_TO_ORDERER = (parts.orderer,)
_TO_BUYERS = (parts.orderer, parts.main_contact)
_TO_WRITERS = (parts.orderer, parts.order_participants)

TOLD_OF_ORDERS: Mapping[str, Told] = {
    _E.PLACED: _order(  # rule O1: the sales representative confirms
        Telling(_K.URGENT_ORDER_RECEIVED, _TO_SALES, _urgent),
        Telling(_K.ORDER_RECEIVED, _TO_SALES, _ordinary),
        Telling(_K.ORDER_TAKEN, _TO_BUYERS, by(Side.STAFF)),
    ),
    _E.INCOMPLETE: _order(  # rule O1
        Telling(_K.ORDER_INCOMPLETE, _TO_SALES),
        Telling(_K.MORE_NEEDED, _TO_ORDERER),
    ),
    _E.CONFIRMED: _order(Telling(_K.ORDER_CONFIRMED, _TO_BUYERS)),
    _E.CONSENT_WANTED: _order(Telling(_K.CONSENT_WANTED, (parts.order_supervisors,))),
    _E.CONSENT_GIVEN: _order(Telling(_K.CONSENT_GIVEN, _TO_SALES)),
    _E.SCHEDULED: _order(
        Telling(_K.URGENT_TO_PREPARE, _TO_WAREHOUSE, _urgent),  # rule O6
        Telling(_K.TO_PREPARE, _TO_WAREHOUSE, _ordinary, by_mail=False),
    ),
    _E.UNSCHEDULED: _order(Telling(_K.NOT_TO_PREPARE, _TO_WAREHOUSE)),
    _E.SHORT: _order(  # rule O15
        Telling(_K.SHORT_OF_STOCK, _TO_BUYERS, _one_line),
        Telling(_K.SHORT_OF_STOCK, (parts.sales,), _one_line, by_mail=False),
        Telling(_K.SHORT_LINES, _TO_BUYERS, _several_lines),
        Telling(_K.SHORT_LINES, (parts.sales,), _several_lines, by_mail=False),
    ),
    _E.PARTS_AGREED: _order(
        Telling(_K.PARTS_AGREED, _TO_WAREHOUSE, _warehouse_knows, by_mail=False),
        Telling(_K.PARTS_AGREED, (parts.sales, parts.orderer)),
    ),
    _E.SHIP_TO_CHANGED: _order(  # rule O13: pointed out to the warehouse
        Telling(_K.PLACE_CHANGED, (parts.warehouse, parts.sales, parts.orderer)),
    ),
    _E.COMBINED: _order(Telling(_K.SHIPS_TOGETHER, _TO_WAREHOUSE)),  # rule O12
    _E.SEPARATED: _order(Telling(_K.SHIPS_ALONE, _TO_WAREHOUSE)),
    _E.HELD: _order(  # rule O12
        Telling(_K.PUT_ON_HOLD, (parts.warehouse, parts.sales)),
        Telling(_K.YOUR_ORDER_HELD, _TO_ORDERER),
    ),
    _E.LET_GO: _order(Telling(_K.LET_GO, (parts.warehouse, parts.sales, parts.orderer))),
    _E.MADE_URGENT: _order(  # rule O6
        Telling(_K.MADE_URGENT, _TO_WAREHOUSE, _warehouse_knows),
        Telling(_K.MADE_URGENT, (parts.sales, parts.orderer)),
    ),
    _E.CANCELLED: _order(  # rule O11: sales is told, which coordinates
        Telling(_K.ORDER_CANCELLED, _TO_SALES),
        Telling(_K.ORDER_CANCELLED, _TO_WAREHOUSE, _warehouse_knew),
        Telling(_K.YOUR_ORDER_CANCELLED, _TO_BUYERS),
        Telling(_K.MONEY_TO_GIVE_BACK, (parts.finance,), _paid_too_much),
    ),
    _E.REST_CANCELLED: _order(  # rule O11
        Telling(_K.REST_CANCELLED, _TO_SALES),
        Telling(_K.REST_CANCELLED, _TO_WAREHOUSE),
        Telling(_K.YOUR_REST_CANCELLED, _TO_BUYERS),
        Telling(_K.MONEY_TO_GIVE_BACK, (parts.finance,), _paid_too_much),
        Telling(_K.TO_BE_INVOICED, (parts.finance,), when("complete")),  # rule O22
    ),
    _E.PAYMENT_RECORDED: _order(
        Telling(_K.PAYMENT_RECEIVED, (parts.sales, parts.orderer, parts.main_contact))
    ),
    _E.PAYMENT_REVERSED: _order(
        Telling(_K.PAYMENT_REVERSED, (parts.sales, parts.orderer, parts.main_contact))
    ),
    _E.REFUNDED: _order(Telling(_K.MONEY_GIVEN_BACK, (parts.sales, *_TO_BUYERS))),
    _E.REFUND_REVERSED: _order(Telling(_K.REFUND_REVERSED, (parts.sales, *_TO_BUYERS))),
    _E.UNPAID_BEFORE_CUT_OFF: _order(Telling(_K.CALL_FOR_PAYMENT, _TO_SALES)),  # rule O9
    _E.GUARANTEED: _order(Telling(_K.PAYMENT_GUARANTEED, (parts.finance,))),  # rule O9
    _E.RELEASED: _order(
        Telling(_K.MAY_SHIP, _TO_WAREHOUSE, _warehouse_knows, by_mail=False),
        Telling(_K.MAY_SHIP, (parts.sales,), by_mail=False),
    ),
    _E.PROMISE_MOVED: _order(Telling(_K.PROMISE_MOVED, (parts.sales, *_TO_BUYERS))),
    _E.PRODUCTION_SET: _order(Telling(_K.PRODUCTION_SET, (parts.sales, parts.orderer))),
    _E.PRODUCTION_MOVED: _order(  # rule O7
        Telling(_K.PRODUCTION_MOVED, (parts.sales, parts.orderer))
    ),
    _E.IN_PREPARATION: _order(Telling(_K.PREPARED_NOW, _TO_ORDERER, by_mail=False)),
    _E.PREPARATION_WITHDRAWN: _order(
        Telling(_K.PREPARATION_WITHDRAWN, (parts.sales,), by_mail=False)
    ),
    _E.SHIPPED: _order(
        Telling(_K.SHIPPED, _TO_BUYERS, when("complete")),
        Telling(_K.PARTLY_SHIPPED, _TO_BUYERS, unless("complete")),
        Telling(_K.GOODS_LEFT, (parts.sales,), by_mail=False),
    ),
    _E.EXCEPTION: _order(  # rule O14: told at once, with the new promise
        Telling(_K.DELAYED_TO_YOU, _TO_BUYERS),
        Telling(_K.DELAYED, _TO_SALES),
    ),
    _E.LOST: _order(  # rule O14: told at once, with what happens next
        Telling(_K.LOST_SENT_AGAIN, _TO_BUYERS, when("sent_again")),
        Telling(_K.LOST_NOT_SENT, _TO_BUYERS, unless("sent_again")),
        Telling(_K.GOODS_LOST, (*_TO_SALES, *_TO_WAREHOUSE)),
        Telling(_K.MONEY_TO_GIVE_BACK, (parts.finance,), _paid_too_much),
        Telling(_K.TO_BE_INVOICED, (parts.finance,), when("complete")),  # rule O22
    ),
    _E.DELIVERED: _order(  # rule O16
        Telling(_K.DELIVERED, _TO_BUYERS),
        Telling(_K.GOODS_ARRIVED, (parts.sales,), by_mail=False),
        Telling(_K.TO_BE_INVOICED, (parts.finance,), when("complete")),  # rule O22
    ),
    _E.INVOICED: _order(Telling(_K.INVOICED, _TO_BUYERS)),
    _E.SETTLED: _order(
        Telling(_K.SETTLED, (parts.sales, *_TO_BUYERS), by_mail=False),
    ),
    _E.MESSAGE: _order(
        Telling(_K.ORDER_MESSAGE, (parts.sales,), by(Side.CUSTOMER)),
        Telling(_K.ORDER_MESSAGE, _TO_WRITERS, by(Side.STAFF)),
    ),
    CreditEvent.REQUESTED: Told(  # rule A16: somebody else decides
        about_credit, (Telling(_K.CREDIT_WANTED, (parts.credit_approvers,)),)
    ),
    CreditEvent.DECIDED: Told(
        about_credit,
        (
            Telling(_K.CREDIT_APPROVED, (parts.asker, parts.sales), when("approved")),
            Telling(_K.CREDIT_REFUSED, (parts.asker, parts.sales), unless("approved")),
        ),
    ),
    RegistrationEvent.REGISTERED: Told(  # rule O17: signed by the duty manager
        about_registration, (Telling(_K.PROJECT_TO_SIGN, (parts.duty_manager,)),)
    ),
    RegistrationEvent.DECIDED: Told(
        about_registration,
        (
            Telling(_K.PROJECT_SIGNED, (parts.asker,), when("signed")),
            Telling(_K.PROJECT_REFUSED, (parts.asker,), unless("signed")),
        ),
    ),
    RegistrationEvent.ALERT: Told(  # rule O17: duty manager and sales, no customer
        about_registration,
        (Telling(_K.PROJECT_ALERT, (parts.duty_manager, parts.sales, parts.asker)),),
    ),
}
