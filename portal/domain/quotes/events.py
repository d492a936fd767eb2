"""What happens to requests and quotes that others are told of; `notices` decides whom."""

from enum import StrEnum


class QuoteEvent(StrEnum):
    """Outbox kinds. Every payload carries `request_id`, `reference`, `actor_id` (None: the portal).

    More ids are named behind each kind. Urgent requests go through the urgent queue (rule Q2).
    """

    REQUESTED = "quote.requested"  # owner_id, assistant_id, urgent (rule Q1: copy to the assistant)
    TAKEN = "quote.taken"  # owner_id: who has it now; from_owner_id: who had it
    URGENCY = "quote.urgency"  # urgent: whether it is now
    QUESTION = "quote.question"  # message_id: we wait for the customer
    ANSWERED_QUESTION = "quote.answered_question"  # message_id
    MESSAGE = "quote.message"  # message_id, side: "customer" or "staff"; never for internal notes
    REVIEW_WANTED = "quote.review_wanted"  # quote_id, approval: beyond policy, a supervisor's
    REVIEWED = "quote.reviewed"  # quote_id, approved, preparer_id
    SENT = "quote.sent"  # quote_id, revision
    ACCEPTED = "quote.accepted"  # quote_id, revision, order_id, order_reference
    DECLINED = "quote.declined"  # quote_id, revision
    REVISION_REQUESTED = "quote.revision_requested"  # quote_id, revision
    DECLINED_BY_US = "quote.declined_by_us"
    WITHDRAWN = "quote.withdrawn"
    EXPIRED = "quote.expired"  # quote_id, revision
    EXPIRING = "quote.expiring"  # quote_id, revision: still open a few days before its end
