"""What happens to orders that others are told of; `notices` decides whom, in which words."""

from enum import StrEnum


class OrderEvent(StrEnum):
    """Outbox kinds. `telling.tell` adds `order_id`, `reference` and `actor_id` (None: the portal).

    What a verb adds is named behind each kind. Who is told reads the rest from the database, so
    that the outbox carries ids, dates and amounts only. An order by an accepted quote is not
    announced as placed: `QuoteEvent.ACCEPTED` tells of it.
    """

    PLACED = "order.placed"  # a reorder or a call (rule O1)
    INCOMPLETE = "order.incomplete"  # missing: message ids of what is missing (rule O1)
    CONFIRMED = "order.confirmed"  # with the promise that the order carries (rules O2, O4, O6, O7)
    CONSENT_WANTED = "order.consent_wanted"  # outside a contract: the manager's consent (rule O1)
    CONSENT_GIVEN = "order.consent_given"
    SCHEDULED = "order.scheduled"  # the warehouse may begin
    UNSCHEDULED = "order.unscheduled"  # back to confirmed: the warehouse must not begin
    SHORT = "order.short"  # line_ids: short lines with the day they are expected (rule O15)
    PARTS_AGREED = "order.parts_agreed"  # the customer agrees to shipping in parts (rule O15)
    SHIP_TO_CHANGED = "order.ship_to_changed"  # the warehouse has to see it (rule O13)
    COMBINED = "order.combined"  # with_id, with_reference: the warehouse is told (rule O12)
    SEPARATED = "order.separated"  # no longer travels with another one
    HELD = "order.held"  # rule O12; the reason stays with us
    LET_GO = "order.let_go"
    MADE_URGENT = "order.made_urgent"  # rule O6
    CANCELLED = "order.cancelled"  # was: the state before (`OrderStatus`); sales is told (rule O11)
    REST_CANCELLED = (
        "order.rest_cancelled"  # was; complete: whether the rest has arrived (rule O11)
    )
    PAYMENT_RECORDED = "order.payment_recorded"  # payment_id, amount, balance (rule O8)
    PAYMENT_REVERSED = "order.payment_reversed"  # payment_id, amount, balance
    REFUNDED = "order.refunded"  # payment_id, amount, balance: money was given back
    REFUND_REVERSED = "order.refund_reversed"  # payment_id, amount, balance
    UNPAID_BEFORE_CUT_OFF = "order.unpaid_before_cut_off"  # cut_off: call the customer (rule O9)
    GUARANTEED = "order.guaranteed"  # pay_by (rule O9); nothing the customer reads
    RELEASED = "order.released"  # from now on it may ship
    PROMISE_MOVED = "order.promise_moved"  # ship_on_before; the order carries the new one
    PRODUCTION_SET = "order.production_set"  # line_id (rule O7)
    PRODUCTION_MOVED = "order.production_moved"  # line_id, date_before, date_after (rule O7)
    IN_PREPARATION = "order.in_preparation"  # shipment_id
    PREPARATION_WITHDRAWN = "order.preparation_withdrawn"  # shipment_id
    SHIPPED = "order.shipped"  # shipment_id, complete: whether nothing is left to ship
    EXCEPTION = "order.exception"  # shipment_id, expected_before: told at once (rule O14)
    LOST = "order.lost"  # shipment_id, sent_again, complete: told at once (rule O14)
    DELIVERED = "order.delivered"  # shipment_id, complete: whether all of the order is there
    INVOICED = "order.invoiced"
    SETTLED = "order.settled"
    MESSAGE = "order.message"  # message_id, side; never for internal notes


class CreditEvent(StrEnum):
    """Outbox kinds about a credit limit; payload: limit_id, account_id, actor_id (rule A16)."""

    REQUESTED = "credit.requested"
    DECIDED = "credit.decided"


class RegistrationEvent(StrEnum):
    """Outbox kinds about a registered project, never told to a customer (rule O17).

    Payload: registration_id, account_id, reference, actor_id.
    """

    REGISTERED = "registration.registered"  # waits for the duty manager's signature
    DECIDED = "registration.decided"  # signed or refused
    ALERT = "registration.alert"  # alert_id: an order of another account looks like it
