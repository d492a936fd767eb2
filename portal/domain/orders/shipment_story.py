"""What happens to an order's goods on their way, in words for its timeline."""

from portal.domain.common.words import N_, Worded


class ShipmentHappening(Worded):
    """The value is the verb of the activity row; reasons are recorded for staff alone."""

    IN_PREPARATION = "orders.in_preparation", N_("Preparation of %(shipment)s started")
    COMPANION = (
        "orders.companion_in_preparation",
        N_("%(order)s, which travels with it, is being prepared: %(shipment)s"),
    )
    BATCHES_CHOSEN = "orders.batches_chosen", N_("Other batches chosen for %(shipment)s")
    WITHDRAWN = "orders.preparation_withdrawn", N_("Preparation of %(shipment)s withdrawn")
    WITHDRAWN_BECAUSE = (
        "orders.preparation_withdrawn_because",
        N_("Why %(shipment)s was withdrawn: %(reason)s"),
    )
    SHIPPED = "orders.shipped", N_("%(shipment)s handed over to %(carrier)s, complete")
    PARTLY_SHIPPED = (
        "orders.partly_shipped",
        N_("%(shipment)s handed over to %(carrier)s, the rest follows"),
    )
    EXCEPTION = (
        "orders.exception",
        N_("%(shipment)s delayed on the way, expected on %(expected_on)s: %(what)s"),
    )
    LOST_SENT_AGAIN = (
        "orders.lost_sent_again",
        N_("%(shipment)s lost on the way, its goods are sent again: %(what)s"),
    )
    LOST_NOT_SENT = (
        "orders.lost_not_sent",
        N_("%(shipment)s lost on the way, its goods are not sent again: %(what)s"),
    )
    DELIVERED = "orders.delivered", N_("%(shipment)s delivered, signed for by %(name)s")
    SHORT_CONFIRMED = (
        "orders.short_confirmed",
        N_("Line %(position)s is short of stock, expected on %(available_on)s"),
    )
