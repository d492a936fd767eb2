"""What happens to an order's reservations, in words for its timeline (staff only)."""

from portal.domain.common.words import N_, Worded


class StockHappening(Worded):
    """The value is the verb of the activity row."""

    SAFETY_RELEASED = (
        "orders.safety_released",
        N_("%(quantity)s of %(sku)s released from the safety stock of others: %(reason)s"),
    )
    TAKEN_BACK = (
        "orders.reservation_taken_back",
        N_("%(quantity)s of %(sku)s no longer reserved: %(reason)s"),
    )
