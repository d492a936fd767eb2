"""What happens to visits that others are told of; `notices` decides whom, in which words."""

from enum import StrEnum


class VisitEvent(StrEnum):
    """Outbox kinds. The payload has `visit_id`, `reference`, `actor_id` and what stands behind.

    `is_shown` says whether the customer sees the visit. Ours: staff alone are told.
    """

    PLANNED = "visit.planned"  # owner_id; by a rule (actor_id None) or by hand; ours
    GIVEN = "visit.given"  # owner_id, from_owner_id; ours
    PROPOSED = "visit.proposed"  # the customer is asked to agree to the time
    CONFIRMED = "visit.confirmed"  # side: customer (on the portal) or staff (by phone)
    COUNTERED = "visit.countered"  # move_id: the customer asks for another time
    AGREED_TO_OTHER = "visit.agreed_to_other"  # move_id: the customer's time holds
    MOVED = "visit.moved"  # move_id: we could not keep it; told, apologised, rebooked (rule V5)
    CANCELLED = "visit.cancelled"  # is_shown
    REMINDER = "visit.reminder"  # both sides, before an agreed visit
    MADE = "visit.made"  # is_shown; the customer may read what is for them
    INQUIRY_RETURNED = "visit.inquiry_returned"  # the written feedback form (rule V4); ours
