"""The states of an order and of a shipment, with one transition table each."""

from collections.abc import Mapping

from portal.domain.common.words import N_, Worded


class OrderStatus(Worded):
    """Where an order stands; both sides read the same word. Being on hold is no state."""

    PLACED = "placed", N_("Placed")
    CONFIRMED = "confirmed", N_("Confirmed")
    SCHEDULED = "scheduled", N_("Scheduled")
    IN_PREPARATION = "in_preparation", N_("In preparation")
    PARTLY_SHIPPED = "partly_shipped", N_("Partly shipped")
    SHIPPED = "shipped", N_("Shipped")
    DELIVERED = "delivered", N_("Delivered")
    INVOICED = "invoiced", N_("Invoiced")
    SETTLED = "settled", N_("Settled")
    CANCELLED = "cancelled", N_("Cancelled")

    @property
    def tone(self) -> str:
        """The colour that goes with the word: neutral, running, warning, breached or done."""
        return _ORDER_TONES.get(self, "running")

    @property
    def is_open(self) -> bool:
        """Whether something is still to be shipped."""
        return self in _BEFORE_SHIPPING


class ShipmentStatus(Worded):
    """Where the goods of one delivery note are."""

    IN_PREPARATION = "in_preparation", N_("In preparation")
    SHIPPED = "shipped", N_("Shipped")
    DELIVERED = "delivered", N_("Delivered")
    LOST = "lost", N_("Lost on the way")
    CANCELLED = "cancelled", N_("Cancelled")

    @property
    def tone(self) -> str:
        """The colour that goes with the word."""
        return _SHIPMENT_TONES.get(self, "running")


class Origin(Worded):
    """How an order came to us (rule O1)."""

    QUOTE = "quote", N_("Accepted quote")
    REORDER = "reorder", N_("Reorder")
    PHONE = "phone", N_("Phone")


class PromiseBasis(Worded):
    """What the ship date of an order rests on (rules O2, O4, O6, O7)."""

    NONE = "", N_("Not promised yet")
    TODAY = "today", N_("In stock and released before the cut-off: ships today")
    QUOTE = "quote", N_("The date promised on the quote")
    URGENT = "urgent", N_("Urgent standard part: delivered separately")
    STATED = "stated", N_("The day that was stated")
    PRODUCTION = "production", N_("Earliest production date")
    STOCK = "stock", N_("In stock: ships on the next working day")


class ApprovalKind(Worded):
    """What somebody has to allow."""

    STOCK_CONSENT = "stock_consent", N_("Consent on stock for an order outside a contract")
    PRODUCTION_MOVED = "production_moved", N_("Production moved forward")
    SAFETY_RELEASE = "safety_release", N_("Safety stock of another account released")


_S = OrderStatus

ORDER_TRANSITIONS: Mapping[OrderStatus, frozenset[OrderStatus]] = {
    _S.PLACED: frozenset({_S.CONFIRMED, _S.CANCELLED}),
    _S.CONFIRMED: frozenset({_S.SCHEDULED, _S.CANCELLED}),
    # A correction of the schedule leads back; a withdrawn pick list too.
    _S.SCHEDULED: frozenset({_S.IN_PREPARATION, _S.CONFIRMED, _S.CANCELLED}),
    _S.IN_PREPARATION: frozenset({_S.PARTLY_SHIPPED, _S.SHIPPED, _S.SCHEDULED, _S.CANCELLED}),
    # What was lost on the way leads back, to be scheduled anew where nothing else has left. Where
    # the rest is cancelled, what has left is all there is.
    _S.PARTLY_SHIPPED: frozenset(
        {_S.PARTLY_SHIPPED, _S.SHIPPED, _S.DELIVERED, _S.CONFIRMED, _S.IN_PREPARATION}
    ),
    _S.SHIPPED: frozenset({_S.DELIVERED, _S.PARTLY_SHIPPED, _S.CONFIRMED}),
    _S.DELIVERED: frozenset({_S.INVOICED}),
    _S.INVOICED: frozenset({_S.SETTLED}),
    # A reversed payment opens what was settled.
    _S.SETTLED: frozenset({_S.INVOICED}),
    _S.CANCELLED: frozenset(),
}

SHIPMENT_TRANSITIONS: Mapping[ShipmentStatus, frozenset[ShipmentStatus]] = {
    ShipmentStatus.IN_PREPARATION: frozenset({ShipmentStatus.SHIPPED, ShipmentStatus.CANCELLED}),
    ShipmentStatus.SHIPPED: frozenset({ShipmentStatus.DELIVERED, ShipmentStatus.LOST}),
    ShipmentStatus.DELIVERED: frozenset(),
    ShipmentStatus.LOST: frozenset(),
    ShipmentStatus.CANCELLED: frozenset(),
}

_BEFORE_SHIPPING = frozenset(
    {_S.PLACED, _S.CONFIRMED, _S.SCHEDULED, _S.IN_PREPARATION, _S.PARTLY_SHIPPED}
)
# Cancelling in time (rule O11) ends when the goods are being packed: after that it takes a call.
CANCELLABLE_BY_CUSTOMER = frozenset({_S.PLACED, _S.CONFIRMED, _S.SCHEDULED})
_SHIPMENT_TONES = {
    ShipmentStatus.DELIVERED: "done",
    ShipmentStatus.LOST: "breached",
    ShipmentStatus.CANCELLED: "neutral",
}
_ORDER_TONES = {
    _S.DELIVERED: "done",
    _S.INVOICED: "done",
    _S.SETTLED: "done",
    _S.CANCELLED: "neutral",
}
