"""What a notice says under its headline: facts in their order, and whose words it quotes."""

from collections.abc import Mapping

from portal.domain.common.actor import Side
from portal.domain.common.words import N_
from portal.domain.notices.complaint_facts import (
    ACTIONS_OF_COMPLAINTS,
    FACTS_OF_COMPLAINTS,
    OF_COMPLAINTS,
    QUOTING_OF_COMPLAINTS,
)
from portal.domain.notices.corrective_action_facts import (
    ACTIONS_OF_CORRECTIVE_ACTIONS,
    FACTS_OF_CORRECTIVE_ACTIONS,
    QUOTING_OF_CORRECTIVE_ACTIONS,
)
from portal.domain.notices.fact_names import SAID, Fact
from portal.domain.notices.kinds import NoticeKind, Reason
from portal.domain.notices.visit_facts import (
    ACTIONS_OF_RELATIONS,
    FACTS_OF_RELATIONS,
    QUOTING_OF_RELATIONS,
)

__all__ = ["QUOTING", "SAID", "Fact", "action_of", "facts_of", "words_for"]


# Beyond the facts: what headlines and reasons name.
_NAMED = frozenset(
    {"account", "actor", "author", "owner", "order", "revision", "recipient", "other", "project"}
)

_F, _K = Fact, NoticeKind
_RECEIVED = (_F.TITLE, _F.ACCOUNT, _F.DUE)
_OFFERED = (_F.TITLE, _F.VALID_UNTIL, _F.SHIP_ON)
_TO_STAFF = (_F.TITLE, _F.ACCOUNT)
_ORDERED = (_F.TITLE, _F.ACCOUNT, _F.TOTAL)
_TO_WAREHOUSE = (_F.TITLE, _F.ACCOUNT, _F.SHIP_ON, _F.PLACE)
_PAID = (_F.ACCOUNT, _F.AMOUNT, _F.BALANCE, _F.TO_GIVE_BACK)
_ON_ITS_WAY = (
    _F.TITLE,
    _F.SHIPMENT,
    _F.CARRIER,
    _F.TRACKING,
    _F.PARCELS,
    _F.EXPECTED_ON,
    _F.PLACE,
)
_LATE = (_F.SHIPMENT, _F.CARRIER, _F.TRACKING, _F.EXPECTED_BEFORE, _F.EXPECTED_ON)
_LOST = (_F.SHIPMENT, _F.CARRIER, _F.TRACKING)
_SIGNED = (_F.TITLE, _F.SHIPMENT, _F.SIGNED_BY, _F.DELIVERED_AT)
_CREDIT = (_F.ACCOUNT, _F.AMOUNT)
_OWED = (_F.PROMISE, _F.TITLE, _F.ACCOUNT, _F.DUE)
_PROJECT = (_F.PROJECT, _F.ITEM)

_FACTS: Mapping[NoticeKind, tuple[Fact, ...]] = {
    **FACTS_OF_COMPLAINTS,
    **FACTS_OF_CORRECTIVE_ACTIONS,
    **FACTS_OF_RELATIONS,
    _K.REQUEST_RECEIVED: _RECEIVED,
    _K.URGENT_REQUEST_RECEIVED: _RECEIVED,
    _K.HANDED_TO_YOU: _RECEIVED,
    _K.REQUEST_URGENT_NOW: _RECEIVED,
    _K.REQUEST_NORMAL_NOW: _RECEIVED,
    _K.TAKEN_FROM_YOU: _TO_STAFF,
    _K.QUESTION_ANSWERED: _RECEIVED,
    _K.REVIEW_WANTED: _RECEIVED,
    _K.APPROVAL_WANTED: _RECEIVED,
    _K.REVIEW_PASSED: _RECEIVED,
    _K.REVIEW_RETURNED: _RECEIVED,
    _K.QUOTE_ACCEPTED: (_F.TITLE, _F.REVISION, _F.ORDER),
    _K.QUOTE_DECLINED: (_F.TITLE, _F.REVISION),
    _K.REVISION_WANTED: _RECEIVED,
    _K.REQUEST_WITHDRAWN: _TO_STAFF,
    _K.QUOTE_UNANSWERED: (_F.TITLE, _F.REVISION, _F.VALID_UNTIL),
    _K.QUOTE_EXPIRES_SOON: _OFFERED,
    _K.QUOTE_LAPSED: (_F.TITLE, _F.REVISION, _F.VALID_UNTIL),
    _K.MAIL_UNDELIVERED: (_F.ACCOUNT,),
    _K.REQUEST_NOTED: (_F.TITLE, _F.DUE),
    _K.ORDER_NOTED: (_F.TITLE, _F.REVISION, _F.ORDER),
    _K.QUOTE_READY: _OFFERED,
    _K.REVISION_READY: _OFFERED,
    _K.QUOTE_EXPIRED: (_F.TITLE, _F.VALID_UNTIL),
    _K.ORDER_RECEIVED: _ORDERED,
    _K.URGENT_ORDER_RECEIVED: _ORDERED,
    _K.ORDER_INCOMPLETE: (_F.TITLE, _F.ACCOUNT, _F.MISSING),
    _K.CONSENT_WANTED: _ORDERED,
    _K.CONSENT_GIVEN: _TO_STAFF,
    _K.ORDER_CANCELLED: _TO_STAFF,
    _K.REST_CANCELLED: _TO_STAFF,
    _K.YOUR_ORDER_CANCELLED: (_F.TITLE, _F.TO_GIVE_BACK),
    _K.YOUR_REST_CANCELLED: (_F.TITLE, _F.TOTAL, _F.TO_GIVE_BACK),
    _K.CALL_FOR_PAYMENT: (_F.ACCOUNT, _F.BALANCE, _F.CUT_OFF),
    _K.MAY_SHIP: _TO_WAREHOUSE,
    _K.PREPARATION_WITHDRAWN: (_F.TITLE, _F.ACCOUNT, _F.SHIPMENT),
    _K.GOODS_LEFT: _ON_ITS_WAY,
    _K.DELAYED: _LATE,
    _K.GOODS_LOST: (_F.ACCOUNT, *_LOST),
    _K.LOST_SENT_AGAIN: (*_LOST, _F.SHIP_ON),
    _K.LOST_NOT_SENT: (*_LOST, _F.TO_GIVE_BACK),
    _K.GOODS_ARRIVED: _SIGNED,
    _K.TO_PREPARE: _TO_WAREHOUSE,
    _K.URGENT_TO_PREPARE: _TO_WAREHOUSE,
    _K.NOT_TO_PREPARE: _TO_STAFF,
    _K.SHIPS_TOGETHER: _TO_WAREHOUSE,
    _K.SHIPS_ALONE: _TO_WAREHOUSE,
    _K.PUT_ON_HOLD: (_F.TITLE, _F.ACCOUNT, _F.HOLD_PLACE),
    _K.PAYMENT_GUARANTEED: (_F.ACCOUNT, _F.BALANCE, _F.PAY_BY),
    _K.TO_BE_INVOICED: _ORDERED,
    _K.ORDER_TAKEN: (_F.TITLE, _F.TOTAL),
    _K.ORDER_CONFIRMED: (_F.TITLE, _F.TOTAL, _F.SHIP_ON),
    _K.MORE_NEEDED: (_F.TITLE, _F.MISSING),
    _K.SHIPPED: _ON_ITS_WAY,
    _K.PARTLY_SHIPPED: _ON_ITS_WAY,
    _K.DELAYED_TO_YOU: _LATE,
    _K.DELIVERED: _SIGNED,
    _K.INVOICED: (_F.TITLE, _F.INVOICE, _F.TOTAL, _F.BALANCE),
    _K.LET_GO: _TO_STAFF,
    _K.MADE_URGENT: _TO_STAFF,
    _K.PARTS_AGREED: _TO_STAFF,
    _K.PLACE_CHANGED: (*_TO_STAFF, _F.PLACE),
    _K.SHORT_OF_STOCK: (_F.ACCOUNT, _F.LINE, _F.AVAILABLE_ON),
    _K.SHORT_LINES: (_F.ACCOUNT, _F.LINES),
    _K.PROMISE_MOVED: (*_TO_STAFF, _F.SHIP_ON_BEFORE, _F.SHIP_ON),
    _K.PRODUCTION_SET: (_F.ACCOUNT, _F.LINE, _F.PRODUCTION_ON),
    _K.PRODUCTION_MOVED: (_F.ACCOUNT, _F.LINE, _F.DATE_BEFORE, _F.PRODUCTION_ON),
    _K.PAYMENT_RECEIVED: _PAID,
    _K.PAYMENT_REVERSED: _PAID,
    _K.MONEY_TO_GIVE_BACK: (*_TO_STAFF, _F.TO_GIVE_BACK),
    _K.MONEY_GIVEN_BACK: (_F.ACCOUNT, _F.AMOUNT, _F.TO_GIVE_BACK),
    _K.REFUND_REVERSED: (_F.ACCOUNT, _F.AMOUNT, _F.TO_GIVE_BACK),
    _K.SETTLED: _TO_STAFF,
    _K.ORDER_MESSAGE: _TO_STAFF,
    _K.CREDIT_WANTED: _CREDIT,
    _K.CREDIT_APPROVED: _CREDIT,
    _K.CREDIT_REFUSED: _CREDIT,
    _K.PROJECT_TO_SIGN: _PROJECT,
    _K.PROJECT_SIGNED: _PROJECT,
    _K.PROJECT_REFUSED: _PROJECT,
    _K.PROJECT_ALERT: _PROJECT,
    _K.DUE_SOON: _OWED,
    _K.PROMISE_MISSED: _OWED,
    _K.STILL_MISSED: _OWED,
    _K.DEADLINE_SOON: _OWED,
    _K.DEADLINE_MISSED: _OWED,
    _K.DEADLINE_STILL_MISSED: _OWED,
}
_ACTIONS: Mapping[NoticeKind, str] = {
    **ACTIONS_OF_COMPLAINTS,
    **ACTIONS_OF_CORRECTIVE_ACTIONS,
    **ACTIONS_OF_RELATIONS,
    _K.REVIEW_WANTED: N_("Review the quote"),
    _K.APPROVAL_WANTED: N_("Review the quote"),
    _K.MAIL_UNDELIVERED: N_("Open the file"),
    _K.QUESTION: N_("Answer the question"),
    _K.QUOTE_READY: N_("See the quote"),
    _K.REVISION_READY: N_("See the quote"),
    _K.CREDIT_WANTED: N_("Decide on the credit limit"),
    _K.CREDIT_APPROVED: N_("Open the file"),
    _K.CREDIT_REFUSED: N_("Open the file"),
    _K.PROJECT_TO_SIGN: N_("Open the registration"),
    _K.PROJECT_SIGNED: N_("Open the registration"),
    _K.PROJECT_REFUSED: N_("Open the registration"),
    _K.PROJECT_ALERT: N_("Open the registration"),
    _K.DUE_SOON: N_("Open the record"),
    _K.PROMISE_MISSED: N_("Open the record"),
    _K.STILL_MISSED: N_("Open the record"),
    _K.DEADLINE_SOON: N_("Open the record"),
    _K.DEADLINE_MISSED: N_("Open the record"),
    _K.DEADLINE_STILL_MISSED: N_("Open the record"),
}
_OF_REQUESTS = frozenset(
    {
        _K.REQUEST_RECEIVED,
        _K.URGENT_REQUEST_RECEIVED,
        _K.HANDED_TO_YOU,
        _K.REQUEST_URGENT_NOW,
        _K.REQUEST_NORMAL_NOW,
        _K.TAKEN_FROM_YOU,
        _K.QUESTION_ANSWERED,
        _K.REVIEW_PASSED,
        _K.REVIEW_RETURNED,
        _K.QUOTE_DECLINED,
        _K.REVISION_WANTED,
        _K.REQUEST_WITHDRAWN,
        _K.QUOTE_LAPSED,
        _K.REQUEST_NOTED,
        _K.DECLINED_BY_US,
        _K.QUOTE_EXPIRED,
        _K.QUOTE_EXPIRES_SOON,
        _K.QUOTE_UNANSWERED,
        _K.MESSAGE,
    }
)
# Whose words somebody wrote belong under the headline; nothing else may carry any.
QUOTING = frozenset(
    {
        *QUOTING_OF_COMPLAINTS,
        *QUOTING_OF_CORRECTIVE_ACTIONS,
        *QUOTING_OF_RELATIONS,
        _K.QUESTION,
        _K.QUESTION_ANSWERED,
        _K.MESSAGE,
        _K.REVIEW_RETURNED,
        _K.QUOTE_DECLINED,
        _K.REVISION_WANTED,
        _K.REQUEST_WITHDRAWN,
        _K.DECLINED_BY_US,
        # What we wrote for ourselves, to us; the customer reads what happened on the way (O14).
        _K.ORDER_CANCELLED,
        _K.PUT_ON_HOLD,
        _K.PAYMENT_GUARANTEED,
        _K.DELAYED,
        _K.DELAYED_TO_YOU,
        _K.GOODS_LOST,
        _K.LOST_SENT_AGAIN,
        _K.LOST_NOT_SENT,
        # And why the rest does not come (O11).
        _K.REST_CANCELLED,
        _K.YOUR_REST_CANCELLED,
        _K.ORDER_MESSAGE,
        _K.CREDIT_WANTED,
        _K.CREDIT_REFUSED,
        _K.PROJECT_REFUSED,
    }
)


def facts_of(kind: NoticeKind) -> tuple[Fact, ...]:
    """What is listed under the headline, in this order, where it is known."""
    return _FACTS.get(kind, (Fact.TITLE,))


def action_of(kind: NoticeKind) -> str:
    """Message id of the link's words."""
    if kind in _OF_REQUESTS:
        return N_("Open the request")
    if kind in OF_COMPLAINTS:
        return _ACTIONS.get(kind, N_("Open the complaint"))
    return _ACTIONS.get(kind, N_("Open the order"))


def words_for(
    kind: NoticeKind, side: Side, reason: Reason, known: Mapping[str, object]
) -> dict[str, object]:
    """Of what is known about an event, what this kind says: nothing internal slips through.

    Customers know who they are: the name of the account is a fact for staff.
    """
    names = {fact.value for fact in facts_of(kind)}
    if side is Side.CUSTOMER:
        names.discard(Fact.ACCOUNT)
    said = f"{kind.label} {reason.label}"
    names |= {name for name in _NAMED if f"%({name})s" in said}
    if kind in QUOTING:
        names.add(SAID)
    return {name: known[name] for name in sorted(names) if known.get(name) not in (None, "", [])}
