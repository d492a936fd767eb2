"""What notices are about: the topics by which people choose what reaches them, and how."""

from collections.abc import Mapping

from portal.domain.common.actor import Side
from portal.domain.common.words import N_, Worded
from portal.domain.notices.complaint_facts import OF_COMPLAINTS
from portal.domain.notices.corrective_action_facts import FACTS_OF_CORRECTIVE_ACTIONS
from portal.domain.notices.kinds import NoticeKind as K
from portal.domain.notices.visit_facts import (
    FACTS_OF_MEETINGS,
    FACTS_OF_OPINIONS,
    FACTS_OF_SURVEYS,
    FACTS_OF_VISITS,
)


class NoticeTopic(Worded):
    """What notices are about; people choose by it."""

    QUOTES = "quotes", N_("Requests and quotes")
    ORDERS = "orders", N_("Orders and their dates")
    DELIVERIES = "deliveries", N_("Shipments and deliveries")
    PAYMENTS = "payments", N_("Payments and invoices")
    COMPLAINTS = "complaints", N_("Complaints and suggestions")
    VISITS = "visits", N_("Visits, opinions and surveys")
    MEETINGS = "meetings", N_("Meetings and contact reports")
    MESSAGES = "messages", N_("Messages and questions")
    PROMISES = "promises", N_("Promises that are due soon or missed")
    DECISIONS = "decisions", N_("Reviews and approvals")
    STATUS = "status", N_("Weekly status of what is open")
    HOUSE = "house", N_("Undeliverable mails")


_KINDS: Mapping[NoticeTopic, frozenset[K]] = {
    NoticeTopic.QUOTES: frozenset(
        {
            K.REQUEST_RECEIVED,
            K.URGENT_REQUEST_RECEIVED,
            K.HANDED_TO_YOU,
            K.REQUEST_URGENT_NOW,
            K.REQUEST_NORMAL_NOW,
            K.TAKEN_FROM_YOU,
            K.QUOTE_ACCEPTED,
            K.QUOTE_DECLINED,
            K.REVISION_WANTED,
            K.REQUEST_WITHDRAWN,
            K.QUOTE_LAPSED,
            K.QUOTE_UNANSWERED,
            K.QUOTE_EXPIRES_SOON,
            K.REQUEST_NOTED,
            K.ORDER_NOTED,
            K.QUOTE_READY,
            K.REVISION_READY,
            K.DECLINED_BY_US,
            K.QUOTE_EXPIRED,
        }
    ),
    NoticeTopic.MESSAGES: frozenset(
        {K.MESSAGE, K.QUESTION, K.QUESTION_ANSWERED, K.ORDER_MESSAGE, K.MORE_NEEDED}
    ),
    NoticeTopic.DELIVERIES: frozenset(
        {
            K.GOODS_LEFT,
            K.DELAYED,
            K.GOODS_LOST,
            K.GOODS_ARRIVED,
            K.TO_PREPARE,
            K.URGENT_TO_PREPARE,
            K.NOT_TO_PREPARE,
            K.SHIPS_TOGETHER,
            K.SHIPS_ALONE,
            K.PREPARED_NOW,
            K.SHIPPED,
            K.PARTLY_SHIPPED,
            K.DELAYED_TO_YOU,
            K.LOST_SENT_AGAIN,
            K.LOST_NOT_SENT,
            K.DELIVERED,
            K.PLACE_CHANGED,
            K.PREPARATION_WITHDRAWN,
        }
    ),
    NoticeTopic.PAYMENTS: frozenset(
        {
            K.CALL_FOR_PAYMENT,
            K.PAYMENT_GUARANTEED,
            K.TO_BE_INVOICED,
            K.INVOICED,
            K.PAYMENT_RECEIVED,
            K.PAYMENT_REVERSED,
            K.MONEY_TO_GIVE_BACK,
            K.MONEY_GIVEN_BACK,
            K.REFUND_REVERSED,
            K.SETTLED,
        }
    ),
    NoticeTopic.COMPLAINTS: (OF_COMPLAINTS | frozenset(FACTS_OF_CORRECTIVE_ACTIONS))
    - {K.COMPENSATION_TO_APPROVE, K.ACTION_TO_VERIFY},
    NoticeTopic.VISITS: frozenset({*FACTS_OF_VISITS, *FACTS_OF_OPINIONS, *FACTS_OF_SURVEYS}),
    NoticeTopic.MEETINGS: frozenset(FACTS_OF_MEETINGS),
    NoticeTopic.PROMISES: frozenset(
        {
            K.DUE_SOON,
            K.PROMISE_MISSED,
            K.STILL_MISSED,
            K.DEADLINE_SOON,
            K.DEADLINE_MISSED,
            K.DEADLINE_STILL_MISSED,
        }
    ),
    NoticeTopic.DECISIONS: frozenset(
        {
            K.REVIEW_WANTED,
            K.APPROVAL_WANTED,
            K.COMPENSATION_TO_APPROVE,
            K.REVIEW_PASSED,
            K.REVIEW_RETURNED,
            K.CONSENT_WANTED,
            K.CONSENT_GIVEN,
            K.CREDIT_WANTED,
            K.CREDIT_APPROVED,
            K.CREDIT_REFUSED,
            K.PROJECT_TO_SIGN,
            K.PROJECT_SIGNED,
            K.PROJECT_REFUSED,
            K.PROJECT_ALERT,
            K.ACTION_TO_VERIFY,
        }
    ),
    NoticeTopic.HOUSE: frozenset({K.MAIL_UNDELIVERED}),
}
_TOPIC = {kind: topic for topic, kinds in _KINDS.items() for kind in kinds}

# What each side can choose about: the other topics never reach it.
TOPICS_OF: Mapping[Side, tuple[NoticeTopic, ...]] = {
    Side.CUSTOMER: (
        NoticeTopic.QUOTES,
        NoticeTopic.ORDERS,
        NoticeTopic.DELIVERIES,
        NoticeTopic.PAYMENTS,
        NoticeTopic.COMPLAINTS,
        NoticeTopic.VISITS,
        NoticeTopic.MEETINGS,
        NoticeTopic.MESSAGES,
        NoticeTopic.STATUS,
    ),
    Side.STAFF: (
        NoticeTopic.QUOTES,
        NoticeTopic.ORDERS,
        NoticeTopic.DELIVERIES,
        NoticeTopic.PAYMENTS,
        NoticeTopic.COMPLAINTS,
        NoticeTopic.VISITS,
        NoticeTopic.MEETINGS,
        NoticeTopic.MESSAGES,
        NoticeTopic.PROMISES,
        NoticeTopic.DECISIONS,
        NoticeTopic.HOUSE,
    ),
}


def topic_of(kind: K) -> NoticeTopic:
    """What a notice is about; what no other topic claims is about an order."""
    return _TOPIC.get(kind, NoticeTopic.ORDERS)
