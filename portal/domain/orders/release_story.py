"""What the timeline says of release, money and promises of an order."""

from portal.domain.common.words import N_, Worded


class ReleaseHappening(Worded):
    """What can happen on the way to shipping. The value is the verb of the activity row.

    Guarantees and their reasons, consents and credit are recorded with `Audience.INTERNAL`.
    """

    RELEASED = "orders.released", N_("The order may ship")
    PROMISED = "orders.promised", N_("Ships by %(ship_on)s")
    PROMISE_MOVED = "orders.promise_moved", N_("Ships by %(ship_on)s instead of %(before_on)s")
    DATE_STATED = "orders.date_stated", N_("Ships by %(ship_on)s: %(note)s")
    SCHEDULED = "orders.scheduled", N_("Order scheduled")
    UNSCHEDULED = "orders.unscheduled", N_("Taken out of the schedule: %(reason)s")
    CONSENTED = "orders.stock_consented", N_("Consent on stock given: %(reason)s")
    PRODUCTION_SET = (
        "orders.production_set",
        N_("Earliest production of line %(line)s: %(production_on)s"),
    )
    PRODUCTION_MOVED = (
        "orders.production_moved",
        N_("Production of line %(line)s moved forward from %(before_on)s to %(production_on)s"),
    )
    PRODUCTION_REASON = "orders.production_reason", N_("Why production was moved: %(reason)s")
    PAID = "orders.paid", N_("Payment of %(amount)s received on %(received_on)s")
    PAYMENT_REVERSED = "orders.payment_reversed", N_("Payment of %(amount)s reversed")
    REVERSAL_REASON = "orders.reversal_reason", N_("Why the payment was reversed: %(reason)s")
    REFUNDED = "orders.refunded", N_("%(amount)s given back on %(given_on)s")
    REFUND_REVERSED = (
        "orders.refund_reversed",
        N_("%(amount)s were not given back: recorded in error"),
    )
    GUARANTEED = (
        "orders.guaranteed",
        N_("Payment by %(pay_by_on)s guaranteed by %(name)s: %(reason)s"),
    )
    INVOICED = "orders.invoiced", N_("Invoice %(number)s issued")
    SETTLED = "orders.settled", N_("Paid in full and settled")
    REOPENED = "orders.reopened", N_("No longer settled")
